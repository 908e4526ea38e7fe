"""What hooks hear of: which things, when, in which words, and what is left out."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.models import Delivery, Hook
from portal.delivery.sending import deliver_due
from portal.delivery.troubles import bounced
from portal.delivery.webhooks import payloads, running, slack, writing
from portal.delivery.webhooks.kinds import KINDS
from portal.events.actions import record
from portal.ideas import actions as ideas
from portal.notices.telling import steps
from portal.people.viewer import Viewer
from portal.questions import actions as questions
from portal.threads import actions as threads
from tests.delivery.webhooks.conftest import Passing
from tests.delivery.webhooks.kept import rows, states
from tests.delivery.webhooks.receiver import Receiver
from tests.factories import (
    make_category,
    make_comment,
    make_confirmation,
    make_debt,
    make_hook,
    make_idea,
    make_outcome,
    make_person,
    make_reply,
    make_thread,
    viewer_of,
)
from tests.loop.told import contact, decide, letters_to, vote

pytestmark = pytest.mark.usefixtures("calls_here")


def test_without_hooks_a_reply_costs_one_look(app: Flask, statements: list[str]) -> None:
    thread, person = make_thread(), viewer_of(make_person())
    statements.clear()
    write(threads.reply, person, thread.id, body="Me too.")
    assert [each for each in statements if "hook" in each] == [each for each in statements if "FROM hook" in each]
    assert len([each for each in statements if "hook" in each]) == 1


def test_questions_ideas_and_what_is_said_in_them(hook: Hook, receiver: Receiver) -> None:
    ada = make_person("ada", name="Ada Byron", organisation_id=None)
    question = make_thread(viewer_of(ada), title="How do I print?", tags=["print"])
    reply = make_reply(question, body="Turn it **off**. [Here](/c/x)")
    make_comment(reply, body="Thanks")
    idea = make_idea(viewer_of(ada), title="Colour")
    write(questions.set_accepted, viewer_of(ada), reply.id, on=True)
    running.deliver_due()
    assert receiver.kinds == ["thread.created", "reply.created", "reply.created", "idea.created", "answer.accepted"]
    first, said, comment, wished, accepted = (got.json["data"] for got in receiver.got)
    assert first["thread"]["author"] == {
        "name": "Ada Byron",
        "username": "ada",
        "url": "http://localhost/people/ada",
        "is_staff": False,
    }
    assert first["thread"]["tags"] == ["print"]
    assert first["thread"]["url"] == f"http://localhost{question.path}"
    assert first["post"]["text"] == "It prints nothing."
    assert (
        said["post"]["html"].strip() == '<p>Turn it <strong>off</strong>. <a href="http://localhost/c/x">Here</a></p>'
    )
    assert (said["post"]["number"], comment["post"]["comment_on"]) == (2, reply.id)
    assert (wished["idea"]["id"], wished["idea"]["status"], wished["idea"]["votes"]) == (idea.thread_id, "open", 1)
    assert accepted["post"]["id"] == reply.id


def test_only_the_kinds_that_were_chosen(app: Flask, receiver: Receiver) -> None:
    make_hook(receiver.url, kinds=["reply.created"])
    make_reply(make_thread())
    assert states() == [("reply.created", "due")]


def test_a_hundred_votes_are_one_message_with_the_number_there_is_then(
    hook: Hook, receiver: Receiver, passing: Passing
) -> None:
    idea = make_idea()
    voters = [make_person(name=f"Secret {n}") for n in range(3)]
    for voter in voters:
        write(ideas.set_vote, viewer_of(voter), idea.thread_id, on=True)
    [row] = rows(kind="idea.voted")
    assert timedelta() < row.due_at - now() <= writing.BUNDLED + writing.LATE
    write(ideas.set_vote, viewer_of(voters[0]), idea.thread_id, on=False)
    running.deliver_due()
    assert "idea.voted" not in receiver.kinds
    passing(330)
    running.deliver_due()
    assert receiver.kinds.count("idea.voted") == 1
    assert receiver.got[-1].json["data"]["idea"]["votes"] == 3
    assert b"Secret" not in receiver.got[-1].body
    write(ideas.set_vote, viewer_of(voters[0]), idea.thread_id, on=True)
    assert states(kind="idea.voted") == [("idea.voted", "sent"), ("idea.voted", "due")]


def test_an_outcome_is_told_once_it_cannot_be_undone(
    hook: Hook, receiver: Receiver, manager: Viewer, passing: Passing
) -> None:
    first, second = make_idea(title="First"), make_idea(title="Second")
    for idea in (first, second):
        write(ideas.decide, manager, idea.thread_id, status="planned", reason="It is **time**.")
    write(ideas.undo, manager, second.thread_id)
    running.deliver_due()
    assert "idea.outcome" not in receiver.kinds
    passing(121)
    running.deliver_due()
    [told] = [got.json["data"] for got in receiver.got if got.json["type"] == "idea.outcome"]
    assert told["idea"]["title"] == "First"
    assert (told["outcome"]["status"], told["outcome"]["reason"]) == ("planned", "It is time.")
    assert sorted(states(kind="idea.outcome")) == [("idea.outcome", "sent"), ("idea.outcome", "suppressed")]
    assert rows(state="suppressed")[0].answer == "it was taken back"


def test_a_quiet_correction_is_quiet_here_too(hook: Hook, manager: Viewer) -> None:
    idea = make_idea()
    write(ideas.decide, manager, idea.thread_id, status="planned", tell="quiet")
    assert states(kind="idea.outcome") == []


def test_merging_and_parting(hook: Hook, receiver: Receiver, manager: Viewer, passing: Passing) -> None:
    source, target = make_idea(title="Dark mode"), make_idea(title="Night mode")
    write(ideas.merge, manager, source.thread_id, into=target.thread_id, reason="The same.")
    passing(121)
    steps.tell_due()
    running.deliver_due()
    [merged] = [got.json["data"] for got in receiver.got if got.json["type"] == "idea.merged"]
    assert (merged["idea"]["title"], merged["into"]["title"]) == ("Dark mode", "Night mode")
    write(ideas.unmerge, manager, source.thread_id)
    steps.tell_due()
    running.deliver_due()
    parted = receiver.got[-1].json
    assert (parted["type"], parted["data"]["outcome"], parted["data"]["idea"]["status"]) == (
        "idea.outcome",
        None,
        "open",
    )


def test_into_what_it_was_merged_is_said_to_who_may_see_that(
    hook: Hook, receiver: Receiver, manager: Viewer, passing: Passing
) -> None:
    source = make_idea(title="Dark mode")
    target = make_idea(manager, title="Secret plan", category=make_category(visibility="staff"))
    write(ideas.merge, manager, source.thread_id, into=target.thread_id, reason="The same.")
    passing(121)
    running.deliver_due()
    [merged] = [got for got in receiver.got if got.json["type"] == "idea.merged"]
    assert merged.json["data"]["into"] is None
    assert b"Secret plan" not in merged.body


def test_how_many_could_be_told_by_cause_and_without_a_name(hook: Hook, receiver: Receiver, passing: Passing) -> None:
    idea = make_idea()
    vote(idea, contact(None, name="Nobody Home"), contact("c@example.com", name="Carla Contact"), make_person())
    decide(idea, "shipped")
    steps.tell_due()
    running.deliver_due()
    told = {got.json["type"]: got for got in receiver.got}
    assert told["loop.told"].json["data"] | {"thread": None} == {
        "thread": None,
        "owed": 4,
        "told": 2,
        "undeliverable": 1,
        "pending": 1,
    }
    lost = told["loop.undelivered"].json["data"]
    assert (lost["undeliverable"], lost["causes"]) == (1, {"no-address": 1})
    for got in receiver.got:
        assert b"Nobody Home" not in got.body
        assert b"Carla" not in got.body


def test_letters_that_come_back_are_told_of_together(hook: Hook, receiver: Receiver, passing: Passing) -> None:
    idea, people = make_idea(), [contact(f"{name}@example.com") for name in ("a", "b")]
    vote(idea, *people)
    decide(idea, "shipped")
    steps.tell_due()
    deliver_due()
    assert states(kind="loop.undelivered") == []
    for person in people:
        [letter] = letters_to(person)
        write(lambda id_=letter.id: bounced(db.session.get_one(Delivery, id_), hard=True, answer="550 5.1.1 Nobody"))
    assert states(kind="loop.undelivered") == [("loop.undelivered", "due")]
    passing(330)
    running.deliver_due()
    [told] = [got.json["data"] for got in receiver.got if got.json["type"] == "loop.undelivered"]
    assert told["causes"] == {"bounced": 2}


def test_answers_are_counted_from_five_on(hook: Hook, receiver: Receiver, passing: Passing) -> None:
    idea = make_idea()
    outcome = make_outcome(idea, "shipped")
    debts = [make_debt(outcome) for _ in range(5)]
    for debt in debts[:4]:
        make_confirmation(debt, "solved")
    write(lambda: record("loop.answered", actor_id=None, thread_id=idea.thread_id))
    passing(330)
    running.deliver_due()
    assert states(kind="loop.confirmed") == [("loop.confirmed", "suppressed")]
    make_confirmation(debts[4], "no", comment="A secret comment")
    write(lambda: record("loop.answered", actor_id=None, thread_id=idea.thread_id))
    passing(660)
    running.deliver_due()
    told = receiver.got[-1]
    assert told.json["data"]["answers"] == {"solved": 4, "partly": 0, "no": 1}
    assert b"secret" not in told.body


def test_every_kind_can_be_said() -> None:
    assert set(payloads.SAYS) == set(slack.SAYS) == {*KINDS, "ping"}
