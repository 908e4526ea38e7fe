"""Keeping someone out: who may, for how long, and what ends with it."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.events.models import Event
from portal.people.actions import sessions
from portal.people.actions.suspending import lift_suspension, suspend
from portal.people.models import Person, Suspension
from portal.people.queries import suspended, viewer_of
from portal.people.viewer import VISITOR, Viewer
from tests import factories
from tests.factories import make_person


@pytest.fixture
def admin(app: Flask) -> Viewer:
    return factories.viewer_of(make_person("ada", role="admin", password_hash="x"))


@pytest.fixture
def moderator(app: Flask) -> Viewer:
    return factories.viewer_of(make_person("mod", role="moderator"))


def in_force(person: Person) -> Suspension | None:
    return db.session.scalar(db.select(Suspension).where(Suspension.person_id == person.id, suspended(now())))


def test_sessions_end_at_once_and_the_log_says_why(moderator: Viewer, member: Person):
    session = write(sessions.start_session, member.id)
    write(suspend, moderator, member.id, reason="  Advertising ")
    assert viewer_of(session) is None
    found = in_force(member)
    assert found
    assert (found.reason, found.until, found.by_id) == ("Advertising", None, moderator.id)
    event = db.session.scalars(db.select(Event).filter_by(kind="person.suspended")).one()
    assert (event.logged, event.reason, event.person_id) == (True, "Advertising", member.id)


def test_until_a_moment(moderator: Viewer, member: Person, monkeypatch: pytest.MonkeyPatch):
    write(suspend, moderator, member.id, reason="Cool down", until=now() + timedelta(days=2))
    assert in_force(member)
    at = now() + timedelta(days=2, seconds=1)
    assert not db.session.scalar(db.select(Suspension).where(suspended(at)))
    monkeypatch.setattr("portal.people.actions.suspending.now", lambda: at)
    write(lift_suspension, moderator, member.id)
    assert not db.session.scalars(db.select(Event).filter_by(kind="person.unsuspended")).all()


def test_a_second_one_replaces_the_first_and_both_stay_on_record(moderator: Viewer, member: Person):
    write(suspend, moderator, member.id, reason="One")
    write(suspend, moderator, member.id, reason="Two", until=now() + timedelta(days=1))
    found = in_force(member)
    assert found
    assert found.reason == "Two"
    assert len(db.session.scalars(db.select(Suspension)).all()) == 2


def test_lifted(moderator: Viewer, admin: Viewer, member: Person):
    write(suspend, moderator, member.id, reason="One")
    write(lift_suspension, admin, member.id, reason="A mistake")
    assert in_force(member) is None
    event = db.session.scalars(db.select(Event).filter_by(kind="person.unsuspended")).one()
    assert (event.actor_id, event.reason) == (admin.id, "A mistake")
    write(lift_suspension, admin, member.id)
    assert len(db.session.scalars(db.select(Event).filter_by(kind="person.unsuspended")).all()) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 2001}, "reason"),
        ({"reason": "x", "until": now() - timedelta(seconds=1)}, "until"),
    ],
)
def test_what_cannot_be(moderator: Viewer, member: Person, given: dict[str, object], field: str):
    with pytest.raises(Invalid) as refused:
        write(suspend, moderator, member.id, **given)  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]
    assert in_force(member) is None


def test_moderators_suspend_members_and_admins_anyone_but_themselves(admin: Viewer, moderator: Viewer):
    for role in ("agent", "manager", "moderator", "admin"):
        with pytest.raises(Forbidden):
            write(suspend, moderator, make_person(role=role).id, reason="x")
    with pytest.raises(Forbidden):
        write(suspend, moderator, moderator.id, reason="x")
    with pytest.raises(Forbidden):
        write(suspend, admin, admin.id, reason="x")
    for role in ("member", "agent", "manager", "moderator", "admin"):
        write(suspend, admin, make_person(role=role).id, reason="x")


@pytest.mark.parametrize("role", ["member", "agent", "manager"])
def test_for_others_it_does_not_exist(member: Person, role: str):
    for viewer in (factories.viewer_of(make_person(role=role)), VISITOR):
        with pytest.raises(NotFound):
            write(suspend, viewer, member.id, reason="x")
        with pytest.raises(NotFound):
            write(lift_suspension, viewer, member.id)


def test_nobody_there(admin: Viewer):
    with pytest.raises(NotFound):
        write(suspend, admin, 999_999, reason="x")
    with pytest.raises(NotFound):
        write(suspend, admin, make_person(erased_at=now()).id, reason="x")
