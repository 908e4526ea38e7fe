"""What a map of the portal lists: the threads that everyone may see, in parts by id."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal.core.db import db
from portal.people.viewer import VISITOR
from portal.threads.models import Thread, path_of
from portal.threads.queries.unread import listed

PART = 10_000
"""Ids in a part of the map; a map may list 50,000 addresses."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A thread in the map, or a part of it: where it is, and when something in it changed last."""

    path: str
    changed_at: datetime


def sitemap_parts() -> tuple[Listed, ...]:
    """The parts in which there is something, by number: nobody learns from it how many threads others see."""
    part = (Thread.id // PART).label("part")
    query = select(part, func.max(Thread.last_activity_at)).where(*listed(VISITOR)).group_by(part).order_by(part)
    return tuple(Listed(f"/sitemaps/{int(number)}.xml", at) for number, at in db.session.execute(query))


def sitemap_part(number: int) -> tuple[Listed, ...]:
    """The threads of one part, in one statement."""
    query = (
        select(Thread.id, Thread.kind, Thread.slug, Thread.last_activity_at)
        .where(Thread.id >= number * PART, Thread.id < (number + 1) * PART, *listed(VISITOR))
        .order_by(Thread.id)
    )
    return tuple(Listed(path_of(row.kind, row.id, row.slug), row.last_activity_at) for row in db.session.execute(query))
