"""A worker dies while it tells people: before, between and after every statement and commit. Everyone is owed and told
once all the same."""

import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import ROOT
from portal.core.db import db
from portal.delivery.models import Delivery
from portal.events.models import Event
from portal.ideas.models import Outcome
from portal.loop.models import Debt
from portal.loop.telling import people
from portal.notices.models import Notice
from portal.notices.telling import steps
from tests.factories import make_idea, make_person
from tests.loop.told import assert_accounts_balance, contact, decide, follow, vote, work

WORKER = """
import os, signal, sys
import sqlalchemy as sa
from portal import create_worker
from portal.core.db import db
from portal.loop.telling import people
from portal.notices.telling import steps

people.STEP, left = 3, [int(sys.argv[1])]

def dies(*_arguments):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)

app = create_worker()
with app.app_context():
    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        sa.event.listen(db.engine, moment, dies)
    sa.event.listen(db.session, "after_commit", dies)
    steps.tell_due()
"""


class Died(Exception):
    """As if the process had been killed: what was under way is rolled back."""


@contextmanager
def dying_at(number: int) -> Iterator[list[int]]:
    """The so-manieth statement is the last that is sent; what is in the list counts down."""
    left, connection = [number], db.session.connection()

    def dies(*_arguments: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Died

    sa.event.listen(connection, "before_cursor_execute", dies)
    sa.event.listen(connection, "after_cursor_execute", dies)
    try:
        yield left
    finally:
        sa.event.remove(connection, "before_cursor_execute", dies)
        sa.event.remove(connection, "after_cursor_execute", dies)


def asked_for_by(number: int) -> Outcome:
    """An idea that so many voted for, one of them a contact; one more follows it."""
    idea = make_idea()
    vote(idea, contact(), *(make_person() for _ in range(number)))
    follow(make_person(), idea.thread_id)
    return decide(idea, "shipped")


def assert_everyone_was_told_once(outcome: Outcome, number: int) -> None:
    """The author, the contact and those who voted are owed; who follows is only told."""
    assert_accounts_balance()
    owed = db.session.execute(sa.select(Debt.person_id, Debt.state).filter_by(outcome_id=outcome.id)).all()
    assert sorted(row.state for row in owed) == ["pending"] + ["told"] * (number + 1)
    assert len({row.person_id for row in owed}) == number + 2
    told = list(db.session.scalars(sa.select(Notice.person_id).filter_by(event_id=outcome.event_id)))
    assert len(told) == len(set(told)) == number + 3
    letters = sa.select(Delivery.notice_id).join(Notice, Notice.id == Delivery.notice_id)
    sent = list(db.session.scalars(letters.where(Notice.event_id == outcome.event_id)))
    assert len(sent) == len(set(sent)) == number + 3
    event = db.session.get_one(Event, outcome.event_id, populate_existing=True)
    assert event.done_at is not None


@pytest.mark.own_database
def test_killed_at_any_instant_nobody_is_forgotten_nor_told_twice(own_app: Flask) -> None:
    """By SIGKILL, again and again at the same and at other instants, until everyone is told."""
    chance = random.Random(5)
    settings = own_app.config["RONDO"]
    given = {"DATABASE_URL": settings.database_url, "DATA_DIR": str(settings.data_dir), "SECRET_KEY": "k" * 48}
    with own_app.app_context():
        work()
        outcome_id = asked_for_by(7).id
        db.session.remove()
    killed = 0
    for instant in [1, 4, *(chance.randint(10, 60) for _ in range(3)), 10_000]:
        command = [sys.executable, "-c", WORKER, str(instant)]
        ended = subprocess.run(command, cwd=ROOT, env=os.environ | given, capture_output=True, check=False)
        assert ended.returncode in (0, -signal.SIGKILL), ended.stderr.decode()
        killed += ended.returncode != 0
    assert killed >= 2
    with own_app.app_context():
        assert_everyone_was_told_once(db.session.get_one(Outcome, outcome_id), 7)


def test_whatever_statement_it_dies_at_the_next_one_goes_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every instant of a whole telling, one after the other."""
    monkeypatch.setattr(people, "STEP", 2)
    monkeypatch.setattr(steps, "REST", 0)
    work()
    outcome, instant = asked_for_by(3), 0
    died = True
    while died:
        instant += 1
        died = dies_once(instant)
        assert_accounts_balance()
    assert instant > 10
    assert_everyone_was_told_once(outcome, 3)


def dies_once(instant: int) -> bool:
    """Whether it died before it was through."""
    with dying_at(instant) as left:
        with contextlib.suppress(Died):
            steps.tell_due()
        return left[0] <= 0
