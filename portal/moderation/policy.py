"""Who reads which part of the log."""

from sqlalchemy import ColumnElement, and_, not_, or_, true

from portal.events.models import Event
from portal.people.viewer import Viewer

FOR_ADMINS = (
    "site.",
    "hook.",
    "organisation.",
    "person.role_",
    "person.address_",
    "person.organisation_",
    "person.sessions_",
)
"""Kinds of event, by how they begin, that say what only admins may know or do."""


def can_read_log(viewer: Viewer) -> bool:
    """Staff: they should know what their colleagues did, and why."""
    return viewer.is_staff


def logged_for(viewer: Viewer) -> ColumnElement[bool]:
    """Condition on Event: it is in the log, and this member of staff may read it."""
    if viewer.is_admin:
        return Event.logged == true()
    return and_(Event.logged == true(), not_(or_(*(Event.kind.startswith(kind) for kind in FOR_ADMINS))))
