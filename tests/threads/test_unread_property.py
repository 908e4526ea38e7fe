"""Whatever people do, and in whatever order they read: nothing unseen is claimed as read, nothing else is unread."""

from dataclasses import dataclass, field
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.clock import now
from portal.core.db import db, write
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.threads import actions
from portal.threads.models import Category, Post, Thread
from portal.threads.queries import (
    doors,
    first_unread,
    page,
    place_of,
    reading,
    rows,
    thread_page,
    unread_by_thread,
    unread_total,
)
from portal.threads.queries.unread import read_to, unread
from tests.factories import make_category, make_comment, make_person, make_reply, make_thread, viewer_of

NUMBER = st.integers(0, 7)
DEEDS = ("reply", "reply", "comment", "hide", "show", "delete", "move", "merge", "split", "view", "view", "view", "all")
STEPS = st.lists(st.tuples(st.sampled_from(DEEDS), NUMBER, NUMBER, NUMBER), min_size=4, max_size=22)


@dataclass
class World:
    """What there is, and what each reader was ever shown."""

    readers: list[int]
    open: Category
    closed: Category
    boss: Viewer
    threads: list[int] = field(default_factory=list[int])
    shown: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    came_back: set[int] = field(default_factory=set[int])
    """Posts that were out of sight for a time: whoever read on meanwhile is not asked to go back."""

    def viewer(self, which: int) -> Viewer:
        return viewer_of(db.session.get_one(Person, self.readers[which % len(self.readers)]))

    def posts(self, *where: object) -> list[Post]:
        query = db.select(Post).where(Post.thread_id.in_(self.threads), *where)  # type: ignore[arg-type]
        return list(db.session.scalars(query.order_by(Post.id).execution_options(populate_existing=True)))


def begin() -> World:
    started = now()
    readers = [make_person(created_at=started).id for _ in range(3)]
    boss = viewer_of(make_person(role="moderator", created_at=started))
    world = World(readers, make_category(), make_category(visibility="staff"), boss)
    for number in range(2):
        world.threads.append(make_thread(world.viewer(number), category=world.open).id)
    world.shown = {reader: set() for reader in readers}
    return world


def do(world: World, deed: str, a: int, b: int, c: int) -> None:
    thread = db.session.get_one(Thread, world.threads[a % len(world.threads)], populate_existing=True)
    stands = thread.deleted_event_id is None and thread.category_id == world.open.id
    posts = [post for post in world.posts(Post.thread_id == thread.id) if post.stands]
    replies = [post for post in posts if (post.number or 0) > 1]
    if deed == "reply" and stands:
        make_reply(thread, world.viewer(b))
    elif deed == "comment" and stands:
        tops = [post for post in posts if post.number]
        make_comment(tops[c % len(tops)], world.viewer(b))
    elif deed in ("hide", "delete") and replies:
        post = replies[c % len(replies)]
        world.came_back |= {each.id for each in posts if post.id in (each.id, each.parent_id)}
        act = {"hide": lambda: write(actions.hide_post, world.boss, post.id, on=True, reason="Rude")}
        act.get(deed, lambda: write(actions.delete_post, world.boss, post.id, reason="Twice"))()
    elif deed == "show":
        hidden = world.posts(Post.hidden_event_id.is_not(None), Post.deleted_event_id.is_(None))
        if hidden:
            write(actions.hide_post, world.boss, hidden[c % len(hidden)].id, on=False)
    elif deed == "move" and thread.deleted_event_id is None:
        to = world.closed if stands else world.open
        write(actions.move, world.boss, thread.id, category_id=to.id, reason="There")
    elif deed == "merge" and stands:
        into = db.session.get_one(Thread, world.threads[b % len(world.threads)])
        if into.id != thread.id and into.deleted_event_id is None:
            write(actions.merge, world.boss, thread.id, into=into.id, reason="Same")
    elif deed == "split" and stands and len(replies) > 1:
        words = {"title": "Apart", "category_id": world.open.id, "reason": "Another question"}
        ids = [post.id for post in replies[:: 1 + c % 2]]
        world.threads.append(write(actions.split, world.boss, thread.id, post_ids=ids, **words))
    elif deed == "view" and stands:
        view(world, world.viewer(b), thread.id, 1 + c % doors.page_of(thread.last_number))
    elif deed == "all":
        viewer = world.viewer(b)
        write(actions.mark_all_read, viewer, before=now())
        world.shown[viewer.id or 0] |= {post.id for post in world.posts()}


def view(world: World, viewer: Viewer, thread_id: int, number: int) -> None:
    """They look at a page; what stands on it they have seen."""
    seen = thread_page(viewer, thread_id, number)
    found = reading(viewer, seen)
    if found.read_to is not None:
        write(actions.mark_read, viewer, thread_id, to=found.read_to)
    for post in seen.posts:
        world.shown[viewer.id or 0] |= {each.id for each in (post, *post.comments) if not each.is_stub}


def check(world: World) -> None:
    standing = {post.id for post in world.posts() if post.stands}
    for which, reader in enumerate(world.readers):
        viewer = world.viewer(which)
        listed = rows(viewer, limit=100).rows
        shown = unread_by_thread(viewer, listed)
        ids = {row.id for row in listed if row.id in world.threads}
        total = 0
        for thread_id in ids:
            here = world.posts(Post.thread_id == thread_id)
            hidden = {post.id for post in here if not post.stands}
            could = {post.id for post in here if post.author_id != reader and post.parent_id not in hidden} & standing
            missed = could - world.shown[reader] - world.came_back
            thread = db.session.get_one(Thread, thread_id)
            found = db.session.scalars(
                db.select(Post.id).where(Post.thread_id == thread_id, unread(viewer, read_to(viewer, thread)))
            )
            told = set(found)
            assert missed <= told <= could, (missed - told, told - could)
            assert (thread_id in shown) == bool(told)
            if told and not shown[thread_id].is_new:
                assert shown[thread_id].count == len(told)
            total += bool(told)
        assert unread_total(viewer) == total


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_unread_is_what_may_be_seen_and_was_not(app: Flask, steps: list[tuple[str, int, int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doors, "POSTS_PER_PAGE", 2)
        patch.setattr(page, "POSTS_PER_PAGE", 2)
        world = begin()
        for deed, a, b, c in steps:
            do(world, deed, a, b, c)
            check(world)
        for which in range(len(world.readers)):
            follow_the_links(world, world.viewer(which))
        check(world)
    db.session.rollback()


def follow_the_links(world: World, viewer: Viewer) -> None:
    """From one "first unread" to the next, until there is none: each leads on."""
    for row in rows(viewer, limit=100).rows:
        steps = count()
        while row.id in world.threads and (post_id := first_unread(viewer, row.id)) is not None:
            assert next(steps) < 60, "it leads in a circle"
            view(world, viewer, row.id, place_of(viewer, post_id).page)
        assert row.id not in unread_by_thread(viewer, [row])
