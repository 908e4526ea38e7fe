"""Closing, locking, pinning, moving, publishing, helpful: who may, what it does, and what the log says."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.events.models import Event
from portal.people.models import Organisation
from portal.people.viewer import VISITOR, Viewer
from portal.threads import actions
from portal.threads.models import Post, PostVote, Thread
from portal.threads.queries import get_visible, history, thread_page
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of

ROLES = ("visitor", "member", "author", "agent", "manager", "moderator", "admin")
STAFF = {"agent", "manager", "moderator", "admin"}
MODERATORS = {"moderator", "admin"}


def opening_of(thread: Thread) -> Post:
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def someone(role: str) -> Viewer:
    if role == "visitor":
        return VISITOR
    return viewer_of(make_person(role=role if role in STAFF else "member"))


@pytest.mark.parametrize(
    ("act", "may"),
    [
        (actions.set_closed, STAFF | {"author"}),
        (actions.set_pinned, STAFF),
        (actions.set_locked, MODERATORS),
        (actions.set_hidden, MODERATORS),
    ],
)
def test_who_may_tend_a_thread(app: Flask, act: Callable[..., None], may: set[str]) -> None:
    for role in ROLES:
        viewer = someone(role)
        thread = make_thread(viewer if role == "author" else None)
        for on in (True, True, False, False):
            if role in may:
                write(act, viewer, thread.id, on=on, reason="Because")
            else:
                with pytest.raises(Forbidden):
                    write(act, viewer, thread.id, on=on, reason="Because")
        happened = db.session.scalars(
            select(Event.logged).where(Event.thread_id == thread.id, Event.kind != "thread.started")
        ).all()
        assert happened == ([role != "author"] * 2 if role in may else []), "once each, and logged where staff did it"


@pytest.mark.parametrize("act", [actions.set_closed, actions.set_pinned, actions.set_locked, actions.set_hidden])
@pytest.mark.parametrize("reason", ["", "  \n", "x" * 1_001])
def test_staff_say_why(app: Flask, act: Callable[..., None], reason: str) -> None:
    admin = someone("admin")
    with pytest.raises(Invalid) as caught:
        write(act, admin, make_thread().id, on=True, reason=reason)
    assert set(caught.value.fields) == {"reason"}


def test_a_state_tells_its_story(app: Flask) -> None:
    thread = make_thread()
    write(actions.set_locked, viewer_of(make_person("mo", role="moderator")), thread.id, on=True, reason="Heated")
    locked = thread_page(VISITOR, thread.id).locked
    assert locked
    assert (locked.by_name, locked.reason) == ("Mo", "Heated")


def test_authors_open_what_they_closed_but_not_what_staff_did(app: Flask) -> None:
    ada, agent = someone("member"), someone("agent")
    thread = make_thread(ada)
    write(actions.set_closed, ada, thread.id, on=True)
    write(actions.set_closed, ada, thread.id, on=False)
    write(actions.set_closed, agent, thread.id, on=True, reason="Solved elsewhere")
    assert not thread_page(ada, thread.id).can_close
    with pytest.raises(Forbidden):
        write(actions.set_closed, ada, thread.id, on=False)


def test_authors_do_not_close_what_is_locked(app: Flask) -> None:
    ada, moderator = someone("member"), someone("moderator")
    thread = make_thread(ada)
    write(actions.set_locked, moderator, thread.id, on=True, reason="Heated")
    assert not thread_page(ada, thread.id).can_close
    with pytest.raises(Forbidden):
        write(actions.set_closed, ada, thread.id, on=True)


def test_a_discussion_is_closed_by_staff_only(app: Flask) -> None:
    ada = someone("member")
    with pytest.raises(Forbidden):
        write(actions.set_closed, ada, make_thread(ada, kind="discussion").id, on=True)


def test_closed_is_for_replies_locked_is_for_everything(app: Flask) -> None:
    ada, bob, agent, moderator = (someone(role) for role in ("member", "member", "agent", "moderator"))
    thread = make_thread(ada)
    reply = make_reply(thread, bob)
    write(actions.set_closed, moderator, thread.id, on=True, reason="Done")
    for viewer in (ada, bob):
        with pytest.raises(Forbidden):
            make_reply(thread, viewer)
    make_reply(thread, agent)
    write(actions.set_helpful, ada, reply.id, on=True)
    write(actions.edit_post, bob, reply.id, body="Better", revision=1)
    write(actions.set_locked, moderator, thread.id, on=True, reason="Heated")
    attempts: list[Callable[[], Any]] = [
        lambda: write(actions.set_helpful, ada, reply.id, on=False),
        lambda: write(actions.edit_post, bob, reply.id, body="Best", revision=2),
        lambda: write(actions.delete_post, bob, reply.id),
        lambda: make_reply(thread, ada),
    ]
    for attempt in attempts:
        with pytest.raises(Forbidden):
            attempt()
    make_reply(thread, agent)


def test_moving_keeps_everything_and_asks_for_the_kind(app: Flask) -> None:
    moderator, ada = someone("moderator"), someone("member")
    thread = make_thread(ada, tags=["x"])
    make_reply(thread)
    old = thread.category_id
    target, wrong = make_category(visibility="staff"), make_category(kinds=["discussion"])
    for viewer in (VISITOR, ada, someone("agent"), someone("manager")):
        with pytest.raises(Forbidden):
            write(actions.move, viewer, thread.id, category_id=target.id, reason="There")
    for category_id in (wrong.id, 999_999):
        with pytest.raises(Invalid) as caught:
            write(actions.move, moderator, thread.id, category_id=category_id, reason="There")
        assert set(caught.value.fields) == {"category"}
    with pytest.raises(Invalid):
        write(actions.move, moderator, thread.id, category_id=target.id)
    write(actions.move, moderator, thread.id, category_id=target.id, reason="There")
    write(actions.move, moderator, thread.id, category_id=target.id, reason="Again")
    page = thread_page(moderator, thread.id)
    assert (page.category_id, page.replies, page.tags) == (target.id, 1, ("x",))
    with pytest.raises(NotFound):
        get_visible(ada, thread.id)
    events = db.session.scalars(select(Event).where(Event.kind == "thread.moved")).all()
    assert [(event.logged, event.data) for event in events] == [
        (True, {"category_from": old, "category_to": target.id})
    ]


# Helpful


def test_helpful_is_a_wanted_state(app: Flask) -> None:
    ada, bob = someone("member"), someone("member")
    thread = make_thread(ada)
    opening, reply = opening_of(thread), make_reply(thread, bob)
    for on, count in ((True, 1), (True, 1), (False, 0), (False, 0), (True, 1)):
        write(actions.set_helpful, bob, opening.id, on=on)
        write(actions.set_helpful, ada, reply.id, on=on)
        db.session.expire_all()
        assert (opening.helpful, thread.helpful, reply.helpful) == (count, count, count)
    assert db.session.scalar(select(func.count()).select_from(PostVote)) == 2
    assert thread_page(bob, thread.id).posts[0].mine
    assert not thread_page(ada, thread.id).posts[0].mine


def test_who_may_find_it_helpful(app: Flask) -> None:
    ada = someone("member")
    thread = make_thread(ada)
    post = make_reply(thread, ada)
    for viewer in (VISITOR, ada):
        with pytest.raises(Forbidden):
            write(actions.set_helpful, viewer, post.id, on=True)
    write(
        actions.set_helpful, viewer_of(make_person(email_confirmed_at=None)), post.id, on=True
    )  # whoever signs up to press it has pressed it
    write(actions.hide_post, someone("moderator"), post.id, on=True, reason="Rude")
    with pytest.raises(NotFound):
        write(actions.set_helpful, someone("member"), post.id, on=True)


# Publishing


def test_only_with_its_authors_consent(app: Flask) -> None:
    ada, admin = someone("member"), someone("admin")
    thread = make_thread(ada, privacy="staff")

    def published() -> bool:
        db.session.refresh(thread)
        return thread.privacy == "none"

    with pytest.raises(Forbidden):
        write(actions.publish, admin, thread.id)
    write(actions.ask_to_publish, admin, thread.id, reason="Others ask this too")
    page = thread_page(ada, thread.id)
    assert (page.asked_to_publish, page.consented, page.can_publish) == (True, False, True)
    with pytest.raises(Forbidden):
        write(actions.publish, admin, thread.id)
    for viewer in (admin, someone("moderator")):
        with pytest.raises(Forbidden):
            write(actions.set_consent, viewer, thread.id, on=True)
    write(actions.set_consent, ada, thread.id, on=True)
    write(actions.set_consent, ada, thread.id, on=False)
    with pytest.raises(Forbidden):
        write(actions.publish, admin, thread.id)
    write(actions.set_consent, ada, thread.id, on=True)
    assert thread_page(admin, thread.id).can_publish
    assert not published()
    write(actions.publish, admin, thread.id)
    assert published()
    assert get_visible(VISITOR, thread.id)
    assert db.session.scalars(select(Event.logged).where(Event.kind == "thread.published")).one()


def test_an_author_publishes_an_own_thread(app: Flask) -> None:
    ours = Organisation(name="Ours")
    db.session.add(ours)
    db.session.commit()
    ada, colleague = (viewer_of(make_person(organisation_id=ours.id)) for _ in range(2))
    thread = make_thread(ada, privacy="organisation")
    with pytest.raises(Forbidden):
        write(actions.publish, colleague, thread.id)
    write(actions.publish, ada, thread.id)
    assert get_visible(VISITOR, thread.id).organisation_id is None


def test_what_was_said_in_private_before_an_edit_stays_private(app: Flask) -> None:
    ada = someone("member")
    thread = make_thread(ada, privacy="staff", body="The key is 1234")
    opening = opening_of(thread)
    make_reply(thread, someone("agent"))
    write(actions.edit_post, ada, opening.id, body="The key is secret", revision=1)
    write(actions.publish, ada, thread.id)
    write(actions.edit_post, ada, opening.id, body="The key is lost", revision=2)
    told = [version.source for version in history(VISITOR, opening.id).versions]
    assert told == ["The key is secret", "The key is lost"]
    for viewer in (ada, someone("agent")):
        assert len(history(viewer, opening.id).versions) == 3
