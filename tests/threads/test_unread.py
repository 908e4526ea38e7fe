"""What is unread: by thread, by category, in all, and what reading a page of it changes."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.clock import now
from portal.core.db import db, write
from portal.people.models import Person
from portal.people.viewer import VISITOR, Viewer
from portal.threads import actions
from portal.threads.models import Post, ReadMark, Thread
from portal.threads.queries import (
    MOST,
    first_unread,
    news,
    reading,
    rows,
    thread_page,
    unread_by_category,
    unread_by_thread,
    unread_total,
)
from portal.threads.queries.unread import read_to, unread
from tests.factories import make_category, make_comment, make_person, make_reply, make_thread, viewer_of

LONG_AGO = now() - timedelta(days=30)


def reader(**given: object) -> Viewer:
    """Someone who has been here for a while."""
    return viewer_of(make_person(**({"created_at": LONG_AGO} | given)))


def again(viewer: Viewer) -> Viewer:
    """The same person, as their next request finds them."""
    return viewer_of(db.session.get_one(Person, viewer.id))


def read(viewer: Viewer, thread_id: int, page: int = 1) -> None:
    """They look at a page of the thread."""
    found = reading(viewer, thread_page(viewer, thread_id, page))
    if found.read_to is not None:
        write(actions.mark_read, viewer, thread_id, to=found.read_to)


def count(viewer: Viewer, thread_id: int) -> int:
    """What the list shows beside the thread; where that is only that it is new, how much is unread by the rule."""
    shown = unread_by_thread(viewer, rows(viewer).rows).get(thread_id)
    if shown is None:
        return 0
    thread = db.session.get_one(Thread, thread_id)
    those = Post.thread_id == thread_id, unread(viewer, read_to(viewer, thread))
    found = min(db.session.scalar(select(func.count(Post.id)).where(*those)) or 0, MOST)
    assert found > 0 if shown.is_new else shown.count == found
    return found


def test_what_others_wrote_is_unread_until_its_page_was_seen(app: Flask) -> None:
    ada, thread = reader(), make_thread(make_person())
    make_comment(make_reply(thread))
    assert unread_by_thread(ada, rows(ada).rows)[thread.id].is_new
    assert (count(ada, thread.id), unread_total(ada)) == (3, 1)
    assert unread_by_category(ada) == {thread.category_id: 1}
    read(ada, thread.id)
    assert (count(ada, thread.id), unread_total(ada), unread_by_category(ada)) == (0, 0, {})
    reply = make_reply(thread)
    found = unread_by_thread(ada, rows(ada).rows)[thread.id]
    assert (found.count, found.is_new) == (1, False)
    seen = reading(ada, thread_page(ada, thread.id))
    assert (seen.count, seen.first_id, seen.line_id) == (1, reply.id, reply.id)
    assert first_unread(ada, thread.id) == reply.id


def test_a_comment_that_is_new_among_old_ones_is_known(app: Flask) -> None:
    ada, thread = reader(), make_thread(make_person())
    answer = make_reply(thread)
    make_comment(answer)
    assert reading(ada, thread_page(ada, thread.id)).comment_ids == frozenset(), "all of it is new"
    read(ada, thread.id)
    comment = make_comment(answer)
    assert reading(ada, thread_page(ada, thread.id)).comment_ids == {comment.id}


def test_ones_own_posts_are_read_and_new_members_start_at_today(app: Flask) -> None:
    ada, thread = reader(), make_thread()
    mine = make_thread(ada)
    make_reply(mine, ada)
    assert count(ada, mine.id) == 0
    new = viewer_of(make_person())
    assert (count(new, thread.id), unread_total(new)) == (0, 0)
    make_reply(thread)
    found = unread_by_thread(new, rows(new).rows)[thread.id]
    assert (found.count, found.is_new) == (1, False)
    assert unread_total(VISITOR) == count(VISITOR, thread.id) == 0
    assert reading(VISITOR, thread_page(VISITOR, thread.id)).read_to is None


def test_a_page_claims_only_what_was_on_it(app: Flask) -> None:
    ada, thread = reader(), make_thread(make_person())
    by = make_person()
    for _ in range(44):
        make_reply(thread, by)
    opening = db.session.scalars(db.select(Post).filter_by(thread_id=thread.id, number=1)).one()
    read(ada, thread.id, 3)
    assert count(ada, thread.id) == 45, "what stands before it was not seen"
    read(ada, thread.id, 1)
    assert count(ada, thread.id) == 25
    late = make_comment(opening, by)
    assert reading(ada, thread_page(ada, thread.id, 2)).read_to == 40
    read(ada, thread.id, 2)
    read(ada, thread.id, 3)
    assert count(ada, thread.id) == 1
    assert first_unread(ada, thread.id) == late.id
    read(ada, thread.id, 1)
    assert count(ada, thread.id) == 0


def test_a_mark_never_goes_back(app: Flask) -> None:
    ada, thread = reader(), make_thread()
    make_reply(thread)
    write(actions.mark_read, ada, thread.id, to=2)
    write(actions.mark_read, ada, thread.id, to=1)
    assert db.session.scalars(db.select(ReadMark.activity)).all() == [2]
    write(actions.mark_read, VISITOR, thread.id, to=9)
    assert db.session.scalars(db.select(ReadMark.activity)).all() == [2]


def test_what_is_gone_or_out_of_sight_is_not_unread(app: Flask) -> None:
    ada, boss = reader(), viewer_of(make_person(role="moderator"))
    thread, inside = make_thread(), make_category("Inside", visibility="staff")
    parent, single = make_reply(thread), make_reply(thread)
    make_comment(parent)
    assert count(ada, thread.id) == 4
    write(actions.hide_post, boss, parent.id, on=True, reason="Rude")
    write(actions.delete_post, boss, single.id, reason="Twice")
    assert count(ada, thread.id) == 1, "the comment under what is hidden is not shown either"
    write(actions.hide_post, boss, parent.id, on=False)
    assert count(ada, thread.id) == 3
    inside.kinds = ["question"]
    write(actions.move, boss, thread.id, category_id=inside.id, reason="Ours")
    assert (unread_total(ada), unread_by_category(ada)) == (0, {})
    write(actions.delete_thread, boss, make_thread().id, reason="No")
    assert unread_total(ada) == 0


def test_merging_keeps_what_was_read(app: Flask) -> None:
    ada, bob, boss = reader(), reader(), viewer_of(make_person(role="moderator"))
    one, two = make_thread(), make_thread()
    make_reply(one)
    for viewer in (ada, bob):
        read(viewer, one.id)
    read(ada, two.id)
    make_reply(one)
    write(actions.merge, boss, one.id, into=two.id, reason="Same")
    assert count(ada, two.id) == 1, "what she had read in either is read"
    assert count(bob, two.id) == 4, "he had not opened this one: what comes after it cannot be read"
    assert not db.session.scalars(db.select(ReadMark).filter_by(thread_id=one.id)).all()


def test_splitting_keeps_what_was_read(app: Flask) -> None:
    ada, bob, boss = reader(), reader(), viewer_of(make_person(role="moderator"))
    thread = make_thread()
    first = make_reply(thread)
    read(ada, thread.id)
    second = make_reply(thread)
    made = write(
        actions.split,
        boss,
        thread.id,
        post_ids=[first.id, second.id],
        title="Own",
        category_id=thread.category_id,
        reason="Own",
    )
    assert (count(ada, made), count(ada, thread.id)) == (1, 0)
    assert (count(bob, made), count(bob, thread.id)) == (2, 1)


def test_all_or_one_category_is_read_as_it_was_seen(app: Flask) -> None:
    ada, category = reader(), make_category()
    one, other = make_thread(category=category), make_thread()
    moment = now()
    make_reply(one)
    write(actions.mark_category_read, ada, category.id, before=moment)
    assert (count(ada, one.id), count(ada, other.id)) == (1, 1)
    write(actions.mark_all_read, ada, before=now() + timedelta(days=9))
    assert unread_total(again(ada)) == 0
    make_reply(other)
    write(actions.mark_all_read, ada, before=moment)
    assert unread_total(again(ada)) == 1, "it does not go back"


@pytest.mark.parametrize("what", ["thread", "category", "tag"])
def test_what_is_muted_is_not_counted(app: Flask, what: str) -> None:
    ada, thread = reader(), make_thread(tags=["x"])
    other = make_thread(title="Other")
    mute = {
        "thread": lambda: write(actions.set_watch, ada, thread.id, level="mute"),
        "category": lambda: write(actions.watch_category, ada, thread.category_id, level="mute"),
        "tag": lambda: write(actions.watch_tag, ada, "x", level="mute"),
    }
    mute[what]()
    assert (count(ada, thread.id), unread_total(ada)) == (0, 1)
    assert [row.title for row in rows(ada, unread=True).rows] == ["Other"]
    assert unread_by_category(ada) == {other.category_id: 1}
    for level in ("watch", "follow"):
        write(actions.set_watch, ada, thread.id, level=level)
        assert unread_total(ada) == 2, "what one follows outweighs it"


def test_what_is_watched_is_not_muted(app: Flask) -> None:
    ada, thread = reader(), make_thread(tags=["x"])
    write(actions.watch_category, ada, thread.category_id, level="watch")
    write(actions.watch_tag, ada, "x", level="watch")
    assert (count(ada, thread.id), unread_total(ada)) == (1, 1)


def test_news_are_what_others_wrote_since(app: Flask) -> None:
    ada, thread = reader(), make_thread()
    after = db.session.get_one(Thread, thread.id).activity
    assert news(VISITOR, thread.id, after=after) is None
    make_reply(thread, ada)
    assert news(ada, thread.id, after=after) is None
    reply = make_reply(thread)
    found = news(ada, thread.id, after=after)
    assert found
    assert (found.count, found.first_id, found.page) == (1, reply.id, 1)
    assert news(VISITOR, thread.id, after=after).count == 2


def test_counting_ends_at_a_hundred(app: Flask, statements: list[str]) -> None:
    ada, thread, by = reader(), make_thread(), make_person()
    base = {"thread_id": thread.id, "author_id": by.id, "source": "x", "html": "x", "renderer": 1, "created_at": now()}
    db.session.add_all(Post(number=n + 2, activity=n + 2, **base) for n in range(150))
    thread = db.session.get_one(Thread, thread.id)
    thread.activity, thread.last_number, thread.last_activity_at = 151, 151, now()
    db.session.commit()
    statements.clear()
    assert count(ada, thread.id) == 100
    assert reading(ada, thread_page(ada, thread.id)).count == 100
    for page in range(1, 9):
        read(ada, thread.id, page)
    assert count(ada, thread.id) == 0
