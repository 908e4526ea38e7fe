"""Where announcements are kept."""

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import select

from portal.core.db import db
from portal.threads.models import VISIBILITIES, Category
from portal.threads.queries import CategoryRow

Place = TypeVar("Place", Category, CategoryRow)


def home_of_announcements() -> int | None:
    """The id of the category that new announcements go into, if there is one yet."""
    home = home_among(db.session.scalars(select(Category).order_by(Category.position, Category.id)))
    return home.id if home else None


def home_among(places: Iterable[Place]) -> Place | None:
    """The one that most people see of those that take announcements: each announcement says by itself who may read it.
    Of several such the first."""
    found = (place for place in places if "announcement" in place.kinds)
    return min(found, key=lambda place: VISIBILITIES.index(place.visibility), default=None)
