"""The first steps of a portal."""

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Invalid
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.site.actions import change_site
from portal.site.queries import Site
from portal.threads.actions.categories import Shape, create_category


def name_portal(viewer: Viewer, *, name: str, accent: str, language: str, time_zone: str) -> Site:
    """Say what it is called and how it speaks. Whoever does this got an account before the portal had a language and a
    time zone of its own: theirs are the same, as of everyone who comes later. Raises Invalid."""
    site = change_site(viewer, name=name, accent=accent, language=language, time_zone=time_zone)
    person = db.session.get_one(Person, viewer.id)
    person.language, person.time_zone = site.language, site.time_zone
    return site


def set_up(viewer: Viewer, shapes: Mapping[str, Shape]) -> int:
    """Make the first categories, and say that the portal is ready. Returns how many.

    The keys are the places of the shapes in a form: what is wrong with one comes back as `<field>_<key>`.
    """
    if not shapes:
        raise Invalid(_("Give at least one category a name."))
    wrong: dict[str, object] = {}
    for key, shape in shapes.items():
        try:
            create_category(viewer, shape)
        except Invalid as trouble:
            wrong |= {f"{field}_{key}": words for field, words in trouble.fields.items()}
    if wrong:
        raise Invalid(fields=wrong)
    change_site(viewer, is_set_up=True)
    return len(shapes)
