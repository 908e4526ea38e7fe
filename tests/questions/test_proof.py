"""Whatever people do, in whatever order: what is kept is what its rows say. And `flask recount` finds and repairs."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import RondoError
from portal.people.viewer import Viewer
from portal.questions.actions import set_accepted, set_choice_locked, set_same, set_verified
from portal.questions.models import Acceptance, Question
from portal.questions.queries import proof as of_questions
from portal.threads import actions
from portal.threads.models import Post, PostVote, Thread
from portal.threads.queries import proof
from tests.factories import make_comment, make_person, make_reply, make_thread, viewer_of

ROLES = ("asker", "member", "other", "agent", "moderator")
Act = tuple[str, str, int, bool]
ACTS: dict[str, Callable[[Viewer, Thread, int, bool], Any]] = {
    "reply": lambda who, thread, post, on: write(actions.reply, who, thread.id, body="A reply"),
    "comment": lambda who, thread, post, on: write(actions.comment, who, post, body="A comment"),
    "delete": lambda who, thread, post, on: write(actions.delete_post, who, post, reason="x"),
    "restore": lambda who, thread, post, on: write(actions.restore_post, who, post),
    "hide": lambda who, thread, post, on: write(actions.hide_post, who, post, on=on, reason="x"),
    "accept": lambda who, thread, post, on: write(set_accepted, who, post, on=on),
    "verify": lambda who, thread, post, on: write(set_verified, who, post, on=on),
    "helpful": lambda who, thread, post, on: write(actions.set_helpful, who, post, on=on),
    "same": lambda who, thread, post, on: write(set_same, who, thread.id, on=on),
    "close": lambda who, thread, post, on: write(actions.set_closed, who, thread.id, on=on, reason="x"),
    "lock": lambda who, thread, post, on: write(actions.set_locked, who, thread.id, on=on, reason="x"),
    "conceal": lambda who, thread, post, on: write(actions.set_hidden, who, thread.id, on=on, reason="x"),
    "choice": lambda who, thread, post, on: write(set_choice_locked, who, thread.id, on=on, reason="x"),
    "edit": lambda who, thread, post, on: write(actions.edit_post, who, post, body=f"Edited {on}", revision=1),
}


def wrong(thread: Thread) -> list[str]:
    return [str(each) for each in (*proof.differences([thread.id]), *of_questions.differences([thread.id]))]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from([*ACTS, "reply", "reply", "comment", "accept"]),
            st.sampled_from(ROLES),
            st.integers(0, 8),
            st.booleans(),
        ),
        min_size=5,
        max_size=30,
    )
)
def test_whatever_people_do_what_is_kept_is_what_the_rows_say(app: Flask, acts: list[Act]) -> None:
    roles = {"agent": "agent", "moderator": "moderator"}
    people = {name: viewer_of(make_person(role=roles.get(name, "member"))) for name in ROLES}
    thread = make_thread(people["asker"])
    make_reply(thread, people["member"])
    for kind, who, index, on in acts:
        posts = db.session.scalars(select(Post.id).where(Post.thread_id == thread.id).order_by(Post.id)).all()
        try:
            ACTS[kind](people[who], thread, posts[index % len(posts)], on)
        except RondoError:
            continue
    assert wrong(thread) == []
    held = select(Acceptance.post_id).where(Acceptance.thread_id == thread.id, Acceptance.ended_at.is_(None))
    assert len(db.session.scalars(held).all()) <= 1


def spoil(thread: Thread) -> None:
    """Make everything that is kept wrong."""
    answer = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 2)).one()
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()
    answer.helpful, opening.imported_votes = 9, 3
    values: dict[str, Any] = {"replies": 7, "helpful": -4, "last_number": 1, "activity": 1, "first_reply_at": None}
    changed = update(Thread).where(Thread.id == thread.id)
    db.session.execute(
        changed.values(**values, last_activity_at=now(), last_poster_id=None, accepted_post_id=answer.id)
    )
    db.session.execute(update(Question).where(Question.thread_id == thread.id).values(same=5, waiting_since=None))
    db.session.add(PostVote(post_id=opening.id, person_id=answer.author_id, at=now()))
    db.session.commit()


def test_recount_compares_and_repairs(app: Flask) -> None:
    right = make_thread()
    make_comment(make_reply(right))
    thread = make_thread()
    make_reply(thread)
    runner = app.test_cli_runner()
    clean = runner.invoke(args=["recount", "--check"])
    assert (clean.exit_code, clean.output) == (0, "Everything is as it should be.\n")
    spoil(thread)
    found = runner.invoke(args=["recount", "--check"])
    assert found.exit_code == 1
    lines = found.output.splitlines()
    assert f"thread {thread.id}: replies is 7, should be 1" in lines
    columns = {line.split(": ")[1].split()[0] for line in lines}
    assert columns == {
        "accepted_post_id",
        "activity",
        "first_reply_at",
        "helpful",
        "last_activity_at",
        "last_number",
        "last_poster_id",
        "replies",
        "same",
        "waiting_since",
    }
    assert not any(f"thread {right.id}:" in line for line in lines)
    again = runner.invoke(args=["recount", "--check"])
    assert again.output == found.output, "comparing changes nothing"
    repaired = runner.invoke(args=["recount"])
    assert repaired.exit_code == 0
    assert runner.invoke(args=["recount", "--check"]).exit_code == 0
    db.session.refresh(thread)
    assert (thread.helpful, thread.replies, thread.accepted_post_id) == (4, 1, None)


def test_recount_ends_an_acceptance_of_what_is_no_answer_and_makes_a_missing_row(app: Flask) -> None:
    thread, bare = make_thread(), make_thread()
    gone = make_reply(thread)
    write(actions.delete_post, viewer_of(make_person(role="moderator")), gone.id, reason="x")
    db.session.add(Acceptance(thread_id=thread.id, post_id=gone.id, by_id=None, at=now()))
    db.session.delete(db.session.get_one(Question, bare.id))
    db.session.commit()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["recount", "--check"]).exit_code == 1
    assert runner.invoke(args=["recount"]).exit_code == 0
    assert runner.invoke(args=["recount", "--check"]).exit_code == 0
    assert db.session.scalars(select(Acceptance.ended_because)).all() == ["recounted"]
    assert db.session.get_one(Question, bare.id).waiting_since == bare.created_at


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_every_thread_is_looked_at(app: Flask, batch: int) -> None:
    ids = [make_thread().id for _ in range(3)]
    assert [each for some in proof.batches(batch) for each in some] == ids
