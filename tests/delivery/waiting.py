"""Letters that wait, and time that passes without anyone waiting."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa

from portal.core import clock
from portal.core.db import db
from portal.delivery import digests, sending
from portal.delivery.models import Delivery
from portal.people.models import Person
from portal.threads.models import Thread
from tests.factories import make_person, make_reply, make_thread
from tests.loop.told import follow, work


@contextmanager
def later(**by: float) -> Iterator[None]:
    """So much later than now."""
    with clock.standing(clock.now() + timedelta(**by)):
        yield


def letters_of(person: Person) -> list[Delivery]:
    """All that was ever to go to them, the oldest first."""
    db.session.rollback()
    query = sa.select(Delivery).where(Delivery.person_id == person.id).order_by(Delivery.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def states_of(person: Person) -> list[str]:
    return [letter.state for letter in letters_of(person)]


def watched_by(person: Person) -> Thread:
    """A thread that they watch."""
    thread = make_thread(make_person())
    work()
    follow(person, thread.id, "watch")
    return thread


def replies(thread: Thread, number: int = 1) -> None:
    """Told of, but not sent yet."""
    for _ in range(number):
        make_reply(thread, make_person())
    work()


def deliver(to: Person) -> int:
    """What a worker does with what is told of. How many letters it sent to this person."""
    before = _sent(to)
    digests.make_due()
    sending.deliver_due()
    return _sent(to) - before


def _sent(to: Person) -> int:
    return sum(letter.state == "sent" and letter.parent_id is None for letter in letters_of(to))
