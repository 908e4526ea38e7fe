"""When replies are due: worked out as a clock starts and as what it depends on changes; proved by recounting."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from portal.core import clock
from portal.core.db import db, write
from portal.core.errors import Invalid, NotFound
from portal.core.hours import Hours
from portal.events.models import Event
from portal.people.actions import administering
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.questions.actions import set_accepted
from portal.questions.actions.caring import assign, snooze
from portal.questions.actions.targets import set_targets, settle_dues
from portal.questions.actions.views import save_view
from portal.questions.models import Question, SavedView
from portal.questions.policy import NO_TARGET, Promise, due, has_target
from portal.questions.queries import proof
from portal.site.actions import change_site
from portal.threads import actions
from portal.threads.actions.categories import empty_category
from portal.threads.models import Category, Thread
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
moments = st.none() | st.integers(0, 5000).map(lambda minutes: MONDAY + timedelta(minutes=minutes))


@pytest.fixture
def admin(app: Flask) -> Viewer:
    return viewer_of(make_person(role="admin"))


@pytest.fixture
def category(admin: Viewer) -> Category:
    """Two hours to a first reply, four to one of ours."""
    made = make_category()
    write(set_targets, admin, made.id, first_reply=120, waiting=240)
    return made


def asked(category: Category, at: datetime = MONDAY) -> Thread:
    with clock.standing(at):
        return make_thread(category=category)


def dues(thread: Thread) -> tuple[datetime | None, ...]:
    """First reply, ours, and the next of them."""
    row = db.session.get_one(Question, thread.id, populate_existing=True)
    return row.first_reply_due_at, row.waiting_due_at, row.due_at


def is_proved(thread: Thread) -> bool:
    return proof.differences([thread.id]) == []


# The rule


@given(st.none() | st.integers(1, 900), st.none() | st.integers(1, 900), st.booleans(), moments, moments)
def test_whatever_runs_is_due(
    first: int | None, ours: int | None, waits: bool, since: datetime | None, quiet: datetime | None
) -> None:
    found = due(
        Promise(Hours(), first, ours), created_at=MONDAY, waits_for_first=waits, waiting_since=since, quiet_until=quiet
    )
    assert (found.first_reply_due_at is not None) == waits
    assert (found.waiting_due_at is not None) == (found.due_at is not None) == (since is not None)
    if found.first_reply_due_at is not None:
        assert has_target(MONDAY, found.first_reply_due_at) == (first is not None and quiet is None)
    if since is not None and found.waiting_due_at is not None and found.due_at is not None:
        assert has_target(since, found.waiting_due_at) == (ours is not None)
        assert found.due_at == min(found.waiting_due_at, found.first_reply_due_at or found.waiting_due_at)


def test_without_hours_nothing_is_promised() -> None:
    closed = Promise(Hours(week=(None,) * 7), 60, 60)
    found = due(closed, created_at=MONDAY, waits_for_first=True, waiting_since=MONDAY, quiet_until=None)
    assert found.due_at == MONDAY + NO_TARGET


# What starts and stops them


def test_through_the_life_of_a_question(category: Category) -> None:
    asker, agent = make_person(), viewer_of(make_person(role="agent"))
    with clock.standing(MONDAY):
        thread = make_thread(asker, category=category)
    assert dues(thread) == (MONDAY + 2 * HOUR, MONDAY + 4 * HOUR, MONDAY + 2 * HOUR)
    with clock.standing(MONDAY + HOUR):
        reply = make_reply(thread)
    assert dues(thread) == (None, MONDAY + 4 * HOUR, MONDAY + 4 * HOUR)
    write(set_accepted, viewer_of(asker), reply.id, on=True)
    assert dues(thread) == (None, None, None)
    write(set_accepted, viewer_of(asker), reply.id, on=False)
    make_reply(thread, agent)
    with clock.standing(clock.now() + timedelta(days=1)):
        again = make_reply(thread, asker)
    assert dues(thread)[2] == Hours().after(again.created_at, 240)
    assert is_proved(thread)


@pytest.mark.parametrize("state", ["closed", "locked", "hidden"])
def test_nobody_waits_where_nobody_can_reply(category: Category, admin: Viewer, state: str) -> None:
    thread = asked(category)
    before = dues(thread)
    for on in (True, False):
        write(getattr(actions, f"set_{state}"), admin, thread.id, on=on, reason="x")
        assert dues(thread) == ((None, None, None) if on else before)
        assert is_proved(thread)
    write(actions.delete_thread, admin, thread.id, reason="x")
    assert dues(thread) == (None, None, None)
    write(actions.restore_thread, admin, thread.id)
    assert dues(thread) == before


def test_another_category_promises_something_else(category: Category, admin: Viewer) -> None:
    thread, elsewhere = asked(category), make_category("Elsewhere")
    write(actions.move, admin, thread.id, category_id=elsewhere.id, reason="x")
    assert dues(thread)[2] == MONDAY + NO_TARGET
    write(empty_category, admin, elsewhere.id, into=category.id)
    assert dues(thread)[2] == MONDAY + 2 * HOUR
    other = asked(category)
    write(actions.merge, admin, thread.id, into=other.id, reason="x")
    assert dues(thread) == (None, None, None)
    assert is_proved(thread)
    assert is_proved(other)


def test_what_waits_is_held_to_a_new_promise(category: Category, admin: Viewer) -> None:
    thread, elsewhere = asked(category), asked(make_category())
    write(set_targets, admin, category.id, first_reply=None, waiting=60)
    assert dues(thread) == (MONDAY + NO_TARGET, MONDAY + HOUR, MONDAY + HOUR)
    assert dues(elsewhere)[2] == MONDAY + NO_TARGET
    (event,) = db.session.scalars(
        select(Event).where(Event.kind == "category.promised").order_by(Event.id.desc()).limit(1)
    )
    assert (event.logged, event.data["before"]) == (True, {"first_reply": 120, "waiting": 240})
    write(set_targets, admin, category.id, first_reply=None, waiting=60)
    assert db.session.scalars(select(Event.id).order_by(Event.id.desc()).limit(1)).one() == event.id, "nothing changed"


def test_what_waits_is_held_to_new_hours(category: Category, admin: Viewer) -> None:
    thread = asked(category, MONDAY - 2 * HOUR)
    assert dues(thread)[2] == MONDAY + 2 * HOUR
    write(change_site, admin, week=((420, 1020),) * 7)
    assert dues(thread)[2] == MONDAY
    write(change_site, admin, closed_days=["2026-11-02"])
    assert dues(thread)[2] == MONDAY + timedelta(days=1)
    write(change_site, admin, time_zone="Europe/Berlin")
    assert dues(thread)[2] == MONDAY + timedelta(days=1, hours=-1)
    assert is_proved(thread)


def test_what_cannot_be_promised(category: Category, admin: Viewer) -> None:
    for minutes in (0, -5, 60_001):
        with pytest.raises(Invalid):
            write(set_targets, admin, category.id, first_reply=minutes, waiting=None)
    for viewer, id_ in ((viewer_of(make_person(role="agent")), category.id), (admin, 999999)):
        with pytest.raises(NotFound):
            write(set_targets, viewer, id_, first_reply=5, waiting=5)
    for week in (((540, 545),) * 7, ((600, 540),) * 7, ((-1, 600),) * 7, ((540, 1020),) * 6, ((0, 1441),) * 7):
        with pytest.raises(Invalid):
            write(change_site, admin, week=week)
    for days in (["2026-13-01"], ["soon"]):
        with pytest.raises(Invalid):
            write(change_site, admin, closed_days=days)


def test_nothing_is_promised_to_those_who_asked_elsewhere_long_ago(category: Category, admin: Viewer) -> None:
    thread = asked(category)
    db.session.execute(update(Question).values(quiet_until=clock.now(), waiting_since=None))
    db.session.commit()
    write(settle_dues, [thread.id])
    assert dues(thread) == (MONDAY + NO_TARGET, None, None)
    write(set_targets, admin, category.id, first_reply=10, waiting=10)
    assert dues(thread) == (MONDAY + NO_TARGET, None, None)
    mine = make_reply(thread, db.session.get_one(Person, thread.author_id))
    assert dues(thread) == (MONDAY + NO_TARGET, *(Hours().after(mine.created_at, 10),) * 2)
    assert is_proved(thread)


def test_recounting_finds_and_mends(app: Flask, category: Category) -> None:
    thread = asked(category)
    right = dues(thread)
    db.session.execute(update(Question).values(due_at=MONDAY, first_reply_due_at=None))
    db.session.commit()
    runner = app.test_cli_runner()
    found = runner.invoke(args=["recount", "--check"])
    assert found.exit_code == 1
    assert {line.split(": ")[1].split()[0] for line in found.output.splitlines()} == {"due_at", "first_reply_due_at"}
    assert runner.invoke(args=["recount"]).exit_code == 0
    assert dues(thread) == right


def test_who_is_erased_sees_to_nothing_and_keeps_no_view(category: Category, admin: Viewer) -> None:
    thread, bo = asked(category), make_person(role="agent")
    write(assign, admin, thread.id, to=bo.id)
    write(save_view, viewer_of(bo), name="Mine", chosen={}, shared=True)
    write(administering.erase_person, admin, bo.id)
    assert db.session.get_one(Question, thread.id, populate_existing=True).assignee_id is None
    assert db.session.scalars(select(SavedView)).all() == []


def test_only_staff(category: Category) -> None:
    thread, member = asked(category), viewer_of(make_person())
    for act in (
        lambda: write(assign, member, thread.id, to=member.id),
        lambda: write(snooze, member, thread.id, until=clock.now() + HOUR),
        lambda: write(save_view, member, name="Mine", chosen={}),
    ):
        with pytest.raises(NotFound):
            act()
