"""What people may do because of who they are, before it matters to what."""

from portal.people.models import Person
from portal.people.viewer import Viewer


def can_administer(viewer: Viewer) -> bool:
    """Tend people, groups, organisations and the portal: admins. For everyone else those pages do not exist."""
    return viewer.is_admin


def can_mend(viewer: Viewer) -> bool:
    """Correct the address of a contact: staff, who entered it. That of an account is its owner's, and an admin's."""
    return viewer.is_staff


def can_suspend(viewer: Viewer, person: Person) -> bool:
    """Moderators suspend members; admins anyone but themselves."""
    if person.id == viewer.id or person.kind == "system":
        return False
    return viewer.is_admin or (viewer.is_moderator and person.role == "member")
