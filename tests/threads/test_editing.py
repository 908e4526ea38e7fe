"""Editing: what is kept of how it was, the grace, and two editors at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, write
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.events.models import Event
from portal.people.viewer import VISITOR, Viewer
from portal.threads import actions
from portal.threads.models import Mention, Post, PostRevision, Thread
from portal.threads.queries import editing, history, sequel
from tests.factories import make_comment, make_person, make_reply, make_thread, viewer_of


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let time pass."""
    passed = timedelta()
    real = clock.now

    def now() -> datetime:
        return real() + passed

    def let(more: timedelta) -> None:
        nonlocal passed
        passed += more

    monkeypatch.setattr(clock, "now", now)
    return let


def opening_of(thread: Thread) -> Post:
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def edit(viewer: Viewer, post: Post, body: str, **given: Any) -> None:
    write(actions.edit_post, viewer, post.id, **({"body": body, "revision": post.revision} | given))
    db.session.refresh(post)


def revisions(post: Post) -> list[PostRevision]:
    return list(
        db.session.scalars(select(PostRevision).where(PostRevision.post_id == post.id).order_by(PostRevision.revision))
    )


def test_an_edit_keeps_how_it_was(app: Flask, later: Callable[[timedelta], None]) -> None:
    ada = viewer_of(make_person("ada"))
    moderator = viewer_of(make_person("mo", role="moderator"))
    thread = make_thread(ada, title="Frist", body="Frist text", tags=["a", "b"])
    opening = opening_of(thread)
    later(timedelta(hours=1))
    edit(ada, opening, "First text", title="First", tags=["b"], reason="typo")
    later(timedelta(hours=1))
    edit(moderator, opening, "First text.", reason="full stop")
    versions = history(VISITOR, opening.id).versions
    assert [(v.by_name, v.reason, v.title, v.tags, v.source) for v in versions] == [
        ("Ada", "", "Frist", ("a", "b"), "Frist text"),
        ("Ada", "typo", "First", ("b",), "First text"),
        ("Mo", "full stop", "First", ("b",), "First text."),
    ]
    assert versions[0].at < versions[1].at < versions[2].at == opening.edited_at
    assert (thread.slug, opening.revision) == ("first", 3)
    assert "First text." in opening.html
    logged = db.session.scalars(select(Event.logged).where(Event.kind == "post.edited").order_by(Event.id)).all()
    assert logged == [False, True], "what staff do to others' posts is in the log"


def test_five_minutes_leave_no_trace(app: Flask, later: Callable[[timedelta], None]) -> None:
    ada = viewer_of(make_person())
    post = make_reply(make_thread(), ada)
    later(timedelta(minutes=4, seconds=59))
    edit(ada, post, "Better")
    assert (revisions(post), post.edited_at, post.revision, post.source) == ([], None, 2, "Better")
    later(timedelta(seconds=2))
    edit(ada, post, "Best")
    assert [row.source for row in revisions(post)] == ["Better"]
    assert post.edited_at is not None


@pytest.mark.parametrize("ends", ["reply", "comment", "vote", "moderator"])
def test_the_grace_ends_when_someone_else_was_there(app: Flask, ends: str) -> None:
    ada, bob = viewer_of(make_person()), viewer_of(make_person())
    thread = make_thread(ada)
    post = opening_of(thread)
    expected = 1
    if ends == "reply":
        make_reply(thread, bob)
    elif ends == "comment":
        make_comment(post, bob)
    elif ends == "vote":
        write(actions.set_helpful, bob, post.id, on=True)
    else:
        edit(viewer_of(make_person(role="moderator")), post, "Put right")
        expected = 2
    db.session.refresh(post)
    edit(ada, post, "After all")
    assert len(revisions(post)) == expected


def test_ones_own_reply_does_not_end_it(app: Flask) -> None:
    ada = viewer_of(make_person())
    thread = make_thread(ada)
    make_reply(thread, ada)
    post = opening_of(thread)
    edit(ada, post, "Still mine")
    assert revisions(post) == []


def test_the_second_of_two_editors_loses_nothing(app: Flask) -> None:
    ada = viewer_of(make_person())
    post = opening_of(make_thread(ada, title="Title", tags=["x"]))
    moderator = viewer_of(make_person(role="moderator"))
    began = editing(ada, post.id).revision
    edit(moderator, post, "Theirs", title="Their title")
    with pytest.raises(Conflict) as caught:
        edit(ada, post, "Mine", title="My title", tags=["y"], revision=began)
    assert caught.value.typed == {"body": "Mine", "title": "My title", "tags": "y"}
    there = caught.value.now
    assert (there.source, there.title, there.tags, there.revision) == ("Theirs", "Their title", ("x",), began + 1)
    edit(ada, post, "Both", revision=there.revision)
    assert post.source == "Both"


def test_the_same_form_twice_is_one_edit(app: Flask) -> None:
    ada = viewer_of(make_person())
    post = make_reply(make_thread(), ada)
    began = post.revision
    for _ in range(2):
        edit(ada, post, "Once", revision=began)
    assert post.revision == began + 1


def test_who_may_edit(app: Flask) -> None:
    ada, bob, agent, moderator = (
        viewer_of(make_person(role=role)) for role in ("member", "member", "agent", "moderator")
    )
    thread = make_thread()
    post = make_reply(thread, ada)
    for viewer in (VISITOR, bob, agent):
        with pytest.raises(Forbidden):
            edit(viewer, post, "Mine now")
    edit(moderator, post, "Tidy")
    write(actions.set_locked, moderator, thread.id, on=True, reason="Heated")
    with pytest.raises(Forbidden):
        edit(ada, post, "Too late")
    edit(moderator, post, "Tidier")
    write(actions.hide_post, moderator, post.id, on=True, reason="Rude")
    with pytest.raises(NotFound):
        edit(ada, post, "Too late")


def test_a_bad_edit_changes_nothing(app: Flask) -> None:
    ada = viewer_of(make_person())
    post = opening_of(make_thread(ada, title="Title", body="Body"))
    with pytest.raises(Invalid) as caught:
        edit(ada, post, " ", title="\u202e", tags=list("abcdefg"))
    assert set(caught.value.fields) == {"title", "body", "tags"}
    db.session.refresh(post)
    assert (post.source, post.revision) == ("Body", 1)


def test_mentions_follow_the_text(app: Flask) -> None:
    ada, bob, eve = make_person("ada"), make_person("bob"), make_person("eve")
    thread = make_thread(ada, privacy="staff", body="@bob")
    viewer, post = viewer_of(ada), opening_of(thread)
    assert sequel(viewer, post.id).unreached == ("bob",)
    edit(viewer, post, "@eve")
    assert sequel(viewer, post.id).unreached == ("eve",)
    assert sequel(viewer_of(bob), post.id).unreached == (), "only the writer is told"
    public = make_reply(make_thread(), ada, body="@bob")
    edit(viewer, public, "@eve")
    assert list(db.session.scalars(select(Mention.person_id))) == [eve.id]


def test_history_is_for_those_who_may_read_the_post(app: Flask) -> None:
    ada, moderator = viewer_of(make_person()), viewer_of(make_person(role="moderator"))
    thread = make_thread()
    post = make_reply(thread, ada, body="First")
    make_reply(thread)
    edit(ada, post, "Second")
    assert len(history(VISITOR, post.id).versions) == 2
    write(actions.hide_post, moderator, post.id, on=True, reason="Rude")
    for viewer in (VISITOR, ada):
        with pytest.raises(NotFound):
            history(viewer, post.id)
    assert len(history(moderator, post.id).versions) == 2
