"""The inbox: what someone was told, the newest first, the replies of a thread as one. What they may not see any more is
not there, and is not counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.core.db import ask, param
from portal.core.errors import NotFound
from portal.core.paging import Order, Page, page
from portal.events.models import Event
from portal.notices.models import Notice
from portal.people.models import Person
from portal.people.viewer import Viewer, by_sort, of_row, particulars, stand_in
from portal.threads.models import Post, Thread, path_of
from portal.threads.policy import readable, standing, standing_thread, visible_to

MOST = 100
"""Totals count no further: they are shown as 99+."""
TALK = ("reply", "mention", "accepted", "verified")
QUOTED = 8_000
"""Characters of a post's HTML that a letter makes its quote of."""
PARTS = ("", "unread", "asked", "talk")
"""All; what is unread; what became of what they asked for; what is said in conversations."""
OWED = ("author", "on-behalf", "voter", "linked", "merged", "asked", "same")


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One line. Of the replies of a thread it is the newest; `replies`: how many are unread, or else how many there
    were. `is_own`: the thread is the reader's."""

    id: int
    kind: str
    reason: str
    at: datetime
    is_unread: bool
    thread_id: int
    thread_kind: str
    title: str
    path: str
    language: str
    post_id: int | None
    is_opening: bool
    actor: str
    username: str
    avatar: str
    data: dict[str, Any]
    is_own: bool
    replies: int = 1

    @property
    def place(self) -> str:
        """Where it leads: to the post, or to the thread."""
        return f"/posts/{self.post_id}" if self.post_id else self.path


def inbox(viewer: Viewer, part: str = "", *, cursor: str | None = None, limit: int = 30) -> Page[InboxRow]:
    """A page of it, in two statements."""
    query = _rows(stand_in(viewer), part if part in PARTS else "")
    order = Order(Notice.id, Notice.id)
    found = page(query, order, cursor=cursor, limit=limit, make=_row, values=particulars(viewer))
    counted = _replies(viewer, [row.thread_id for row in found.rows if row.kind == "reply"])
    rows = tuple(
        replace(row, replies=counted[row.thread_id][1 if row.is_unread else 0])
        if row.kind == "reply" and row.thread_id in counted
        else row
        for row in found.rows
    )
    return Page(rows, found.older, found.newer)


def inbox_row(viewer: Viewer, notice_id: int) -> InboxRow:
    """One of them. Raises NotFound for another person's, and for what they may not see any more."""
    query = _shown(_columns(stand_in(viewer)), stand_in(viewer)).where(Notice.id == notice_id)
    row = ask(query, particulars(viewer)).one_or_none()
    if row is None:
        raise NotFound
    return _row(row)


def unread_count(viewer: Viewer, *, besides: int | None = None) -> tuple[int, bool]:
    """How many lines are unread, up to MOST, besides those of a thread that they are just reading; and whether that
    has any. One statement."""
    values = particulars(viewer) | {"besides": besides or 0}
    row = ask(_count(stand_in(viewer)), values).one()
    return int(row.lines), bool(row.here)


def told(viewers: Iterable[Viewer], ids: Sequence[int]) -> dict[int, tuple[InboxRow, str]]:
    """Those of these notices of these people that each may see and whose post stands, with the HTML of the post: for
    letters. What is hidden or deleted is not quoted, to nobody. One statement for each sort of people, or none."""
    found: dict[int, tuple[InboxRow, str]] = {}
    for sort, people in by_sort(viewers).items() if ids else ():
        rows = ask(_told(sort), {"people": people, "notices": list(ids)})
        found.update({row.id: (_row(row), row.html or "") for row in rows})
    return found


@cache
def _told(sort: Viewer) -> Any:
    viewer = of_row(sort, _READER)
    query = _shown(_columns(viewer).add_columns(func.substr(Post.html, 1, QUOTED).label("html")), viewer)
    return query.join(_READER, _READER.id == Notice.person_id).where(
        _READER.id.in_(param("people", BigInteger(), many=True)),
        Notice.id.in_(param("notices", BigInteger(), many=True)),
        standing_thread(),
        or_(Notice.post_id.is_(None), standing()),
    )


