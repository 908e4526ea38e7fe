"""Letters while things break: the worker is killed, the mail server misbehaves by a plan, the clock is set. Every
letter is accounted for, and the ledger holds."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core import clock
from portal.core.db import db, write
from portal.delivery import leasing, sending
from portal.delivery.leasing import LEASE, Clock
from portal.delivery.models import Delivery
from portal.loop.models import Debt
from tests.delivery.conftest import AnyPort, MailServer, mail_server
from tests.factories import make_idea
from tests.faults import FULL
from tests.faults.dying import workers
from tests.loop.told import assert_accounts_balance, contact, decide, vote, work

__all__ = ["mail_server"]
KILLS = 200 if FULL else 8
LETTERS = 1000 if FULL else 100


class Plan(MailServer):
    """What each letter meets, by a seed: 30 % refused for now, 10 % for good, 10 % slow, 5 % dropped after DATA."""

    def __init__(self, seed: int = 6) -> None:
        super().__init__()
        self.chance = random.Random(seed)
        self.fates: dict[str, str] = {}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        to = envelope.rcpt_tos[0]
        first = to not in self.fates
        number = self.chance.random()
        if first:
            self.fates[to] = "later" if number < 0.3 else "never" if number < 0.4 else "slow" if number < 0.5 else ""
            self.fates[to] = "drops" if 0.5 <= number < 0.55 else self.fates[to]
        fate = self.fates[to]
        if fate == "never":
            return "550 5.7.1 Not this one"
        if fate == "later" and first:
            return "451 4.3.0 Not now"
        if fate == "slow":
            await asyncio.sleep(0.02)
        answer = await super().handle_DATA(server, session, envelope)
        if fate == "drops" and first:
            server.transport.close()
        return answer


@pytest.fixture
def plan() -> Iterator[Plan]:
    handler = Plan()
    controller = AnyPort(handler, hostname="127.0.0.1", port=0)
    controller.start()
    handler.port = controller.port
    yield handler
    controller.stop()


def mail_to(app: Flask, url: str) -> None:
    app.config["RONDO"] = app.config["RONDO"].model_copy(update={"mail_url": url})


def asked_for_by(number: int) -> None:
    """So many contacts are owed word of an idea: nothing but a letter tells them."""
    idea = make_idea()
    vote(idea, *(contact(f"contact{n}@example.com") for n in range(number)))
    decide(idea, "shipped")
    work()


def tally() -> Counter[str]:
    db.session.rollback()
    return Counter(db.session.scalars(sa.select(Delivery.state)))


def soon(*, leases: bool = False) -> None:
    """Nothing is waited for: what is put off is due, and, if told so, leases have run out."""
    put = sa.update(Delivery)
    past = clock.now() - timedelta(seconds=1)
    db.session.execute(put.where(Delivery.state == "deferred").values(due_at=past))
    if leases:
        db.session.execute(put.where(Delivery.state == "leased").values(lease_until=past))
    db.session.commit()


def assert_the_ledger_says_the_same() -> None:
    """Who was only to be written to is told where the letter was taken, and nowhere else."""
    assert_accounts_balance()
    rows = db.session.execute(
        sa.select(Delivery.state, Delivery.answer, Debt.state, Debt.cause)
        .join(Debt, Debt.notice_id == Delivery.notice_id)
        .where(Delivery.address.startswith("contact"))
    ).all()
    for state, answer, debt, cause in rows:
        assert (state, debt) in (("sent", "told"), ("failed", "undeliverable"))
        assert state == "sent" or (answer and cause == "bounced")


@pytest.mark.own_database
def test_a_worker_killed_while_it_sends_loses_no_letter(own_app: Flask, mail_server: MailServer) -> None:
    """At most the one under way goes twice, and then with the same Message-ID."""
    chance, public_url = random.Random(6), own_app.config["RONDO"].public_url
    with own_app.app_context():
        asked_for_by(KILLS * 8)
        owed = set(db.session.scalars(sa.select(Delivery.message_id)))
    killed = 0
    with workers(own_app, sending.__name__, MAIL_URL=mail_server.url, PUBLIC_URL=public_url) as begin_and_kill:
        for _ in range(KILLS):
            wanted = len(mail_server.taken) + chance.randint(1, 6)
            killed += begin_and_kill(lambda wanted=wanted: len(mail_server.taken) >= wanted)
            with own_app.app_context():
                assert_accounts_balance()
                soon(leases=True)
    with own_app.app_context():
        mail_to(own_app, mail_server.url)
        sending.deliver_due()
        assert set(tally()) == {"sent"}
        assert_the_ledger_says_the_same()
    ids = Counter(message["Message-ID"] for message in mail_server.taken)
    assert killed >= KILLS // 2
    assert set(ids) == owed
    assert sum(ids.values()) - len(ids) <= killed


def test_a_server_that_misbehaves_by_a_plan(app: Flask, plan: Plan) -> None:
    """And is not there at all for a while: each letter is sent, or failed for a cause that the server gave."""
    settings = app.config["RONDO"]
    asked_for_by(LETTERS)
    post = sending.Post()
    try:
        mail_to(app, "smtp://127.0.0.1:1")
        for _ in range(3):
            post.rests_until = 0.0
            assert post.deliver_due() == 0
        mail_to(app, plan.url)
        post.close()
        for _ in range(12):
            post.rests_until = 0.0
            soon()
            post.deliver_due()
            assert_accounts_balance()
    finally:
        post.close()
        app.config["RONDO"] = settings
    refused = sum(fate == "never" for fate in plan.fates.values())
    states = tally()
    assert set(states) == {"sent", "failed"}
    assert states["failed"] == refused > 0
    assert_the_ledger_says_the_same()
    taken = Counter(message["Message-ID"] for message in plan.taken)
    dropped = sum(fate == "drops" for fate in plan.fates.values())
    assert len(taken) == states["sent"]
    assert sum(taken.values()) - len(taken) <= dropped, "what it took before it hung up comes with the same id"


class Ticks:
    """Time as it passes, whatever the clock shows."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_set_makes_no_letter_go_twice_nor_wait_for_longer_than_a_lease(
    app: Flask, mail_server: MailServer, hours: int
) -> None:
    """One worker is at its letters when the clock is set; another looks for some meanwhile."""
    asked_for_by(6)
    settings, began, ticks = app.config["RONDO"], clock.now(), Ticks()
    other = sending.Post(clock=Clock(ticks))
    mail_to(app, mail_server.url)
    try:
        with clock.standing(began + timedelta(seconds=1)):
            [mine, *_] = write(leasing.lease, Clock(ticks), 3)
            other.deliver_due()
        first = len(mail_server.taken)
        assert first == sum(tally().values()) - 3
        ticks.passed = 2.0
        with clock.standing(began + timedelta(hours=hours, seconds=2)):
            other.deliver_due()
            assert len(mail_server.taken) == first, "what the other holds is not taken from it"
        ticks.passed += LEASE.total_seconds() + 60
        with clock.standing(began + timedelta(hours=hours, seconds=2) + LEASE + timedelta(seconds=60)):
            assert other.deliver_due() == 3, "but if it is dead, only for as long as a lease lasts"
            write(leasing.give_back, [mine])
            assert other.deliver_due() == 0
    finally:
        other.close()
        app.config["RONDO"] = settings
    ids = [message["Message-ID"] for message in mail_server.taken]
    assert len(ids) == len(set(ids))
    assert set(tally()) == {"sent"}
    assert_the_ledger_says_the_same()


def test_what_is_put_off_is_tried_when_the_clock_was_set_back(app: Flask, mail_server: MailServer) -> None:
    settings, began, ticks = app.config["RONDO"], clock.now(), Ticks()
    asked_for_by(2)
    post = sending.Post(clock=Clock(ticks))
    mail_to(app, mail_server.url)
    mail_server.to_letter = "451 4.3.0 Not now"
    try:
        with clock.standing(began + timedelta(hours=1)):
            post.deliver_due()
        mail_server.to_letter = "250 Taken"
        ticks.passed = 60.0
        with clock.standing(began + timedelta(minutes=1)):
            assert post.deliver_due() == sum(tally().values())
    finally:
        post.close()
        app.config["RONDO"] = settings
    assert set(tally()) == {"sent"}
