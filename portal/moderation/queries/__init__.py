"""What the pages of admins and moderators show. For everyone else each raises NotFound."""

from portal.core.errors import NotFound
from portal.people.policy import can_administer
from portal.people.viewer import Viewer

ROWS = 50
"""In a list, for admins."""


def for_admins(viewer: Viewer) -> None:
    """Raises NotFound for everyone else."""
    if not can_administer(viewer):
        raise NotFound


def like(words: str) -> str:
    """A pattern for texts that have these words somewhere; `/` escapes."""
    return "%" + words.strip().casefold().replace("/", "//").replace("%", "/%").replace("_", "/_") + "%"
