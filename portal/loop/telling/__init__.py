"""Who is owed word is told, and the ledger says what became of it."""

from portal.loop.telling import announcing, asking, correcting, deciding
from portal.notices import hooks

TELLERS: dict[str, hooks.Teller] = {
    "idea.decided": deciding.decided,
    "idea.amended": deciding.decided,
    "idea.merged": deciding.merged,
    "idea.unmerged": correcting.unmerged,
    "announcement.published": announcing.published,
    "announcement.extended": announcing.extended,
    "announcement.corrected": correcting.corrected,
    "announcement.withdrawn": correcting.withdrawn,
    "loop.asked": asking.asked,
    "loop.replied": asking.replied,
}


def register() -> None:
    """Called once an application is made."""
    hooks.tellers.update(TELLERS)
