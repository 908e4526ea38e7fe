"""How much someone has not read, of what they may see: by thread, by category, in all, and on a page of a thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import and_, case, func, literal, select
from sqlalchemy.orm import aliased

from portal.core.among import among
from portal.core.db import ask, db, param
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads.models import Post, ReadMark, Thread
from portal.threads.policy import standing
from portal.threads.queries.doors import page_of
from portal.threads.queries.lists import ThreadRow
from portal.threads.queries.shown import ThreadPage
from portal.threads.queries.unread import has_unread, is_heard, never_opened, recent, since, unread

MOST = 100
"""Where counting ends: what reaches it is shown as "99+"."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Of one thread. `is_new`: it was never opened, and its first post is among what is unread; how much is not counted
    then."""

    count: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What is unread in a thread, and what a page of it shows of that."""

    count: int = 0
    first_id: int | None = None
    """The post to begin at; None where nothing is unread, and in a thread that was never opened."""
    line_id: int | None = None
    """The first post on this page that is unread, where others were read before."""
    read_to: int | None = None
    """How far the thread is read once this page was; None where that changes nothing."""
    comment_ids: frozenset[int] = frozenset()
    """The comments that are unread, where others were read before: they stand among those that were."""


@dataclass(frozen=True, slots=True)
class News:
    """What was written in a thread since someone opened it: how much, at most MOST, and where it begins."""

    count: int
    first_id: int
    page: int


NOTHING = Reading()


def unread_by_thread(viewer: Viewer, rows: Sequence[ThreadRow]) -> dict[int, Unread]:
    """Those of the rows in which something is unread, in one statement, or none where nothing can be."""
    ids = [row.id for row in rows if row.last_activity_at > since(viewer)]
    if viewer.id is None or not ids:
        return {}
    found: dict[int, Unread] = {}
    for row in ask(_of_threads(stand_in(viewer)), particulars(viewer) | {"threads": ids}):
        if row.unread:
            found[row.id] = Unread(row.unread, is_new=row.is_new)
    return found


def unread_total(viewer: Viewer, *, besides: int | None = None) -> int:
    """How many threads have something unread, at most MOST; `besides` the one that is being read."""
    if viewer.id is None:
        return 0
    return ask(_in_all(stand_in(viewer)), particulars(viewer) | {"besides": besides or 0}).scalar() or 0


def unread_by_category(viewer: Viewer) -> dict[int, int]:
    """How many threads of each category have something unread."""
    if viewer.id is None:
        return {}
    return {row[0]: row[1] for row in ask(_of_categories(stand_in(viewer)), particulars(viewer))}


def reading(viewer: Viewer, thread: ThreadPage) -> Reading:
    """What is unread in the thread, as they look at this page of it. One statement, or none where nothing can be."""
    if viewer.id is None or thread.read_to >= thread.activity or thread.last_activity_at <= since(viewer):
        return NOTHING
    values = particulars(viewer) | {"thread": thread.id, "mark": thread.read_to}
    found = ask(_of_thread(stand_in(viewer)), values).all()
    elsewhere = next((row for row in found if page_of(row.place) != thread.page), None)
    to = elsewhere.activity - 1 if elsewhere else found[-1].activity if len(found) == MOST else thread.activity
    if not found:
        return Reading(read_to=to)
    ids = {row.id for row in found}
    begins = any(row.number == 1 for row in found)
    line = next((post.id for post in thread.posts if post.id in ids), None)
    return Reading(
        count=len(found),
        first_id=None if begins else found[0].id,
        line_id=None if begins else line,
        read_to=None if elsewhere is found[0] else to,
        comment_ids=frozenset() if begins else frozenset(row.id for row in found if row.number is None),
    )


def first_unread(viewer: Viewer, thread_id: int) -> int | None:
    """The post of a thread to go on reading at; None where everything is read. The thread itself is not looked at."""
    if viewer.id is None:
        return None
    mark = db.session.scalar(select(ReadMark.activity).filter_by(person_id=viewer.id, thread_id=thread_id)) or 0
    query = select(Post.id).where(Post.thread_id == thread_id, unread(viewer, mark))
    return db.session.scalar(query.order_by(Post.activity).limit(1))


def news(viewer: Viewer, thread_id: int, *, after: int) -> News | None:
    """What others wrote after a place in the thread's activity. The thread itself is not looked at."""
    values = particulars(viewer) | {"thread": thread_id, "mark": after}
    found = ask(_after(stand_in(viewer)), values).all()
    return News(len(found), found[0].id, page_of(found[0].place)) if found else None


@cache
def _of_threads(viewer: Viewer) -> Any:
    mark = and_(ReadMark.thread_id == Thread.id, ReadMark.person_id == viewer.id)
    to = func.coalesce(ReadMark.activity, 0)
    some = select(literal(1)).where(Post.thread_id == Thread.id, unread(viewer, to)).correlate(Thread, ReadMark)
    count = select(func.count()).select_from(some.limit(MOST).subquery()).scalar_subquery()
    by_other = Thread.author_id.is_distinct_from(viewer.id)
    is_new = and_(to == 0, Thread.created_at > since(viewer), by_other)
    unread_ = case((and_(is_new, never_opened(viewer, Thread, to)), 1), else_=count)
    return (
        select(Thread.id, is_new.label("is_new"), unread_.label("unread"))
        .outerjoin(ReadMark, mark)
        .where(among(Thread.id, "threads"), to < Thread.activity, is_heard(viewer, Thread))
    )


@cache
def _in_all(viewer: Viewer) -> Any:
    looked_at = recent(viewer)
    found = select(literal(1)).select_from(looked_at)
    found = found.where(looked_at.c.id != param("besides"), has_unread(viewer, looked_at.c, looked_at.c.mark))
    found = found.where(is_heard(viewer, looked_at.c)).limit(MOST)
    return select(func.count()).select_from(found.subquery())


@cache
def _of_categories(viewer: Viewer) -> Any:
    looked_at = recent(viewer)
    query = select(looked_at.c.category_id, func.count()).group_by(looked_at.c.category_id)
    return query.where(has_unread(viewer, looked_at.c, looked_at.c.mark), is_heard(viewer, looked_at.c))


@cache
def _of_thread(viewer: Viewer) -> Any:
    return _placed().where(unread(viewer, param("mark")))


@cache
def _after(viewer: Viewer) -> Any:
    query = _placed().where(Post.activity > param("mark"), standing())
    return query if viewer.id is None else query.where(Post.author_id.is_distinct_from(viewer.id))


def _placed() -> Any:
    """The posts of a thread in the order of its activity, with the number of the one that decides on their page."""
    parent = aliased(Post)
    return (
        select(Post.id, Post.number, Post.activity, func.coalesce(Post.number, parent.number).label("place"))
        .outerjoin(parent, parent.id == Post.parent_id)
        .where(Post.thread_id == param("thread"))
        .order_by(Post.activity)
        .limit(MOST)
    )
