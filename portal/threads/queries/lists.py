"""Lists of threads, newest first in one of three senses, by the last row seen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, join, select
from sqlalchemy.orm import aliased

from portal.core.db import ask, param
from portal.core.paging import Order, Page, page
from portal.people.models import Person
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads.models import Category, Tag, Thread, ThreadTag, path_of
from portal.threads.policy import is_out, standing_thread, visible_to
from portal.threads.queries.unread import waiting_to_be_read

ORDERS = {"active": Thread.last_activity_at, "new": Thread.created_at, "helpful": Thread.helpful}
MOST_PINNED = 5
NARROWED = {
    "kind": (Thread.kind, Thread.kind + ""),
    "category": (Thread.category_id, Thread.category_id + 0),
    "author": (Thread.author_id, Thread.author_id + 0),
    "language": (Thread.language, Thread.language + ""),
}
"""What a list is narrowed by: the column, and the same so that no index serves it."""


class ThreadRow(NamedTuple):
    """What one row of a list shows. An author without a name is someone who left; one without a username has no
    profile. A tuple: a page makes and compares many, which takes a frozen dataclass four times as long."""

    id: int
    kind: str
    path: str
    title: str
    language: str
    privacy: str
    category_name: str
    category_slug: str
    category_colour: str
    tags: tuple[str, ...]
    author_name: str
    author_username: str
    created_at: datetime
    last_activity_at: datetime
    last_poster_name: str
    last_poster_username: str
    replies: int
    helpful: int
    views: int
    is_answered: bool
    is_solved: bool
    is_pinned: bool
    is_closed: bool
    is_locked: bool
    is_hidden: bool
    is_deleted: bool


def rows(
    viewer: Viewer,
    *,
    kind: str | None = None,
    category_id: int | None = None,
    tag: str | None = None,
    author_id: int | None = None,
    unanswered: bool = False,
    unread: bool = False,
    gone: bool = False,
    order: str = "active",
    language: str | None = None,
    cursor: str | None = None,
    limit: int = 30,
) -> Page[ThreadRow]:
    """One page of the threads that this viewer may see, in at most three statements.

    `gone`: the hidden and deleted ones of those, instead of those that stand. Pinned threads come first in the lists
    by activity that are not of a tag, an author, or what is unanswered or unread."""
    given = {"kind": kind, "category": category_id, "tag": tag, "author": author_id, "language": language}
    values = {name: value for name, value in given.items() if value is not None}
    flags = {"unanswered": unanswered, "unread": unread, "gone": gone}
    asked = frozenset(values) | {name for name, on in flags.items() if on}
    values |= particulars(viewer)
    who = stand_in(viewer)
    first: list[Any] = []
    if order == "active" and asked <= {"kind", "category", "language"}:
        first = [*ask(_pinned(who, asked), values)]
        if first:
            asked, values = asked | {"unpinned"}, values | {"pinned": [row.id for row in first]}
    by = ORDERS.get(order, Thread.last_activity_at)
    query = _listed(who, asked)
    found = page(query, Order(by, Thread.id), cursor=cursor, limit=limit, make=_same, values=values)
    return Page(made_rows([*(first if found.newer is None else []), *found.rows]), found.older, found.newer)


@lru_cache(maxsize=512)
def _listed(viewer: Viewer, asked: frozenset[str]) -> Any:
    """The rows of a list, by what it is narrowed to."""
    return row_query().where(*_where(viewer, asked, {name: column for name, (column, _) in NARROWED.items()}))


@lru_cache(maxsize=512)
def _pinned(viewer: Viewer, asked: frozenset[str]) -> Any:
    """The pinned ones of it. They are few: its index is the one to use, so those of the others are kept out of it."""
    where = _where(viewer, asked, {name: plain for name, (_, plain) in NARROWED.items()})
    query = row_query().where(*where, Thread.pinned_event_id.is_not(None))
    return query.order_by(Thread.pinned_event_id.desc()).limit(MOST_PINNED)


def _where(viewer: Viewer, asked: frozenset[str], columns: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    where = [visible_to(viewer), *_standing("gone" in asked)]
    if viewer.is_staff:
        where.append(is_out())
    where += [column == param(name) for name, column in columns.items() if name in asked]
    if "tag" in asked:
        marked = select(ThreadTag.thread_id).join(Tag, Tag.id == ThreadTag.tag_id).where(Tag.name == param("tag"))
        where.append(Thread.id.in_(marked))
    if "unanswered" in asked:
        where += [Thread.kind == "question", Thread.first_reply_at.is_(None), Thread.closed_event_id.is_(None)]
    if "unread" in asked:
        where += waiting_to_be_read(viewer)
    if "unpinned" in asked:
        where.append(Thread.id.not_in(param("pinned", many=True)))
    return where


def _standing(gone: bool) -> list[ColumnElement[bool]]:
    if gone:
        return [Thread.hidden_event_id.is_not(None) | Thread.deleted_event_id.is_not(None)]
    return [standing_thread()]


def row_query(of: Any = None) -> Any:
    """What a row shows of a thread, of all threads; `of`: of those that are in this table, which shares their ids."""
    last = aliased(Person)
    query: Any = (
        select(
            Thread.id,
            Thread.kind,
            Thread.slug,
            Thread.title,
            Thread.language,
            Thread.privacy,
            Thread.author_name,
            Thread.last_poster_name,
            Thread.created_at,
            Thread.last_activity_at,
            Thread.replies,
            Thread.helpful,
            Thread.views,
            Thread.first_reply_at,
            Thread.accepted_post_id,
            Thread.pinned_event_id,
            Thread.closed_event_id,
            Thread.locked_event_id,
            Thread.hidden_event_id,
            Thread.deleted_event_id,
            Category.name.label("category_name"),
            Category.slug.label("category_slug"),
            Category.colour.label("category_colour"),
            Person.name.label("person_name"),
            Person.username,
            last.name.label("last_name"),
            last.username.label("last_username"),
        )
        .select_from(Thread if of is None else join(of, Thread, Thread.id == of.thread_id))
        .outerjoin(Category, Category.id == Thread.category_id)
        .outerjoin(Person, Person.id == Thread.author_id)
        .outerjoin(last, last.id == Thread.last_poster_id)
    )
    return query


def _same(row: Any) -> Any:
    return row


def made_rows(found: Sequence[Any]) -> tuple[ThreadRow, ...]:
    """What came of `row_query`, with the tags of each: one statement."""
    tags = tags_by_thread([row.id for row in found])
    return tuple(_row(row, tags.get(row.id, ())) for row in found)


def _row(row: Any, tags: tuple[str, ...]) -> ThreadRow:
    return ThreadRow(
        id=row.id,
        kind=row.kind,
        path=path_of(row.kind, row.id, row.slug),
        title=row.title,
        language=row.language,
        privacy=row.privacy,
        category_name=row.category_name,
        category_slug=row.category_slug,
        category_colour=row.category_colour,
        tags=tags,
        author_name=row.person_name or row.username or row.author_name,
        author_username=row.username or "",
        created_at=row.created_at,
        last_activity_at=row.last_activity_at,
        last_poster_name=row.last_name or row.last_username or row.last_poster_name,
        last_poster_username=row.last_username or "",
        replies=row.replies,
        helpful=row.helpful,
        views=row.views,
        is_answered=row.first_reply_at is not None,
        is_solved=row.accepted_post_id is not None,
        is_pinned=row.pinned_event_id is not None,
        is_closed=row.closed_event_id is not None,
        is_locked=row.locked_event_id is not None,
        is_hidden=row.hidden_event_id is not None,
        is_deleted=row.deleted_event_id is not None,
    )


def tags_by_thread(thread_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The tags of each of these threads, in order."""
    found: dict[int, tuple[str, ...]] = {}
    if thread_ids:
        for thread_id, name in ask(_TAGS, {"threads": thread_ids}):
            found[thread_id] = (*found.get(thread_id, ()), name)
    return found


_TAGS = (
    select(ThreadTag.thread_id, Tag.name)
    .join(Tag, Tag.id == ThreadTag.tag_id)
    .where(ThreadTag.thread_id.in_(param("threads", many=True)))
    .order_by(Tag.name)
)
