"""What feeds tell of threads: the newest of them, and the newest posts of one. One statement each."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, or_, select

from portal.core.db import UtcDateTime, ask, param
from portal.core.errors import NotFound
from portal.people.models import Person
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads.models import Category, Post, Thread, path_of
from portal.threads.policy import is_out, readable, standing_thread, visible_to


@dataclass(frozen=True, slots=True)
class PostTold:
    """A post as a feed tells of it. `number`: of the opening post 1, of a comment None."""

    id: int
    thread_id: int
    number: int | None
    kind: str
    path: str
    title: str
    language: str
    html: str
    author_name: str
    author_username: str
    category: str
    created_at: datetime
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class ThreadTold:
    """The thread that a feed is of."""

    id: int
    kind: str
    path: str
    title: str
    created_at: datetime


def newest_threads(
    viewer: Viewer, *, before: datetime, limit: int, category_id: int | None = None
) -> tuple[PostTold, ...]:
    """The newest threads by what opens them. `before`: announcements that were published since are left out, for they
    can still be taken back."""
    values = particulars(viewer) | {"before": before, "rows": limit, "category": category_id}
    return tuple(_told(row) for row in ask(_threads(stand_in(viewer), category_id is not None), values))


def thread_told(viewer: Viewer, thread_id: int) -> ThreadTold:
    """Raises NotFound, for what is hidden or deleted too."""
    row = ask(_thread(stand_in(viewer)), particulars(viewer) | {"thread": thread_id}).first()
    if row is None:
        raise NotFound
    return ThreadTold(row.id, row.kind, path_of(row.kind, row.id, row.slug), row.title, row.created_at)


def newest_posts(viewer: Viewer, thread_id: int, *, limit: int) -> tuple[PostTold, ...]:
    """The newest posts and comments of a thread."""
    values = particulars(viewer) | {"thread": thread_id, "rows": limit}
    return tuple(_told(row) for row in ask(_posts(stand_in(viewer)), values))


def _told(row: Any) -> PostTold:
    return PostTold(
        id=row.id,
        thread_id=row.thread_id,
        number=row.number,
        kind=row.kind,
        path=path_of(row.kind, row.thread_id, row.slug),
        title=row.title,
        language=row.language,
        html=row.html,
        author_name=row.name or row.username or row.author_name,
        author_username=row.username or "",
        category=row.category,
        created_at=row.created_at,
        edited_at=row.edited_at,
    )


@lru_cache(maxsize=64)
def _threads(viewer: Viewer, of_category: bool) -> Any:
    out = or_(Thread.kind != "announcement", Thread.created_at <= param("before", UtcDateTime()))
    query = _written(viewer).where(Post.number == 1, is_out(), out)
    if of_category:
        query = query.where(Thread.category_id == param("category"))
    return query.order_by(Thread.created_at.desc(), Thread.id.desc()).limit(param("rows"))


@lru_cache(maxsize=64)
def _posts(viewer: Viewer) -> Any:
    query = _written(viewer).where(Thread.id == param("thread"))
    return query.order_by(Post.activity.desc(), Post.id.desc()).limit(param("rows"))


@lru_cache(maxsize=64)
def _thread(viewer: Viewer) -> Any:
    columns = Thread.id, Thread.kind, Thread.slug, Thread.title, Thread.created_at
    return select(*columns).where(Thread.id == param("thread"), *_standing(viewer))


def _standing(viewer: Viewer) -> tuple[Any, ...]:
    return visible_to(viewer), standing_thread()


def _written(viewer: Viewer) -> Any:
    gone = or_(Post.hidden_event_id.is_not(None), Post.deleted_event_id.is_not(None))
    query: Any = (
        select(
            *(Post.id, Post.thread_id, Post.number, Post.html, Post.author_name, Post.created_at, Post.edited_at),
            *(Thread.kind, Thread.slug, Thread.title, Thread.language),
            *(Category.name.label("category"), Person.name, Person.username),
        )
        .select_from(Thread)
        .join(Post, Post.thread_id == Thread.id)
        .join(Category, Category.id == Thread.category_id)
        .outerjoin(Person, Person.id == Post.author_id)
        .where(and_(*_standing(viewer)), readable(viewer), ~gone)
    )
    return query
