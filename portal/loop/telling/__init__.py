"""Who is owed word is told, and the ledger says what became of it."""

from sqlalchemy import update

from portal.core.db import db
from portal.loop.models import Debt
from portal.loop.telling import announcing, asking, correcting, deciding, linking
from portal.notices import hooks
from portal.people import hooks as people_hooks
from portal.people.models import Person

TELLERS: dict[str, hooks.Teller] = {
    "idea.decided": deciding.decided,
    "idea.amended": deciding.decided,
    "idea.retold": deciding.retold,
    "idea.merged": deciding.merged,
    "idea.unmerged": correcting.unmerged,
    "question.linked": linking.linked,
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
    if forget_person not in people_hooks.erased:
        people_hooks.erased.append(forget_person)


def forget_person(person: Person) -> None:
    """Someone is being erased: what is still owed to them is owed to nobody, and nothing more is asked."""
    theirs = update(Debt).where(Debt.person_id == person.id)
    unsaid = theirs.where(Debt.state == "pending").values(state="undeliverable", cause="erased")
    db.session.execute(unsaid.execution_options(synchronize_session=False))
    unasked = theirs.where(Debt.asked_at.is_(None)).values(ask_at=None)
    db.session.execute(unasked.execution_options(synchronize_session=False))
