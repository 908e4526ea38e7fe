"""Deleting, restoring and hiding: what goes, what stays, what comes back, and who may."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.events.models import Event
from portal.people.viewer import VISITOR
from portal.threads import actions
from portal.threads.models import Post, Thread
from portal.threads.queries import get_visible, rows, thread_page
from tests.factories import make_comment, make_person, make_reply, make_thread, viewer_of


def opening_of(thread: Thread) -> Post:
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def counted(thread: Thread) -> tuple[object, ...]:
    db.session.refresh(thread)
    return thread.replies, thread.first_reply_at, thread.last_activity_at, thread.last_poster_id


def test_the_counters_follow_and_come_back(app: Flask) -> None:
    ada, bob, eve = (make_person() for _ in range(3))
    thread = make_thread(ada)
    before = counted(thread)
    first = make_reply(thread, bob)
    after_first = counted(thread)
    second = make_reply(thread, eve)
    after_both = counted(thread)
    write(actions.delete_post, viewer_of(eve), second.id)
    assert counted(thread) == after_first
    write(actions.delete_post, viewer_of(bob), first.id)
    assert counted(thread) == before
    write(actions.restore_post, viewer_of(bob), first.id)
    write(actions.restore_post, viewer_of(eve), second.id)
    assert counted(thread) == after_both
    write(actions.delete_post, viewer_of(eve), second.id)
    assert make_reply(thread).number == 4, "numbers are never reused"


def test_restoring_brings_back_exactly_what_went(app: Flask) -> None:
    ada, bob = viewer_of(make_person()), viewer_of(make_person())
    thread = make_thread()
    post = make_reply(thread, ada)
    one, two = make_comment(post, bob), make_comment(post, bob)
    write(actions.delete_post, bob, one.id)
    before = counted(thread)
    write(actions.delete_post, ada, post.id)
    with pytest.raises(NotFound):
        write(actions.restore_post, bob, two.id)
    write(actions.restore_post, ada, post.id)
    assert counted(thread) == before
    _, shown = thread_page(VISITOR, thread.id).posts
    assert [(comment.id, comment.is_stub) for comment in shown.comments] == [(one.id, True), (two.id, False)]
    write(actions.restore_post, bob, one.id)


def test_a_comment_does_not_come_back_without_its_post(app: Flask) -> None:
    moderator = viewer_of(make_person(role="moderator"))
    post = make_reply(make_thread())
    comment = make_comment(post)
    write(actions.delete_post, moderator, post.id, reason="Spam")
    with pytest.raises(Forbidden):
        write(actions.restore_post, moderator, comment.id)


def test_who_may_delete_and_restore_a_post(app: Flask) -> None:
    ada, bob, agent, moderator = (
        viewer_of(make_person(role=role)) for role in ("member", "member", "agent", "moderator")
    )
    post = make_reply(make_thread(), ada)
    for viewer in (VISITOR, bob, agent):
        with pytest.raises(Forbidden):
            write(actions.delete_post, viewer, post.id, reason="No")
    with pytest.raises(Invalid):
        write(actions.delete_post, moderator, post.id)
    write(actions.delete_post, moderator, post.id, reason="Spam")
    with pytest.raises(Forbidden):
        write(actions.restore_post, ada, post.id)
    with pytest.raises(NotFound):
        write(actions.restore_post, bob, post.id)
    write(actions.restore_post, moderator, post.id)
    write(actions.delete_post, ada, post.id)
    with pytest.raises(Forbidden):
        write(actions.delete_post, ada, post.id)
    write(actions.restore_post, moderator, post.id)
    logged = db.session.execute(select(Event.kind, Event.reason).where(Event.logged).order_by(Event.id)).all()
    assert [tuple(row) for row in logged] == [("post.deleted", "Spam"), ("post.restored", ""), ("post.restored", "")]


def test_an_author_does_not_take_away_what_others_answered(app: Flask) -> None:
    ada, moderator = viewer_of(make_person()), viewer_of(make_person(role="moderator"))
    thread = make_thread(ada)
    make_reply(thread, ada)
    answer = make_reply(thread)
    for delete in (
        lambda: write(actions.delete_thread, ada, thread.id),
        lambda: write(actions.delete_post, ada, opening_of(thread).id),
    ):
        with pytest.raises(Forbidden):
            delete()
    write(actions.delete_post, viewer_of(db.session.get_one(type(make_person()), answer.author_id)), answer.id)
    write(actions.delete_thread, ada, thread.id)
    with pytest.raises(NotFound):
        get_visible(VISITOR, thread.id)
    assert get_visible(ada, thread.id).is_deleted
    assert rows(ada).rows == ()
    write(actions.restore_thread, ada, thread.id)
    assert get_visible(VISITOR, thread.id)
    write(actions.delete_thread, moderator, thread.id, reason="Duplicate")
    with pytest.raises(Forbidden):
        write(actions.restore_thread, ada, thread.id)


def test_a_thread_comes_back_as_it_was(app: Flask) -> None:
    moderator = viewer_of(make_person(role="moderator"))
    thread = make_thread()
    gone, there = make_reply(thread), make_reply(thread)
    write(actions.delete_post, moderator, gone.id, reason="Spam")
    before = counted(thread)
    write(actions.delete_post, moderator, opening_of(thread).id, reason="All of it")
    write(actions.restore_post, moderator, opening_of(thread).id)
    assert counted(thread) == before
    assert [post.is_stub for post in thread_page(VISITOR, thread.id).posts] == [False, True, False]
    assert there.deleted_event_id is None


def test_nothing_is_done_in_a_thread_that_is_gone(app: Flask) -> None:
    ada, moderator = viewer_of(make_person()), viewer_of(make_person(role="moderator"))
    thread = make_thread(ada)
    reply = make_reply(thread, ada)
    write(actions.delete_thread, ada, thread.id)
    for viewer in (ada, moderator):
        with pytest.raises(Forbidden):
            make_reply(thread, viewer)
        with pytest.raises(Forbidden):
            write(actions.delete_post, viewer, reply.id, reason="No")
        with pytest.raises(Forbidden):
            write(actions.edit_post, viewer, reply.id, body="New", revision=1)


def test_a_hidden_post_keeps_its_place_and_its_count(app: Flask) -> None:
    moderator = viewer_of(make_person(role="moderator"))
    ada = viewer_of(make_person())
    thread = make_thread()
    before = counted(thread)
    post = make_reply(thread, ada)
    make_comment(post)
    after = counted(thread)
    for viewer in (VISITOR, ada, viewer_of(make_person(role="agent"))):
        with pytest.raises(Forbidden):
            write(actions.hide_post, viewer, post.id, on=True, reason="No")
    with pytest.raises(Invalid):
        write(actions.hide_post, moderator, post.id, on=True)
    for _ in range(2):
        write(actions.hide_post, moderator, post.id, on=True, reason="Rude")
    assert counted(thread) == before, "the comment under it does not count either"
    with pytest.raises(NotFound):
        make_comment(post)
    for _ in range(2):
        write(actions.hide_post, moderator, post.id, on=False)
    assert counted(thread) == after
    kinds = db.session.scalars(select(Event.kind).where(Event.logged).order_by(Event.id)).all()
    assert kinds == ["post.hidden", "post.shown"]


def test_hiding_the_opening_post_hides_the_thread(app: Flask) -> None:
    moderator = viewer_of(make_person(role="moderator"))
    ada = viewer_of(make_person())
    thread = make_thread(ada)
    write(actions.hide_post, moderator, opening_of(thread).id, on=True, reason="Secret key in it")
    with pytest.raises(NotFound):
        get_visible(ada, thread.id)
    assert rows(moderator, gone=True).rows[0].is_hidden
    write(actions.set_hidden, moderator, thread.id, on=False)
    assert get_visible(VISITOR, thread.id)
