"""Ideas and announcements, each from the other: where an idea was announced, and the ideas one could announce."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, func, or_, select

from portal.announcements.models import Announcement, AnnouncementItem
from portal.announcements.queries.changelog import listed
from portal.core.db import ask, db, param
from portal.ideas.models import Idea
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads.models import Thread, path_of
from portal.threads.policy import standing_thread, visible_to

LONGEST = 200
_NUMBER = re.compile(r"(?:^#?|/ideas/|/t/)(\d{1,18})(?=$|[-/?#\s])")


@dataclass(frozen=True, slots=True)
class Announced:
    """What an announcement says of an idea."""

    id: int
    path: str
    title: str
    language: str
    published_at: datetime
    outcome: str
    note_html: str
    available_on: date | None
    available_to: str


@dataclass(frozen=True, slots=True)
class IdeaFound:
    """An idea that an announcement could name."""

    id: int
    path: str
    title: str
    status: str
    wanted: int


def of_idea(viewer: Viewer, idea_id: int) -> tuple[Announced, ...]:
    """The published announcements that name this idea and that this viewer may see, newest first. Whether they may
    see the idea has been asked."""
    rows = ask(_of_idea(stand_in(viewer)), particulars(viewer) | {"idea": idea_id})
    return tuple(
        Announced(
            id=row.id,
            path=path_of("announcement", row.id, row.slug),
            title=row.title,
            language=row.language,
            published_at=row.published_at,
            outcome=row.outcome,
            note_html=row.note_html,
            available_on=row.available_on,
            available_to=row.available_to,
        )
        for row in rows
    )


@cache
def _of_idea(viewer: Viewer) -> Any:
    item = AnnouncementItem
    return (
        select(
            *(Thread.id, Thread.slug, Thread.title, Thread.language, Announcement.published_at),
            *(item.outcome, item.note_html, item.available_on, item.available_to),
        )
        .select_from(item)
        .join(Announcement, Announcement.thread_id == item.announcement_id)
        .join(Thread, Thread.id == item.announcement_id)
        .where(item.idea_id == param("idea"), *listed(viewer))
        .order_by(Announcement.published_at.desc(), Thread.id.desc())
    )


def idea_number(typed: str) -> int:
    """The id in what someone typed or pasted: a number, or the address of an idea. 0: there is none."""
    found = _NUMBER.search(typed.strip())
    return int(found[1]) if found else 0


def find_ideas(viewer: Viewer, typed: str, *, limit: int = 8) -> tuple[IdeaFound, ...]:
    """The ideas whose title has all these words or parts of them, those most wanted first; by its number, that one."""
    words = typed[:LONGEST].split()
    if not words:
        return ()
    named = idea_number(typed)
    by_title = and_(*(_has(word) for word in words))
    query = (
        select(Idea.thread_id, Thread.slug, Thread.title, Idea.status, Idea.wanted)
        .join(Thread, Thread.id == Idea.thread_id)
        .where(visible_to(viewer), Idea.merged_into_id.is_(None), or_(by_title, Idea.thread_id == named))
        .where(standing_thread())
        .order_by(Idea.wanted.desc(), Idea.thread_id.desc())
        .limit(limit)
    )
    return tuple(_found(row) for row in db.session.execute(query))


def ideas_named(viewer: Viewer, ids: list[int]) -> dict[int, IdeaFound]:
    """Those of these ideas that the viewer may see, merged ones too."""
    query = (
        select(Idea.thread_id, Thread.slug, Thread.title, Idea.status, Idea.wanted)
        .join(Thread, Thread.id == Idea.thread_id)
        .where(visible_to(viewer), Idea.thread_id.in_(ids))
    )
    return {row.thread_id: _found(row) for row in db.session.execute(query)} if ids else {}


def _has(word: str) -> Any:
    """SQLite lowers only a to z, so a word is also looked for as it was typed, and with a capital."""
    ways = {word, word.lower(), word.capitalize()}
    return or_(*(func.lower(Thread.title).contains(way.lower(), autoescape=True) for way in ways), *_as_typed(ways))


def _as_typed(ways: set[str]) -> list[Any]:
    return [Thread.title.contains(way, autoescape=True) for way in sorted(ways)]


def _found(row: Any) -> IdeaFound:
    return IdeaFound(row.thread_id, path_of("idea", row.thread_id, row.slug), row.title, row.status, row.wanted)
