"""Letters that are due: leased, written, sent, and what came of it recorded.

A lease is a row's state with a time: a worker that dies leaves a letter that the next one sends, with the same
Message-ID, when the lease has run out. Two workers never hold the same letter.
"""

import random
from datetime import datetime, timedelta
from email.message import EmailMessage

import structlog
from sqlalchemy import and_, or_, select, update

from portal.config import in_force
from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.letters import NotAnyMore, compose
from portal.delivery.mailing import Later, Mailer, Refused, Unreachable, mailer
from portal.delivery.models import Delivery
from portal.delivery.telling import settle
from portal.people.models import Person

LEASE = timedelta(minutes=5)
"""Longer than a server can keep us waiting over one letter."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=3)

log = structlog.stdlib.get_logger(__name__)


def deliver_due() -> int:
    """Send every letter that is due, and return how many were sent. Stops where no letter gets through at all."""
    sent = 0
    way = mailer(in_force())
    try:
        while (leased := write(lease)) is not None:
            try:
                sent += _deliver(way, *leased)
            except Unreachable as trouble:
                log.warning("no letter gets through", error=str(trouble))
                break
    finally:
        way.close()
    return sent


def lease() -> tuple[int, int] | None:
    """Take the letter that has waited longest: its id and the number of this attempt. None when nothing is due."""
    at = now()
    due = and_(Delivery.state.in_(("due", "deferred")), Delivery.due_at <= at)
    left_behind = and_(Delivery.state == "leased", Delivery.lease_until < at)
    oldest = (
        select(Delivery.id)
        .where(Delivery.channel == "mail", or_(due, left_behind))
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = db.session.execute(
        update(Delivery)
        .where(Delivery.id == oldest.scalar_subquery())
        .values(state="leased", lease_until=at + LEASE, attempts=Delivery.attempts + 1)
        .returning(Delivery.id, Delivery.attempts)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return (row.id, row.attempts) if row else None


def _deliver(way: Mailer, letter_id: int, attempt: int) -> int:
    """Send one letter: 1 if it was sent, else 0. Raises Unreachable, once that is recorded."""
    try:
        message = write(_written, letter_id, attempt)
    except Exception as trouble:  # a letter that cannot be written must not keep the others waiting
        log.exception("letter could not be written", delivery=letter_id)
        write(_put_off, letter_id, attempt, f"it could not be written: {type(trouble).__name__}")
        return 0
    if message is None:
        return 0
    try:
        answer = way.send(message)
    except Refused as trouble:
        write(_record, letter_id, attempt, state="failed", answer=str(trouble))
        log.warning("letter refused", delivery=letter_id, answer=str(trouble))
        return 0
    except Later as trouble:
        write(_put_off, letter_id, attempt, str(trouble))
        if isinstance(trouble, Unreachable):
            raise
        log.info("letter put off", delivery=letter_id, attempt=attempt, answer=str(trouble))
        return 0
    write(_record, letter_id, attempt, state="sent", answer=answer, sent_at=now())
    log.info("letter sent", delivery=letter_id, attempt=attempt)
    return 1


def _written(letter_id: int, attempt: int) -> EmailMessage | None:
    """The letter, or None if it is not to be sent any more: then that is recorded."""
    letter = db.session.get_one(Delivery, letter_id, populate_existing=True)
    if letter.attempts != attempt:
        return None
    try:
        return compose(letter, db.session.get_one(Person, letter.person_id) if letter.person_id else None)
    except NotAnyMore as reason:
        _record(letter_id, attempt, state="suppressed", answer=str(reason), cause=reason.cause)
        return None


def _put_off(letter_id: int, attempt: int, answer: str) -> None:
    letter = db.session.get_one(Delivery, letter_id)
    if now() - letter.created_at > GIVE_UP_AFTER:
        _record(letter_id, attempt, state="failed", answer=f"given up after {attempt} attempts: {answer}")
    else:
        _record(letter_id, attempt, state="deferred", answer=answer, due_at=now() + pause(attempt))


def pause(attempt: int) -> timedelta:
    """How long to wait after this attempt: twice as long each time, and not all letters at the same moment."""
    usual = min(FIRST_PAUSE * 2 ** min(attempt - 1, 20), LONGEST_PAUSE)
    return usual * random.uniform(0.75, 1.25)  # noqa: S311


def _record(
    letter_id: int,
    attempt: int,
    *,
    state: str,
    answer: str,
    cause: str = "",
    sent_at: datetime | None = None,
    due_at: datetime | None = None,
) -> None:
    """Write down what came of an attempt, unless the letter is another worker's by now."""
    values = {"state": state, "answer": answer, "lease_until": None, "sent_at": sent_at}
    notice_id = db.session.scalar(
        update(Delivery)
        .where(Delivery.id == letter_id, Delivery.state == "leased", Delivery.attempts == attempt)
        .values(values | ({"due_at": due_at} if due_at else {}))
        .returning(Delivery.notice_id)
        .execution_options(synchronize_session=False)
    )
    if notice_id is not None:
        settle(notice_id, state, cause)
