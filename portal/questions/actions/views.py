"""Views of the staff inbox under a name."""

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.text import one_line
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.questions.models import SavedView
from portal.questions.policy import can_see_to

LONGEST_NAME = 60
MOST = 50
"""Views that one person keeps."""


def save_view(viewer: Viewer, *, name: str, chosen: Mapping[str, str], shared: bool = False) -> int:
    """Keep a choice under a name, for oneself or for all of staff; the same name again changes what it shows."""
    if not can_see_to(viewer) or viewer.id is None:
        raise NotFound
    name = one_line(name)
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(fields={"name": _("A name has 1 to %(most)s characters.", most=LONGEST_NAME)})
    mine = SavedView.person_id == viewer.id
    key = name.casefold()[:LONGEST_NAME]
    view = db.session.scalars(select(SavedView).where(mine, SavedView.name_key == key)).one_or_none()
    if view is None:
        if (db.session.scalar(select(func.count()).select_from(SavedView).where(mine)) or 0) >= MOST:
            raise Invalid(fields={"name": _("You have %(most)s views. Delete one first.", most=MOST)})
        view = SavedView(person_id=viewer.id, name_key=key)
        db.session.add(view)
    view.name, view.shared, view.chosen, view.at = name, shared, dict(chosen), clock.now()
    db.session.flush()
    return view.id


def delete_view(viewer: Viewer, view_id: int) -> None:
    """One's own; an admin also what others share."""
    if not can_see_to(viewer):
        raise NotFound
    view = db.session.get(SavedView, view_id, populate_existing=True)
    if view is None or (view.person_id != viewer.id and not view.shared):
        raise NotFound
    if view.person_id != viewer.id and not viewer.is_admin:
        raise Forbidden
    db.session.delete(view)
    db.session.flush()


def forget_person(person: Person) -> None:
    """The views of someone who is being erased."""
    db.session.execute(delete(SavedView).where(SavedView.person_id == person.id))
