"""What people may do because of who they are, before it matters to what."""

from portal.people.models import Person
from portal.people.viewer import Viewer

UNCONFIRMED = {"thread": 1, "reply": 3, "comment": 3}
"""How many of each someone may write, ever, before they have confirmed their address: enough to ask a question and to
answer those who want to know more, too little for advertising."""


def may_post(viewer: Viewer, kind: str, so_far: int) -> bool:
    """Whether someone who has written `so_far` of this kind (thread, reply, comment) may write one more.

    Deleted ones count.
    """
    return viewer.is_signed_in and (viewer.is_confirmed or so_far < UNCONFIRMED[kind])


def can_administer(viewer: Viewer) -> bool:
    """Tend people, groups, organisations and the portal: admins. For everyone else those pages do not exist."""
    return viewer.is_admin


def can_suspend(viewer: Viewer, person: Person) -> bool:
    """Moderators suspend members; admins anyone but themselves."""
    if person.id == viewer.id or person.kind == "system":
        return False
    return viewer.is_admin or (viewer.is_moderator and person.role == "member")
