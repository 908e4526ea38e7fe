"""Where announcements are kept: a category of their own, made when the first is written."""

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from portal.announcements.queries.places import home_of_announcements
from portal.core.db import db
from portal.core.text import slug_of
from portal.site.queries import site
from portal.threads.models import Category


def make_home() -> int:
    """The id of the category."""
    return home_of_announcements() or _made()


def _made() -> int:
    """Two people may write the first two at once: the second finds the first's."""
    with force_locale(site().language):  # not the writer's: everyone reads it
        name, about = _("Announcements"), _("What is new: what shipped, what was put off, and what we decided against.")
    slug = _free(slug_of(name, otherwise="announcements"))
    last = db.session.scalar(select(func.max(Category.position))) or 0
    values = {
        "slug": slug,
        "name": name,
        "description": about,
        "colour": "violet",
        "position": last + 1,
        "visibility": "everyone",
        "kinds": ["announcement"],
    }
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(Category).values(values).on_conflict_do_nothing())
    return db.session.scalars(select(Category.id).where(Category.slug == slug)).one()


def _free(base: str) -> str:
    names = (base, *(f"{base}-{n}" for n in range(2, 99)))
    return next(slug for slug in names if not db.session.scalar(select(exists().where(Category.slug == slug))))
