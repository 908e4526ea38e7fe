"""The loop of an idea as everyone sees it, and by name for staff."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import NotFound
from portal.events.actions import record
from portal.loop.queries import Line, ledger, line
from portal.people.viewer import VISITOR
from portal.threads.models import Thread
from tests.factories import (
    make_category,
    make_confirmation,
    make_debt,
    make_idea,
    make_outcome,
    make_person,
    viewer_of,
)

NEVER = now() - timedelta(days=40)


def said(line: Line) -> list[tuple[str, str, str, int, int]]:
    return [(step.key, step.state, step.status, step.some, step.all) for step in line.steps]


@pytest.fixture(autouse=True)
def _in(app: Flask) -> None: ...


def test_an_idea_that_nobody_answered_has_five_steps_to_go():
    idea = make_idea()
    found = line(VISITOR, idea.thread_id)
    assert [step.state for step in found.steps] == ["done", *["todo"] * 5]
    assert [step.key for step in found.steps] == ["asked", "heard", "decided", "shipped", "told", "solved"]


def test_the_steps_of_what_was_planned_and_shipped():
    idea = make_idea()
    make_outcome(idea, "planned")
    outcome = make_outcome(idea, "shipped")
    for answer in ("solved", "solved", "no", "partly"):
        make_confirmation(make_debt(outcome), answer)
    make_debt(outcome, state="pending")
    make_debt(outcome, state="undeliverable", cause="no-address")
    found = line(VISITOR, idea.thread_id)
    assert said(found)[2:] == [
        ("decided", "done", "planned", 0, 0),
        ("shipped", "done", "shipped", 0, 0),
        ("told", "part", "", 4, 6),
        ("solved", "todo", "", 0, 0),
    ], "four answers are too few to say"
    make_confirmation(make_debt(outcome))
    assert line(VISITOR, idea.thread_id).steps[-1].some == 3
    assert line(VISITOR, idea.thread_id).steps[-1].percent == 60


def test_answers_to_a_part_do_not_count_for_the_whole():
    idea = make_idea()
    part = make_outcome(idea, "partly-shipped")
    for _ in range(5):
        make_confirmation(make_debt(part), "partly")
    assert line(VISITOR, idea.thread_id).answered == 5
    make_outcome(idea, "shipped")
    assert line(VISITOR, idea.thread_id).answered == 0


def test_a_quiet_correction_and_what_was_taken_back_change_no_count():
    idea = make_idea()
    shipped = make_outcome(idea, "shipped")
    make_debt(shipped)
    make_outcome(idea, "shipped", edits_id=shipped.id, tell="quiet")
    assert line(VISITOR, idea.thread_id).told == 1
    ended = record("idea.ended", actor_id=None).id
    taken_back = make_outcome(idea, "declined", ended_event_id=ended)
    make_debt(taken_back, state="pending")
    assert (line(VISITOR, idea.thread_id).told, line(VISITOR, idea.thread_id).owed) == (1, 1)


@pytest.mark.parametrize(
    ("status", "last"), [("declined", "told"), ("deferred", "told"), ("already-possible", "solved")]
)
def test_where_nothing_is_shipped_the_line_is_shorter(status: str, last: str):
    idea = make_idea()
    make_outcome(idea, status, reason="Because.")
    steps = line(VISITOR, idea.thread_id).steps
    assert (steps[2].status, steps[-1].key) == (status, last)
    assert "shipped" not in [step.key for step in steps]


def test_who_may_not_see_the_idea_learns_nothing_of_its_loop():
    idea = make_idea(make_person(role="manager"), category=make_category("Inside", visibility="staff"))
    member = viewer_of(make_person())
    for viewer in (VISITOR, member):
        with pytest.raises(NotFound):
            line(viewer, idea.thread_id)
    with pytest.raises(NotFound):
        ledger(member, idea.thread_id)


def test_the_ledger_names_everyone_and_why():
    idea, manager = make_idea(), viewer_of(make_person(role="manager", rows_per_list=2))
    outcome = make_outcome(idea)
    ada, bob = make_person("ada"), make_person(kind="contact", name="Bob")
    make_debt(outcome, ada)
    make_debt(outcome, bob, state="undeliverable", cause="no-address", reason="on-behalf")
    debt = make_debt(outcome, seen_at=now())
    make_confirmation(debt, "no", cause="defect", comment="It crashes.")
    found = ledger(manager, idea.thread_id)
    assert [row.person_name for row in found.page.rows] == ["Ada", "Bob"]
    assert found.counts == {"told": 2, "undeliverable": 1, "pending": 0, "no-address": 1}
    more = ledger(manager, idea.thread_id, cursor=found.page.older).page
    assert [(row.answer, row.wants, row.comment) for row in more.rows] == [("no", "defect", "It crashes.")]
    parts = {
        part: len(ledger(manager, idea.thread_id, part=part).page.rows) for part in ("told", "pending", "not-solved")
    }
    assert parts == {"told": 2, "pending": 0, "not-solved": 1}


def test_a_merged_persons_own_idea_is_named():
    idea, merged = make_idea(), make_idea(title="Colours for labels")
    outcome = make_outcome(idea)
    make_debt(outcome, reason="merged", asked_idea_id=merged.thread_id)
    row = ledger(viewer_of(make_person(role="agent")), idea.thread_id).page.rows[0]
    assert row.asked_title == "Colours for labels"
    assert row.asked_path == db.session.get_one(Thread, merged.thread_id).path.replace("discussions", "ideas")