@cache
def _count(viewer: Viewer) -> Any:
    line = case((Notice.kind == "reply", -Notice.thread_id), else_=Notice.id)
    unread = (
        _shown(select(line.label("line")), viewer)
        .where(Notice.read_at.is_(None), Notice.thread_id != param("besides", BigInteger()))
        .distinct()
        .limit(MOST)
    )
    theirs = Notice.person_id == viewer.id, Notice.read_at.is_(None)
    here = exists().where(*theirs, Notice.thread_id == param("besides", BigInteger()))
    return select(func.count().label("lines"), here.label("here")).select_from(unread.subquery())


@cache
def _rows(viewer: Viewer, part: str) -> Any:
    newer, post = aliased(Notice), aliased(Post)
    there = and_(post.id == newer.post_id, post.hidden_event_id.is_(None), post.deleted_event_id.is_(None))
    later = exists().where(
        newer.person_id == Notice.person_id,
        newer.thread_id == Notice.thread_id,
        newer.kind == "reply",
        newer.id > Notice.id,
        exists().where(there),
    )
    query = _shown(_columns(viewer), viewer).where(or_(Notice.kind != "reply", ~later))
    if part == "unread":
        query = query.where(Notice.read_at.is_(None))
    elif part == "asked":
        query = query.where(Notice.kind.not_in(TALK), Notice.reason.in_(OWED))
    elif part == "talk":
        query = query.where(Notice.kind.in_(TALK))
    return query


def _columns(viewer: Viewer) -> Any:
    return select(
        Notice.id,
        Notice.kind,
        Notice.reason,
        Notice.at,
        Notice.read_at,
        Notice.thread_id,
        Notice.post_id,
        Notice.data,
        Thread.kind.label("thread_kind"),
        Thread.title,
        Thread.slug,
        Thread.language,
        (Thread.author_id == Notice.person_id).label("is_own"),
        Post.number,
        Person.name,
        Person.username,
        Person.avatar,
    )


def _shown(query: Any, viewer: Viewer) -> Any:
    """Theirs, of what they may see: the thread, and the post that it is about."""
    return (
        query.select_from(Notice)
        .join(Thread, Thread.id == Notice.thread_id)
        .join(Event, Event.id == Notice.event_id)
        .outerjoin(Person, Person.id == Event.actor_id)
        .outerjoin(Post, Post.id == Notice.post_id)
        .where(Notice.person_id == viewer.id, visible_to(viewer), or_(Notice.post_id.is_(None), readable(viewer)))
    )


_READER: Any = aliased(Person)


def _row(row: Any) -> InboxRow:
    return InboxRow(
        id=row.id,
        kind=row.kind,
        reason=row.reason,
        at=row.at,
        is_unread=row.read_at is None,
        thread_id=row.thread_id,
        thread_kind=row.thread_kind,
        title=row.title,
        path=path_of(row.thread_kind, row.thread_id, row.slug),
        language=row.language,
        post_id=row.post_id,
        is_opening=row.number == 1,
        actor=row.name or row.username or "",
        username=row.username or "",
        avatar=row.avatar or "",
        data=dict(row.data or {}),
        is_own=bool(row.is_own),
    )


def _replies(viewer: Viewer, thread_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """By thread: how many notices of replies there were, and how many of them are unread."""
    if not thread_ids:
        return {}
    values = particulars(viewer) | {"threads": list(thread_ids)}
    return {row.thread_id: (row.every, row.unread) for row in ask(_count_replies(stand_in(viewer)), values)}


@cache
def _count_replies(viewer: Viewer) -> Any:
    query = select(
        Notice.thread_id,
        func.count().label("every"),
        func.count(case((Notice.read_at.is_(None), 1))).label("unread"),
    )
    chosen = Notice.kind == "reply", Notice.thread_id.in_(param("threads", BigInteger(), many=True))
    return _shown(query, viewer).where(*chosen).group_by(Notice.thread_id)
