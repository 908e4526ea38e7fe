""" "I have this too", the two clocks, and the lists of what waits."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Forbidden, NotFound
from portal.core.hours import Hours
from portal.core.paging import Page
from portal.people.models import Organisation
from portal.people.viewer import VISITOR, Viewer
from portal.questions.actions import set_accepted, set_choice_locked, set_same, set_verified
from portal.questions.models import Question, SameQuestion
from portal.questions.queries import Choice, WaitingRow, question_part, waiting, words
from portal.threads import actions
from portal.threads.models import Thread, Watch
from portal.threads.queries import rows
from tests.factories import make_comment, make_person, make_reply, make_thread, viewer_of


def someone(role: str = "member") -> Viewer:
    return viewer_of(make_person(role=role))


def clock_of(thread: Thread) -> Any:
    return db.session.scalar(select(Question.waiting_since).where(Question.thread_id == thread.id))


def inbox(viewer: Viewer, part: str = "", **asked: Any) -> Page[WaitingRow]:
    return waiting(viewer, Choice(part), hours=Hours(), **asked)


# I have this too


def test_one_per_person_and_it_follows(app: Flask) -> None:
    bob = someone()
    thread = make_thread()
    for on, count in ((True, 1), (True, 1), (False, 0), (False, 0), (True, 1)):
        write(set_same, bob, thread.id, on=on)
        part = question_part(bob, thread.id)
        assert (part.same, part.is_mine) == (count, on)
        level = db.session.scalar(select(Watch.level).where(Watch.person_id == bob.id))
        assert level == ("follow" if on else None)
    assert not question_part(someone(), thread.id).is_mine
    assert db.session.scalar(select(func.count()).select_from(SameQuestion)) == 1


def test_taking_it_back_ends_only_the_follow_that_it_made(app: Flask) -> None:
    bob, eve = someone(), someone()
    thread = make_thread()
    write(set_same, bob, thread.id, on=True)
    make_reply(thread, bob)
    write(set_same, bob, thread.id, on=False)
    write(actions.set_watch, eve, thread.id, level="mute")
    for on in (True, False):
        write(set_same, eve, thread.id, on=on)
    watches = db.session.execute(select(Watch.person_id, Watch.level, Watch.because)).all()
    assert (bob.id, "follow", "answered") in watches
    assert (eve.id, "mute", "chosen") in watches


def test_who_may_have_it_too(app: Flask) -> None:
    ada = someone()
    thread = make_thread(ada)
    for viewer in (VISITOR, ada):
        with pytest.raises(Forbidden):
            write(set_same, viewer, thread.id, on=True)
    write(
        set_same, viewer_of(make_person(email_confirmed_at=None)), thread.id, on=True
    )  # whoever signs up to press it has pressed it
    with pytest.raises(Forbidden):
        write(set_same, someone(), make_thread(kind="discussion").id, on=True)
    with pytest.raises(NotFound):
        write(set_same, someone(), make_thread(privacy="staff").id, on=True)
    assert question_part(VISITOR, thread.id).can_same, "it leads to signing in"
    write(actions.set_locked, someone("moderator"), thread.id, on=True, reason="Enough")
    with pytest.raises(Forbidden):
        write(set_same, someone(), thread.id, on=True)
    assert not question_part(VISITOR, thread.id).can_same
    write(set_same, someone("agent"), thread.id, on=True)


# The clocks


def test_only_staff_or_an_accepted_answer_stop_the_clock(app: Flask) -> None:
    ada, agent = someone(), someone("agent")
    thread = make_thread(ada)
    assert clock_of(thread) == thread.created_at
    answer = make_reply(thread)
    make_comment(answer, agent)
    assert clock_of(thread) == thread.created_at
    make_reply(thread, agent)
    assert clock_of(thread) is None
    make_reply(thread)
    assert clock_of(thread) is None, "a member's reply does not start it"
    more = make_comment(answer, ada)
    assert clock_of(thread) == more.created_at
    make_reply(thread, ada)
    assert clock_of(thread) == more.created_at, "it has been running since the first of them"
    write(set_accepted, ada, answer.id, on=True)
    assert clock_of(thread) is None
    write(set_accepted, ada, answer.id, on=False)
    assert clock_of(thread) == more.created_at
    write(set_accepted, ada, answer.id, on=True)
    again = make_reply(thread, ada)
    assert clock_of(thread) == again.created_at


def test_the_clock_knows_what_went(app: Flask) -> None:
    ada, agent, moderator = someone(), someone("agent"), someone("moderator")
    thread = make_thread(ada)
    reply = make_reply(thread, agent)
    write(actions.hide_post, moderator, reply.id, on=True, reason="Wrong")
    assert clock_of(thread) == thread.created_at
    write(actions.hide_post, moderator, reply.id, on=False)
    assert clock_of(thread) is None
    more = make_reply(thread, ada)
    assert clock_of(thread) == more.created_at
    write(actions.delete_post, ada, more.id)
    assert clock_of(thread) is None
    write(set_accepted, ada, reply.id, on=True)
    write(actions.delete_post, moderator, reply.id, reason="Wrong")
    assert clock_of(thread) == thread.created_at


def test_who_was_staff_then_stopped_it_whatever_they_are_now(app: Flask) -> None:
    agent = make_person(role="agent")
    thread = make_thread(someone())
    make_reply(thread, agent)
    agent.role = "member"
    db.session.commit()
    make_reply(thread)
    assert clock_of(thread) is None


def test_a_question_of_staff_is_not_answered_by_its_asker(app: Flask) -> None:
    agent = someone("agent")
    thread = make_thread(agent)
    make_reply(thread, agent)
    assert clock_of(thread) == thread.created_at
    assert [row.id for row in rows(VISITOR, unanswered=True).rows] == [thread.id]


def test_imported_questions_wait_for_nobody_until_their_asker_writes(app: Flask) -> None:
    ada = someone()
    thread = make_thread(ada)
    question = db.session.get_one(Question, thread.id)
    question.quiet_until, question.waiting_since = now(), None
    db.session.commit()
    make_reply(thread)
    assert clock_of(thread) is None
    mine = make_reply(thread, ada)
    assert clock_of(thread) == mine.created_at


# The lists


def test_the_inbox_of_staff(app: Flask) -> None:
    acme = Organisation(name="Acme")
    db.session.add(acme)
    db.session.commit()
    old = make_person("old", created_at=now() - timedelta(days=400), organisation_id=acme.id)
    new = make_person("new")
    agent = someone("agent")
    first, second = make_thread(old, title="First", privacy="staff"), make_thread(new, title="Second")
    third = make_thread(old, title="Third")
    make_reply(third, agent)
    make_thread(old, kind="discussion")
    for state in ("closed", "locked", "hidden"):
        gone = make_thread(new, title=state)
        write(getattr(actions, f"set_{state}"), someone("admin"), gone.id, on=True, reason="No")
    page = inbox(agent)
    assert [row.title for row in page.rows] == ["First", "Second"]
    one, two = page.rows
    assert (one.asker_name, one.asker_is_new, one.asker_questions, one.organisation) == ("Old", False, 2, "Acme")
    assert (two.asker_name, two.asker_is_new, two.organisation) == ("New", True, "")
    assert (one.since, one.privacy, one.path) == (first.created_at, "staff", first.path)
    assert (one.asker_waiting, two.asker_waiting) == (1, 1)
    make_reply(second)
    assert [row.title for row in inbox(agent).rows] == ["First", "Second"]
    assert [row.title for row in inbox(agent, "unanswered").rows] == ["First"]
    for viewer in (VISITOR, someone()):
        with pytest.raises(Forbidden):
            inbox(viewer)
    assert question_part(agent, second.id).desk.waiting_since == second.created_at  # type: ignore[union-attr]
    assert question_part(VISITOR, second.id).desk is None


def test_an_answer_that_goes_makes_it_unanswered_again(app: Flask) -> None:
    moderator = someone("moderator")
    thread = make_thread()
    answer = make_reply(thread)
    assert rows(VISITOR, unanswered=True).rows == ()
    write(actions.delete_post, moderator, answer.id, reason="Spam")
    assert [row.id for row in rows(VISITOR, unanswered=True).rows] == [thread.id]
    assert [row.id for row in inbox(moderator, "unanswered").rows] == [thread.id]
    write(actions.restore_post, moderator, answer.id)
    assert rows(VISITOR, unanswered=True).rows == ()


@pytest.mark.parametrize("part", ["", "unanswered"])
def test_the_inbox_pages_and_costs_two_statements(app: Flask, statements: list[str], part: str) -> None:
    agent, ada = someone("agent"), someone()
    for _ in range(5):
        make_thread(ada)
    statements.clear()
    first = inbox(agent, part, limit=3)
    assert len(statements) == 2
    second = inbox(agent, part, limit=3, cursor=first.older)
    ids = [row.id for row in (*first.rows, *second.rows)]
    assert ids == sorted(ids)
    assert len(ids) == 5


def test_the_part_of_a_question_costs_at_most_four(app: Flask, statements: list[str]) -> None:
    agent = someone("agent")
    thread = make_thread()
    thread_id = thread.id
    answer = make_reply(thread, agent)
    write(set_accepted, agent, answer.id, on=True)
    write(set_verified, agent, answer.id, on=True)
    write(set_choice_locked, agent, thread_id, on=True, reason="Settled")
    statements.clear()
    question_part(agent, thread_id)
    assert len(statements) == 4


@pytest.mark.parametrize(
    ("safe", "plain"),
    [
        ("<p>One <em>two</em></p><p>three</p>", "One two three"),
        ('<a title="a > b" href="/x">link</a> &lt;b&gt;', "link <b>"),
        ("<p>cut <a href='htt", "cut"),
        ('<p>cut</p><img alt="a', "cut"),
        ("<p>H<sub>2</sub>O<br>next</p>", "H2O next"),
    ],
)
def test_an_excerpt_has_the_words(safe: str, plain: str) -> None:
    assert " ".join(words(safe).split()) == plain
