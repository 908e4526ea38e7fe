"""People are asked by one notice each, and answered by one."""

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.events.models import Event
from portal.loop import tending
from portal.loop.actions import reply_to_all
from portal.notices.models import Notice, NoticeChoice
from portal.notices.telling.steps import tell_due
from portal.people.models import Person
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


@pytest.fixture(autouse=True)
def _in(app: Flask) -> None: ...


def notices(kind: str) -> dict[int, list[Notice]]:
    found: dict[int, list[Notice]] = {}
    for each in db.session.scalars(db.select(Notice).filter_by(kind=kind)):
        found.setdefault(each.person_id, []).append(each)
    return found


def test_each_is_asked_by_one_notice_about_all_of_their_ideas():
    ada, bob, gone = make_person(), make_person(), make_person()
    first, second = make_outcome(make_idea()), make_outcome(make_idea())
    team = make_category("Team", visibility="staff")
    hidden = make_outcome(make_idea(make_person(role="manager"), category=team))
    debts = [make_debt(first, ada), make_debt(second, ada, reason="author"), make_debt(second, bob)]
    debts.append(make_debt(hidden, gone))
    for debt in debts:
        debt.ask_at = now()
    db.session.commit()
    tending.tend()
    tell_due()
    found = notices("asked")
    assert {person: len(each) for person, each in found.items()} == {ada.id: 1, bob.id: 1}
    assert found[bob.id][0].thread_id == second.idea_id
    db.session.expire_all()
    assert [debt.ask_notice_id for debt in debts] == [
        found[ada.id][0].id,
        found[ada.id][0].id,
        found[bob.id][0].id,
        None,
    ]
    tending.tend()
    tell_due()
    assert notices("asked").keys() == found.keys()
    assert db.session.scalars(db.select(Event).filter_by(kind="loop.asked", done_at=None)).all() == []


def test_those_for_whom_it_is_not_solved_are_answered_by_one_notice():
    outcome = make_outcome(make_idea())
    ada, off = make_person(), make_person()
    make_confirmation(make_debt(outcome, ada), "no")
    make_confirmation(make_debt(outcome), "solved")
    db.session.add(NoticeChoice(person_id=off.id, sort="requested", inbox=False, mail=False))
    make_confirmation(make_debt(outcome, off), "partly")
    write(reply_to_all, viewer_of(make_person(role="manager")), outcome.idea_id, body="Fixed.")
    tell_due()
    found = notices("answered")
    assert list(found) == [ada.id]
    assert found[ada.id][0].data["reply_id"]
    assert isinstance(db.session.get_one(Person, ada.id), Person)
    assert db.session.get_one(Thread, found[ada.id][0].thread_id).kind == "idea"
