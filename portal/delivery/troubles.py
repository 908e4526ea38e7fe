"""Addresses that letters come back from: counted, left alone when it is no use, and taken up again once confirmed."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from portal.core.clock import now
from portal.core.db import db
from portal.delivery.models import Delivery, MailTrouble
from portal.delivery.webhooks.writing import undelivered
from portal.loop.actions.leaving import address_set
from portal.loop.telling.settling import mark_returned
from portal.people.addresses import email_key
from portal.people.models import Person

SOFT_ONES = 3
"""So many letters in a row that came back for now are one too many."""
QUIET = timedelta(days=14)
"""A mail server takes a letter at once and sends it back days later: only after this is an address well again."""
WAITING = ("due", "leased", "deferred", "held")
"""The states of letters that may still leave."""


def bounced(letter: Delivery, *, hard: bool, answer: str) -> None:
    """A letter came back: for good (`hard`: there is no such address), or for now (a full mailbox). What went in it was
    not told; its address is counted, and left alone from the first that is hard or the third in a row that is not.

    In the transaction under way. One that is known already is not counted again.
    """
    address = letter.address
    both = or_(Delivery.id == letter.id, Delivery.parent_id == letter.id)
    failed = update(Delivery).where(both, Delivery.state.in_(("sent", *WAITING)))
    values = {"state": "failed", "answer": answer, "lease_until": None}
    failed = failed.values(values).returning(Delivery.id, Delivery.notice_id)
    rows = db.session.execute(failed.execution_options(synchronize_session=False)).all()
    for row in rows:
        if row.notice_id is not None:
            mark_returned(row.notice_id)
            undelivered(row.notice_id)
    if address and any(row.id == letter.id for row in rows):
        count(address, hard=hard, answer=answer)


def count(address: str, *, hard: bool, answer: str) -> None:
    """One more letter came back from this address."""
    key, at = email_key(address), now()
    row = db.session.get(MailTrouble, key, with_for_update=True, populate_existing=True)
    if row is None:
        row = MailTrouble(address_key=key, soft=0, last_at=at)
        db.session.add(row)
    row.soft, row.last_at, row.answer = row.soft + (not hard), at, answer
    if row.suppressed_at is None and (hard or row.soft >= SOFT_ONES):
        row.suppressed_at = at
        show(key)
    db.session.flush()


def show(key: str) -> None:
    """Whoever has the suppressed address of this key is told so on every page."""
    theirs = update(Person).where(Person.email_key == key, Person.mail_stopped_at.is_(None))
    db.session.execute(theirs.values(mail_stopped_at=now()).execution_options(synchronize_session=False))


def taken(address: str) -> None:
    """A mail server took a letter to this address."""
    all_taken([address])


def all_taken(addresses: Iterable[str]) -> None:
    """Likewise of several: what came back from them for now, long ago, is forgotten."""
    keys = {email_key(each) for each in addresses if each}
    well = MailTrouble.suppressed_at.is_(None), MailTrouble.last_at < now() - QUIET
    db.session.execute(delete(MailTrouble).where(MailTrouble.address_key.in_(keys), *well))


def suppressed(address: str) -> bool:
    """Whether nothing is sent there any more but what confirms it."""
    return bool(suppressed_among([address]))


def suppressed_among(addresses: Iterable[str]) -> frozenset[str]:
    """The keys of those of these addresses that nothing is sent to."""
    keys = {email_key(each) for each in addresses if each}
    stopped = select(MailTrouble.address_key).where(MailTrouble.suppressed_at.is_not(None))
    return frozenset(db.session.scalars(stopped.where(MailTrouble.address_key.in_(keys))))


def proved(person: Person) -> None:
    """The person followed a link in a letter to their address: letters arrive there."""
    if person.email and lift(person.email):
        address_set(person)


def lift(address: str) -> bool:
    """Letters go to this address again; whether they did not before. In the transaction under way."""
    key = email_key(address)
    stopped = MailTrouble.address_key == key, MailTrouble.suppressed_at.is_not(None)
    found = db.session.scalar(select(MailTrouble.address_key).where(*stopped)) is not None
    db.session.execute(delete(MailTrouble).where(MailTrouble.address_key == key))
    theirs = update(Person).where(Person.email_key == key, Person.mail_stopped_at.is_not(None))
    db.session.execute(theirs.values(mail_stopped_at=None))
    return found
