"""Ideas by words of their titles, for staff who choose one."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from portal.core.db import db
from portal.ideas.models import Idea, StatusName
from portal.people.viewer import Viewer
from portal.threads.models import Thread, path_of
from portal.threads.policy import standing_thread, visible_to

MOST_WORDS = 6
_NUMBER = re.compile(r"(?:/(?:ideas|t)/|^)(\d{1,18})(?:-|$|[/?#])")


@dataclass(frozen=True, slots=True)
class Found:
    """An idea that may be chosen."""

    id: int
    path: str
    title: str
    status: str
    status_name: str
    wanted: int


def find_ideas(viewer: Viewer, typed: str, *, besides: int | None = None, limit: int = 8) -> tuple[Found, ...]:
    """Those that this viewer may see with all these words in the title, the most wanted first; or the one whose address
    or number was typed. Merged ones are left out: the one that they went into is to be chosen."""
    typed = typed[:200].replace("\0", "").strip()
    where: list[Any] = [Thread.kind == "idea", Idea.merged_into_id.is_(None), visible_to(viewer)]
    where += [standing_thread(), Thread.id != (besides or 0)]
    number = _NUMBER.search(typed)
    if number:
        where.append(Thread.id == int(number[1]))
    else:
        where += [_has(word) for word in typed.split()[:MOST_WORDS]]
    query = (
        select(Thread.id, Thread.slug, Thread.title, Idea.status, Idea.wanted, StatusName.name)
        .select_from(Idea)
        .join(Thread, Thread.id == Idea.thread_id)
        .outerjoin(StatusName, StatusName.status == Idea.status)
        .where(*where)
        .order_by(Idea.wanted.desc(), Thread.id.desc())
        .limit(limit)
    )
    return tuple(
        Found(row.id, path_of("idea", row.id, row.slug), row.title, row.status, row.name or "", row.wanted)
        for row in db.session.execute(query)
    )


def _has(word: str) -> Any:
    """SQLite knows small and capital letters of ASCII only: so the word also as it was typed, and capitalised."""
    ways = {word, word.lower(), word.capitalize()}
    small = func.lower(Thread.title).contains(word.lower(), autoescape=True)
    return or_(small, *(Thread.title.contains(way, autoescape=True) for way in sorted(ways)))
