"""Outcomes: a history with reasons; told now, with the announcement or not at all; undone while nobody was told."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.events.actions import record
from portal.events.models import Event
from portal.ideas.actions import amend, decide, end_outcomes, record_outcome, undo
from portal.ideas.models import REASON_NEEDED, STATUSES, Idea, Outcome
from portal.people.viewer import VISITOR, Viewer
from portal.threads import actions
from portal.threads.models import Thread
from tests.factories import make_idea, make_person, make_reply, make_thread, viewer_of
from tests.ideas.conftest import Later

pytestmark = pytest.mark.usefixtures("proved")
SOON = now().date() + timedelta(days=40)


def fresh(idea: Idea) -> Idea:
    db.session.expire_all()
    return db.session.get_one(Idea, idea.thread_id)


def events(idea: Idea) -> list[tuple[str, bool]]:
    """What was recorded of it, and whether people are told."""
    query = select(Event.kind, Event.due_at).where(Event.thread_id == idea.thread_id, Event.kind.startswith("idea."))
    return [(row.kind, row.due_at is not None) for row in db.session.execute(query.order_by(Event.id))]


def outcomes(idea: Idea) -> list[Outcome]:
    query = select(Outcome).where(Outcome.idea_id == idea.thread_id).order_by(Outcome.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def test_an_outcome_is_the_status_from_now_on(app: Flask, manager: Viewer, later: Later) -> None:
    idea = make_idea()
    later(10)
    outcome_id = write(decide, manager, idea.thread_id, status="planned", reason="We *start* soon.", target_on=SOON)
    idea = fresh(idea)
    assert (idea.status, idea.outcome_id, idea.target_on) == ("planned", outcome_id, SOON)
    assert idea.decided_at == idea.first_decided_at == idea.first_response_at == now()
    outcome = db.session.get_one(Outcome, outcome_id)
    assert "<em>start</em>" in outcome.reason_html
    assert (outcome.by_id, outcome.tell) == (manager.id, "now")
    event = db.session.get_one(Event, outcome.event_id)
    assert event.data["outcome_id"] == outcome_id
    assert event.due_at == now() + timedelta(seconds=120)
    later(20)
    write(decide, manager, idea.thread_id, status="shipped")
    idea = fresh(idea)
    assert (idea.status, idea.target_on, idea.shipped_at) == ("shipped", None, now())
    assert idea.first_decided_at == now() - timedelta(seconds=10)


@pytest.mark.parametrize("status", sorted(set(STATUSES) - {"duplicate", "open"}))
def test_which_outcomes_need_a_reason(app: Flask, manager: Viewer, status: str) -> None:
    idea = make_idea()
    if status not in REASON_NEEDED:
        assert write(decide, manager, idea.thread_id, status=status)
        return
    for reason in ("", "  \n "):
        with pytest.raises(Invalid) as refused:
            write(decide, manager, idea.thread_id, status=status, reason=reason)
        assert list(refused.value.fields) == ["reason"]
    assert write(decide, manager, idea.thread_id, status=status, reason="Because.")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"status": "done"}, "status"),
        ({"status": "duplicate", "reason": "It is"}, "status"),
        ({"status": "open"}, "status"),
        ({"status": "planned", "tell": "tomorrow"}, "tell"),
        ({"status": "planned", "tell": "with-announcement"}, "tell"),
        ({"status": "planned", "target_on": date(2001, 1, 1)}, "target_on"),
        ({"status": "planned", "target_on": date(2999, 1, 1)}, "target_on"),
        ({"status": "deferred", "reason": "Later", "revisit_on": date(2001, 1, 1)}, "revisit_on"),
        ({"status": "declined", "reason": "x" * 10_001}, "reason"),
    ],
)
def test_what_cannot_be_taken(app: Flask, manager: Viewer, given: dict[str, Any], field: str) -> None:
    idea = make_idea()
    with pytest.raises(Invalid) as refused:
        write(decide, manager, idea.thread_id, **given)
    assert list(refused.value.fields) == [field]
    assert outcomes(idea) == []


def test_dates_stay_with_the_statuses_that_have_them(app: Flask, manager: Viewer) -> None:
    idea = make_idea()
    dates: dict[str, Any] = {"target_on": SOON, "revisit_on": SOON}
    for status, kept in (("in-progress", (SOON, None)), ("deferred", (None, SOON)), ("shipped", (None, None))):
        write(decide, manager, idea.thread_id, status=status, reason="So", **dates)
        idea = fresh(idea)
        assert (idea.target_on, idea.revisit_on) == kept


@pytest.mark.parametrize("role", ["member", "agent", "moderator"])
def test_only_managers_and_admins_decide(app: Flask, role: str) -> None:
    author = viewer_of(make_person(role=role))
    idea = make_idea(author)
    with pytest.raises(Forbidden):
        write(decide, author, idea.thread_id, status="planned")
    with pytest.raises(Forbidden):
        write(amend, author, idea.thread_id, reason="So")
    with pytest.raises(Forbidden):
        write(undo, author, idea.thread_id)
    assert write(decide, viewer_of(make_person(role="admin")), idea.thread_id, status="planned")
    with pytest.raises(Forbidden):
        write(decide, VISITOR, idea.thread_id, status="planned")


def test_what_is_no_idea_or_gone_is_not_decided_on(app: Flask, manager: Viewer) -> None:
    with pytest.raises(NotFound):
        write(decide, manager, make_thread().id, status="planned")
    idea = make_idea()
    write(actions.delete_thread, viewer_of(make_person(role="moderator")), idea.thread_id, reason="Spam")
    with pytest.raises(Forbidden):
        write(decide, manager, idea.thread_id, status="planned")


@pytest.mark.parametrize(("tell", "told"), [("now", True), ("with-announcement", False), ("quiet", False)])
def test_when_people_hear_of_it(app: Flask, manager: Viewer, tell: str, told: bool) -> None:
    idea = make_idea()
    write(decide, manager, idea.thread_id, status="shipped", tell=tell)
    assert events(idea)[-1] == ("idea.decided", told)


def test_a_reworded_reason_is_news_or_a_quiet_correction(app: Flask, manager: Viewer, later: Later) -> None:
    """And never lost: every edit is in the history. Editing without changing the status tells people too."""
    idea = make_idea()
    later(1)
    first = write(decide, manager, idea.thread_id, status="declined", reason="To costly")
    later(2)
    quiet = write(amend, manager, idea.thread_id, reason="Too costly", tell="quiet")
    assert events(idea)[-1] == ("idea.amended", False)
    # The form that decides, sent with the status that it has: the same as an edit.
    news = write(decide, manager, idea.thread_id, status="declined", reason="Too costly now")
    assert events(idea)[-1] == ("idea.amended", True)
    assert [(each.id, each.edits_id) for each in outcomes(idea)] == [(first, None), (quiet, first), (news, first)]
    idea = fresh(idea)
    assert idea.outcome_id == news
    assert idea.decided_at == now() - timedelta(seconds=1), "an edit is no decision"


def test_a_changed_date_is_news(app: Flask, manager: Viewer) -> None:
    idea = make_idea()
    write(decide, manager, idea.thread_id, status="planned", target_on=SOON)
    further = SOON + timedelta(days=30)
    write(amend, manager, idea.thread_id, target_on=further)
    assert fresh(idea).target_on == further
    assert events(idea)[-1] == ("idea.amended", True)


def test_the_same_form_twice_is_one_outcome(app: Flask, manager: Viewer) -> None:
    idea = make_idea()
    made = {write(decide, manager, idea.thread_id, status="declined", reason="No") for _ in range(3)}
    assert len(made) == len(outcomes(idea)) == 1
    assert [kind for kind, _ in events(idea)].count("idea.decided") == 1


def test_an_outcome_that_waits_for_its_announcement_waits_on_when_reworded_quietly(app: Flask, manager: Viewer) -> None:
    idea = make_idea()
    write(decide, manager, idea.thread_id, status="shipped", reason="Ther it is", tell="with-announcement")
    write(amend, manager, idea.thread_id, reason="There it is", tell="quiet")
    assert outcomes(idea)[-1].tell == "with-announcement"
    write(amend, manager, idea.thread_id, reason="There it is", tell="now")
    assert (outcomes(idea)[-1].tell, events(idea)[-1]) == ("now", ("idea.amended", True)), "told after all"


def test_nothing_to_amend(app: Flask, manager: Viewer) -> None:
    idea = make_idea()
    with pytest.raises(Invalid):
        write(amend, manager, idea.thread_id, reason="So")


def test_undo_leaves_no_trace_outside_the_log(app: Flask, manager: Viewer, later: Later) -> None:
    idea = make_idea()
    later(1)
    write(decide, manager, idea.thread_id, status="planned", target_on=SOON)
    later(100)
    write(decide, manager, idea.thread_id, status="shipped")
    write(undo, manager, idea.thread_id)
    idea = fresh(idea)
    assert (idea.status, idea.target_on, idea.shipped_at) == ("planned", SOON, None)
    write(undo, manager, idea.thread_id)
    idea = fresh(idea)
    assert (idea.status, idea.outcome_id, idea.first_response_at, idea.decided_at) == ("open", None, None, None)
    assert outcomes(idea) == []
    assert events(idea) == [
        ("idea.decided", False),
        ("idea.decided", False),
        ("idea.undone", False),
        ("idea.undone", False),
    ]
    with pytest.raises(Conflict):
        write(undo, manager, idea.thread_id)


@pytest.mark.parametrize("tell", ["now", "quiet"])
def test_it_is_too_late_to_undo_after_two_minutes(app: Flask, manager: Viewer, later: Later, tell: str) -> None:
    idea = make_idea()
    write(decide, manager, idea.thread_id, status="planned", tell=tell)
    later(119)
    write(undo, manager, idea.thread_id)
    write(decide, manager, idea.thread_id, status="planned", tell=tell)
    later(240)
    with pytest.raises(Conflict):
        write(undo, manager, idea.thread_id)
    assert fresh(idea).status == "planned"


@pytest.mark.parametrize("told", [{"done_at": now()}, {"reached": 5}])
def test_it_is_too_late_to_undo_once_someone_was_told(app: Flask, manager: Viewer, told: dict[str, Any]) -> None:
    idea = make_idea()
    outcome_id = write(decide, manager, idea.thread_id, status="planned")
    event = db.session.get_one(Event, db.session.get_one(Outcome, outcome_id).event_id)
    for name, value in told.items():
        setattr(event, name, value)
    db.session.commit()
    with pytest.raises(Conflict):
        write(undo, manager, idea.thread_id)


def test_the_undo_time_is_a_setting(app: Flask, manager: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.config["RONDO"], "undo_seconds", 0)
    idea = make_idea()
    write(decide, manager, idea.thread_id, status="planned")
    with pytest.raises(Conflict):
        write(undo, manager, idea.thread_id)


def test_the_steps_of_announcements(app: Flask, manager: Viewer) -> None:
    """They record several outcomes with one event, and withdrawing ends them with another."""
    ideas = [make_idea(), make_idea()]
    write(decide, manager, ideas[0].thread_id, status="planned", target_on=SOON)

    def publish() -> list[int]:
        event = record("announcement.published", actor_id=manager.id)
        found = [
            record_outcome(manager, fresh(idea), status="shipped", reason="It is *here*.", tell="now", event=event)
            for idea in ideas
        ]
        return [outcome.id for outcome in found]

    ids = write(publish)
    assert [fresh(idea).status for idea in ideas] == ["shipped", "shipped"]
    write(amend, manager, ideas[0].thread_id, reason="Here.", tell="quiet")
    write(lambda: end_outcomes(manager, ids, record("announcement.withdrawn", actor_id=manager.id)))
    assert [fresh(idea).status for idea in ideas] == ["planned", "open"]
    assert (fresh(ideas[0]).target_on, fresh(ideas[0]).shipped_at) == (SOON, None)
    assert db.session.scalar(select(func.count()).select_from(Outcome)) == 4, "a history"


def test_the_first_response_is_a_reply_of_staff_or_a_decision(app: Flask, manager: Viewer, later: Later) -> None:
    agent, author = viewer_of(make_person(role="agent")), viewer_of(make_person(role="agent"))
    idea = make_idea(author)
    thread = db.session.get_one(Thread, idea.thread_id)
    make_reply(thread, author)
    make_reply(thread)
    assert fresh(idea).first_response_at is None
    later(5)
    reply = make_reply(thread, agent)
    later(9)
    make_reply(thread, agent)
    write(decide, manager, idea.thread_id, status="planned")
    assert fresh(idea).first_response_at == now() - timedelta(seconds=4)
    write(actions.delete_post, agent, reply.id)
    assert fresh(idea).first_response_at == now()
    write(actions.restore_post, agent, reply.id)
    assert fresh(idea).first_response_at == now() - timedelta(seconds=4)
