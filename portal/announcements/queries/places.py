"""Where announcements are kept."""

from sqlalchemy import select

from portal.core.db import db
from portal.threads.models import Category


def home_of_announcements() -> int | None:
    """The id of the first category that takes announcements, if there is one yet."""
    rows = db.session.execute(select(Category.id, Category.kinds).order_by(Category.position, Category.id))
    return next((row.id for row in rows if "announcement" in row.kinds), None)
