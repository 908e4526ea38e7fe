"""What a worker keeps between two looks: it rests where no letter gets through, stops when it is told to, holds no
letters for long, and remembers what it could not write down."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core.db import db, write
from portal.delivery import leasing, recording, sending
from portal.delivery.actions import send_letter
from portal.delivery.leasing import Leased
from portal.delivery.mailing import Unreachable
from portal.delivery.models import Delivery
from portal.people.models import Person
from tests.factories import make_person


class Way:
    """To a mail server that takes what it is given, unless it is told to do something else first."""

    def __init__(self) -> None:
        self.tried, self.seconds, self.is_open = 0, 0.0, True
        self.first: Callable[[], None] = here

    def send(self, _message: Any) -> str:
        self.tried += 1
        self.first()
        return "250 Taken"

    def close(self) -> None:
        self.is_open = False


@pytest.fixture
def way(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Way:
    made = Way()
    monkeypatch.setattr(sending, "mailer", lambda _settings: made)
    monkeypatch.setattr(sending, "time", SimpleNamespace(monotonic=lambda: made.seconds))
    return made


def letters(number: int) -> None:
    for _ in range(number):
        person_id = make_person().id
        write(lambda person_id=person_id: send_letter("password", db.session.get_one(Person, person_id)))


def states() -> list[tuple[str, int]]:
    db.session.rollback()
    return [(row.state, row.attempts) for row in db.session.scalars(sa.select(Delivery).order_by(Delivery.id))]


def away() -> None:
    raise Unreachable("no route to host")


def here() -> None: ...


def test_where_no_letter_gets_through_it_rests_longer_each_time(way: Way) -> None:
    post = sending.Post()
    letters(4)
    way.first = away
    for tried, rest in ((1, 5), (2, 10)):
        assert (post.deliver_due(), way.tried) == (0, tried)
        way.seconds += rest - 1
        assert (post.deliver_due(), way.tried) == (0, tried), "it leaves the server alone"
        way.seconds += 1
    way.first = here
    assert post.deliver_due() == 2
    letters(2)
    way.first = away
    assert post.deliver_due() == 0
    way.first = here
    way.seconds += 5
    assert post.deliver_due() == 1, "after one that got through a rest is short again"


def test_told_to_stop_it_finishes_the_letter_under_way(way: Way) -> None:
    post = sending.Post(threading.Event())
    letters(3)
    way.first = post.stop.set
    assert post.deliver_due() == 1
    assert states() == [("sent", 1), ("due", 0), ("due", 0)]
    assert post.deliver_due() == 0


def test_it_holds_no_letter_for_as_long_as_a_lease_lasts(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes its time over each must not have the last ones sent by two."""
    held, lease = list[int](), leasing.lease

    def counted(*given: Any) -> list[Leased]:
        held.append(len(found := lease(*given)))
        return found

    def slowly() -> None:
        way.seconds += 50

    monkeypatch.setattr(leasing, "lease", counted)
    letters(3)
    way.first = slowly
    assert sending.Post().deliver_due() == 3
    assert held == [3, 2, 1, 0]
    assert states() == [("sent", 1)] * 3


def test_what_was_sent_while_the_database_was_away_is_not_sent_again(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    real, at_first, post = recording.sent, iter([True]), sending.Post()

    def sent(*given: Any, **more: Any) -> None:
        if next(at_first, False):
            raise ConnectionError("the database is away")
        real(*given, **more)

    letters(2)
    monkeypatch.setattr(recording, "sent", sent)
    with pytest.raises(ConnectionError):
        post.deliver_due()
    assert states() == [("leased", 1), ("due", 0)], "the other is anyone's"
    assert post.deliver_due() == 1
    assert states() == [("sent", 1)] * 2
    assert way.tried == 2


def test_it_hangs_up_where_there_is_nothing_to_send_for_a_while(way: Way) -> None:
    post = sending.Post()
    letters(1)
    post.deliver_due()
    way.seconds += sending.IDLE - 1
    post.deliver_due()
    assert way.is_open
    way.seconds += 2
    post.deliver_due()
    assert not way.is_open
