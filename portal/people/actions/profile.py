"""What people say of themselves, and how they want to read."""

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.markup import TooMuch, render
from portal.core.places import LANGUAGES, time_zones
from portal.people import hooks, names
from portal.people.models import COLOUR_SCHEMES, STAFF, Person
from portal.people.queries import mentioned
from portal.people.viewer import Viewer

ROWS = (15, 30, 50, 100)
"""Rows in a list that one may choose."""
LONGEST_ABOUT = 4000


def update_profile(viewer: Viewer, *, name: str, about: str, shows_organisation: bool) -> None:
    """What others see. Raises Invalid."""
    person = db.session.get_one(Person, viewer.id, with_for_update=True)
    person.name = _own_name(viewer, name)
    person.about, person.about_html = about, about_html(about)
    person.shows_organisation = shows_organisation


def update_reading(viewer: Viewer, *, language: str, time_zone: str, colour_scheme: str, rows_per_list: int) -> None:
    """How pages look to the viewer. Raises Invalid."""
    if language not in LANGUAGES or time_zone not in time_zones():
        raise Invalid(_("Choose one of the list."))
    if colour_scheme not in COLOUR_SCHEMES or rows_per_list not in ROWS:
        raise Invalid(_("Choose one of the list."))
    person = db.session.get_one(Person, viewer.id, with_for_update=True)
    has_moved = person.time_zone != time_zone
    person.language, person.time_zone = language, time_zone
    person.colour_scheme, person.rows_per_list = colour_scheme, rows_per_list
    if has_moved:
        for plan in hooks.moved:
            plan(person)


def set_language(viewer: Viewer, language: str) -> None:
    """The language of the viewer's pages and letters alone. Raises Invalid."""
    if language not in LANGUAGES:
        raise Invalid(_("Choose one of the list."))
    db.session.get_one(Person, viewer.id, with_for_update=True).language = language


def set_welcomed(viewer: Viewer) -> None:
    """The viewer knows what one can do here: it is said once."""
    fresh = (Person.id == viewer.id, Person.welcomed_at.is_(None))
    db.session.execute(update(Person).where(*fresh).values(welcomed_at=now()))


def about_html(about: str) -> str:
    """What someone wrote about themselves as safe HTML. Raises Invalid."""
    if len(about) > LONGEST_ABOUT:
        most = LONGEST_ABOUT
        raise Invalid(fields={"about": _("This is too long: at most %(most)s characters.", most=most)})
    try:
        return render(about, post_key="about", people=mentioned).html
    except TooMuch as trouble:
        raise Invalid(fields={"about": str(trouble)}) from None


def _own_name(viewer: Viewer, typed: str) -> str:
    """The display name as it is kept. Nobody passes for someone on the team."""
    name = names.display_name(typed)
    if name and not viewer.is_staff:
        staff = db.session.execute(
            select(Person.username, Person.name).where(Person.role.in_(STAFF), Person.id != viewer.id)
        )
        if names.looks_like(name, [each for row in staff for each in row if each]) or names.is_reserved(name):
            raise Invalid(fields={"name": _("This name is too much like that of someone on the team.")})
    return name
