"""The one door to a thread and to a post, and where they are found."""

from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased, contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from portal.core.db import ask, db, param
from portal.core.errors import NotFound
from portal.events.models import Event
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads.models import Category, Post, Thread, path_of
from portal.threads.policy import can_read, visible_to

POSTS_PER_PAGE = 20


def page_of(number: int) -> int:
    """The page that a number is on. Numbers are dense and never reused, so this never changes for a reply."""
    return (number - 1) // POSTS_PER_PAGE + 1


def get_visible(viewer: Viewer, thread_id: int, *, for_update: bool = False) -> Thread:
    """The thread with its category; locked until the end of the transaction for whoever will change it.

    Raises NotFound, whether it is missing or may not be seen."""
    thread = db.session.scalar(_visible(stand_in(viewer), for_update), particulars(viewer) | {"thread": thread_id})
    if thread is None:
        raise NotFound
    return thread


@cache
def _visible(viewer: Viewer, for_update: bool) -> Any:
    query = (
        select(Thread)
        .join(Category, Category.id == Thread.category_id)
        .options(contains_eager(Thread.category))
        .where(Thread.id == param("thread"), visible_to(viewer))
        .execution_options(populate_existing=True)
    )
    return query.with_for_update(of=Thread, key_share=True) if for_update else query


def get_meant(viewer: Viewer, thread_id: int) -> Thread:
    """The thread that someone had before them who replies or presses a button now, locked as by `get_visible`; if it
    was merged meanwhile, the one that it went into. Raises NotFound."""
    with suppress(NotFound):
        thread = get_visible(viewer, thread_id, for_update=True)
        if not thread.is_deleted:
            return thread
    return get_visible(viewer, merged_into(thread_id) or thread_id, for_update=True)


def opening_post(viewer: Viewer, thread_id: int) -> int:
    """The id of the post that opens the thread. Raises NotFound."""
    opens = Thread.id == thread_id, Post.number == 1, visible_to(viewer)
    found = db.session.scalar(select(Post.id).join(Thread, Thread.id == Post.thread_id).where(*opens))
    if found is None:
        raise NotFound
    return found


def get_visible_post(viewer: Viewer, post_id: int, *, for_update: bool = False) -> Post:
    """The post with its thread (locked, not the post: whoever changes a thread's posts holds the thread).

    Raises NotFound; also where they would see no more of it than a stub."""
    thread_id = db.session.scalar(select(Post.thread_id).where(Post.id == post_id))
    if thread_id is None:
        raise NotFound
    thread = get_visible(viewer, thread_id, for_update=for_update)
    post = db.session.scalar(select(Post).where(Post.id == post_id).execution_options(populate_existing=True))
    if post is None or post.thread_id != thread_id or not can_read(viewer, post):
        raise NotFound
    if post.parent_id is not None:
        parent = db.session.get_one(Post, post.parent_id, populate_existing=True)
        if not can_read(viewer, parent):
            raise NotFound
    set_committed_value(post, "thread", thread)
    return post


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post is found. A comment is on the page of the post that it is about."""

    path: str
    page: int
    post_id: int
    thread_id: int


def place_of(viewer: Viewer, post_id: int) -> Place:
    """Where a post is now; a deleted or hidden one too, as its stub keeps the place. Raises NotFound."""
    row = ask(_place(stand_in(viewer)), particulars(viewer) | {"post": post_id}).first()
    if row is None:
        raise NotFound
    return Place(path_of(row.kind, row.id, row.slug), page_of(row.number or row.of), post_id, row.id)


@cache
def _place(viewer: Viewer) -> Any:
    parent = aliased(Post)
    return (
        select(Thread.id, Thread.kind, Thread.slug, Post.number, parent.number.label("of"))
        .select_from(Post)
        .join(Thread, Thread.id == Post.thread_id)
        .outerjoin(parent, parent.id == Post.parent_id)
        .where(Post.id == param("post"), visible_to(viewer))
    )


def thread_place(viewer: Viewer, thread_id: int) -> str:
    """The address of a thread; of a merged one, that of the thread it went into. Raises NotFound."""
    now_in = merged_into(thread_id) or thread_id
    row = db.session.execute(
        select(Thread.id, Thread.kind, Thread.slug).where(Thread.id == now_in, visible_to(viewer))
    ).first()
    if row is None:
        raise NotFound
    return path_of(row.kind, row.id, row.slug)


def merged_into(thread_id: int) -> int | None:
    """The thread that this one was merged into, if it was; where that was merged too, the last of them. Nobody's right
    to see any of them is looked at."""
    data = db.session.scalar(
        select(Event.data)
        .join(Thread, Thread.deleted_event_id == Event.id)
        .where(Thread.id == thread_id, Event.kind == "thread.merged")
    )
    into = (data or {}).get("into")
    return (merged_into(into) or into) if isinstance(into, int) else None
