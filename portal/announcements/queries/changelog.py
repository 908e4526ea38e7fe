"""What was announced, newest first: all of it, a month, or what has a tag."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, func, select

from portal.announcements.models import Announcement
from portal.announcements.queries.items import ItemShown, items_by_announcement
from portal.core.db import UtcDateTime, ask, param
from portal.core.paging import Order, Page, page
from portal.people.models import Person
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads.models import Post, Tag, Thread, ThreadTag, path_of
from portal.threads.policy import standing_thread, visible_to
from portal.threads.queries import tags_by_thread

LOOKED_AT = 2_000
"""The announcements, newest first, that the list of months looks at."""
MOST_TAGS = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One announcement as the changelog shows it: whole."""

    id: int
    path: str
    title: str
    language: str
    privacy: str
    html: str
    published_at: datetime
    edited_at: datetime | None
    author_name: str
    author_username: str
    replies: int
    tags: tuple[str, ...]
    items: tuple[ItemShown, ...]


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag, and how many announcements this viewer may see that have it."""

    name: str
    announcements: int


def changelog(
    viewer: Viewer,
    *,
    tag: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = 10,
) -> Page[Entry]:
    """One page of the published announcements that this viewer may see, in three statements."""
    given = {"tag": tag or None, "since": since, "until": until}
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    query = _entries(stand_in(viewer), frozenset(values))
    order = Order(Announcement.published_at, Announcement.thread_id)
    found = page(query, order, cursor=cursor, limit=limit, make=_same, values=values | particulars(viewer))
    ids = [row.id for row in found.rows]
    tags, items = tags_by_thread(ids), items_by_announcement(viewer, ids)
    made = (_entry(row, tags.get(row.id, ()), items.get(row.id, ())) for row in found.rows)
    return Page(tuple(made), found.older, found.newer)


def moments(viewer: Viewer) -> tuple[datetime, ...]:
    """When each was published, newest first."""
    return tuple(ask(_moments(stand_in(viewer)), particulars(viewer)).scalars())


def tags(viewer: Viewer) -> tuple[TagCount, ...]:
    """The tags of what was announced, those used most first."""
    return tuple(TagCount(row.name, row.uses) for row in ask(_tags(stand_in(viewer)), particulars(viewer)))


def _same(row: Any) -> Any:
    return row


def _entry(row: Any, tags: tuple[str, ...], items: tuple[ItemShown, ...]) -> Entry:
    return Entry(
        id=row.id,
        path=path_of("announcement", row.id, row.slug),
        title=row.title,
        language=row.language,
        privacy=row.privacy,
        html=row.html,
        published_at=row.published_at,
        edited_at=row.edited_at,
        author_name=row.name or row.username or row.author_name,
        author_username=row.username or "",
        replies=row.replies,
        tags=tags,
        items=items,
    )


def listed(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Conditions on Announcement and its Thread: it is published, and this viewer may see it."""
    return (
        Announcement.state == "published",
        visible_to(viewer),
        standing_thread(),
    )


@lru_cache(maxsize=64)
def _entries(viewer: Viewer, asked: frozenset[str]) -> Any:
    query: Any = (
        select(
            *(Thread.id, Thread.slug, Thread.title, Thread.language, Thread.privacy, Thread.author_name),
            *(Thread.replies, Post.html, Post.edited_at, Announcement.published_at, Person.name, Person.username),
        )
        .select_from(Announcement)
        .join(Thread, Thread.id == Announcement.thread_id)
        .join(Post, (Post.thread_id == Thread.id) & (Post.number == 1))
        .outerjoin(Person, Person.id == Thread.author_id)
        .where(*listed(viewer))
    )
    if "tag" in asked:
        marked = select(ThreadTag.thread_id).join(Tag, Tag.id == ThreadTag.tag_id).where(Tag.name == param("tag"))
        query = query.where(Thread.id.in_(marked))
    if "since" in asked:
        query = query.where(Announcement.published_at >= param("since", UtcDateTime()))
    if "until" in asked:
        query = query.where(Announcement.published_at < param("until", UtcDateTime()))
    return query


@lru_cache(maxsize=64)
def _moments(viewer: Viewer) -> Any:
    return (
        select(Announcement.published_at)
        .join(Thread, Thread.id == Announcement.thread_id)
        .where(*listed(viewer))
        .order_by(Announcement.published_at.desc())
        .limit(LOOKED_AT)
    )


@lru_cache(maxsize=64)
def _tags(viewer: Viewer) -> Any:
    uses = func.count().label("uses")
    return (
        select(Tag.name, uses)
        .select_from(Announcement)
        .join(Thread, Thread.id == Announcement.thread_id)
        .join(ThreadTag, ThreadTag.thread_id == Thread.id)
        .join(Tag, Tag.id == ThreadTag.tag_id)
        .where(*listed(viewer))
        .group_by(Tag.name)
        .order_by(uses.desc(), Tag.name)
        .limit(MOST_TAGS)
    )
