"""Lists of threads, newest first in one of three senses, by the last row seen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, join, select

from portal.core.among import among
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


BETWEEN_TAGS = "\n"
TAG_NAMES: Any = (
    select(func.aggregate_strings(Tag.name, BETWEEN_TAGS))
    .join(ThreadTag, ThreadTag.tag_id == Tag.id)
    .where(ThreadTag.thread_id == Thread.id)
    .correlate(Thread)
    .scalar_subquery()
)
"""The tags of a thread, as a column of a query of threads: asking for them by themselves costs a page more."""


class ThreadRow(NamedTuple):
    """What one row of a list shows: the columns of `row_query` as they come. A page makes and compares many, so what
    they mean is worked out when it is asked for."""

    id: int
    kind: str
    slug: str
    title: str
    language: str
    privacy: str
    category_name: str
    category_slug: str
    category_colour: str
    written_name: str
    """Of an author who has no account here."""
    person_name: str | None
    username: str | None
    created_at: datetime
    last_activity_at: datetime
    replies: int
    helpful: int
    is_answered: bool
    accepted_post_id: int | None
    pinned_event_id: int | None
    closed_event_id: int | None
    locked_event_id: int | None
    hidden_event_id: int | None
    deleted_event_id: int | None
    tag_names: str | None

    @property
    def tags(self) -> tuple[str, ...]:
        return split_tags(self.tag_names)

    @property
    def path(self) -> str:
        return path_of(self.kind, self.id, self.slug)

    @property
    def author_name(self) -> str:
        """Empty for someone who left."""
        return self.person_name or self.username or self.written_name

    @property
    def author_username(self) -> str:
        """Empty where there is no profile."""
        return self.username or ""

    @property
    def is_solved(self) -> bool:
        return self.accepted_post_id is not None

    @property
    def is_pinned(self) -> bool:
        return self.pinned_event_id is not None

    @property
    def is_closed(self) -> bool:
        return self.closed_event_id is not None

    @property
    def is_locked(self) -> bool:
        return self.locked_event_id is not None

    @property
    def is_hidden(self) -> bool:
        return self.hidden_event_id is not None

    @property
    def is_deleted(self) -> bool:
        return self.deleted_event_id is not None


COLUMNS = len(ThreadRow._fields)
"""Those of a row that come from `row_query`; a list adds its own."""


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
    """One page of the threads that this viewer may see, in at most two statements.

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
        where.append(~among(Thread.id, "pinned"))
    return where


def _standing(gone: bool) -> list[ColumnElement[bool]]:
    if gone:
        return [Thread.hidden_event_id.is_not(None) | Thread.deleted_event_id.is_not(None)]
    return [standing_thread()]


def row_query(of: Any = None) -> Any:
    """What a row shows of a thread, of all threads; `of`: of those that are in this table, which shares their ids."""
    query: Any = (
        select(
            Thread.id,
            Thread.kind,
            Thread.slug,
            Thread.title,
            Thread.language,
            Thread.privacy,
            Category.name,
            Category.slug,
            Category.colour,
            Thread.author_name,
            Person.name,
            Person.username,
            Thread.created_at,
            Thread.last_activity_at,
            Thread.replies,
            Thread.helpful,
            Thread.first_reply_at.is_not(None),
            Thread.accepted_post_id,
            Thread.pinned_event_id,
            Thread.closed_event_id,
            Thread.locked_event_id,
            Thread.hidden_event_id,
            Thread.deleted_event_id,
            TAG_NAMES,
        )
        .select_from(Thread if of is None else join(of, Thread, Thread.id == of.thread_id))
        .outerjoin(Category, Category.id == Thread.category_id)
        .outerjoin(Person, Person.id == Thread.author_id)
    )
    return query


def _same(row: Any) -> Any:
    return row


def made_rows(found: Sequence[Any]) -> tuple[ThreadRow, ...]:
    """What came of `row_query`."""
    return tuple(ThreadRow._make(row[:COLUMNS]) for row in found)


def split_tags(names: str | None) -> tuple[str, ...]:
    """The tags of a thread in order, as TAG_NAMES brings them."""
    return tuple(sorted(names.split(BETWEEN_TAGS))) if names else ()


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
    .where(among(ThreadTag.thread_id, "threads"))
    .order_by(Tag.name)
)
