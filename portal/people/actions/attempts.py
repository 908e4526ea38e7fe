"""How often someone may try: counted per account and per network address, before the try and not after it.

Whoever fails ten times waits a quarter of an hour. The real owner is never kept out by others: where they are signed in
already, only tries from there count; signing in clears the count, and so does the letter to choose a new password.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import TooOften
from portal.people.models import LoginSession, Person, SignInAttempt
from portal.people.viewer import Viewer

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10
PER_ADDRESS = 60
"""More than per account: a whole company can share one address."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` within `window`."""

    most: int
    window: timedelta


LETTERS = Limit(most=5, window=timedelta(hours=1))
"""Letters that one address can be sent because somebody typed it."""
SIGN_UPS = Limit(most=30, window=timedelta(hours=1))
"""New accounts from one network address."""

ANSWERS = Limit(most=60, window=timedelta(minutes=15))
"""Answers from one network address: a whole company can share it."""


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or the network that an IPv6 customer gets."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)


def count_sign_in(login_key: str, *, address: str) -> None:
    """Count a try to sign in, before the password is looked at. Raises TooOften."""
    place = _locked(login_key, address)
    account = SignInAttempt.login_key == login_key
    if _signed_in_from(login_key, address):
        account = and_(account, SignInAttempt.address == place)
    _check(account, Limit(PER_ACCOUNT, WINDOW))
    _check(SignInAttempt.address == place, Limit(PER_ADDRESS, WINDOW))
    _add(login_key, place)


def count_letter(email_key: str, *, address: str) -> None:
    """Count a letter that somebody asked for, for a known or an unknown address alike. Raises TooOften."""
    key = f"letter:{email_key}"[:254]
    place = _locked(key, address)
    _check(SignInAttempt.login_key == key, LETTERS)
    _check(SignInAttempt.address == place, Limit(PER_ADDRESS, WINDOW))
    _add(key, place)


def count_sign_up(*, address: str) -> None:
    """Count a new account. Raises TooOften."""
    place = _locked("sign-up", address)
    _check(and_(SignInAttempt.login_key == "sign-up", SignInAttempt.address == place), SIGN_UPS)
    _add("sign-up", place)


def count_answer(*, address: str) -> None:
    """Count what someone sent by a link of theirs, without signing in: apart from tries to sign in. Raises TooOften."""
    place = _locked("answer", address)
    key = f"answer:{place}"
    _check(SignInAttempt.login_key == key, ANSWERS)
    _add(key, "")


def forget(person: Person) -> None:
    """Clear the count of an account: its owner is here."""
    keys = [key for key in (person.username_key, person.email_key) if key]
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.login_key.in_(keys)))


def clear(viewer: Viewer) -> None:
    """Clear the count of the viewer's account: they knew their password."""
    forget(db.session.get_one(Person, viewer.id))


def _locked(key: str, address: str) -> str:
    """The network, once no other try for it or for the account is being counted."""
    place = network(address)
    if db.session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time as it is
        for name in sorted({key, place}):
            db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
    return place


def _add(login_key: str, place: str) -> None:
    db.session.add(SignInAttempt(login_key=login_key, address=place, at=now()))
    db.session.flush()


def _check(those: ColumnElement[bool], limit: Limit) -> None:
    at = now()
    oldest = db.session.scalar(
        select(SignInAttempt.at)
        .where(those, SignInAttempt.at > at - limit.window)
        .order_by(SignInAttempt.at.desc())
        .offset(limit.most - 1)
        .limit(1)
    )
    if oldest is not None:
        raise _too_often(oldest + limit.window - at)


def _too_often(wait: timedelta) -> TooOften:
    seconds = max(1, int(wait.total_seconds()) + 1)
    words = ngettext(
        "That was tried too often. Wait a minute and try again.",
        "That was tried too often. Wait %(num)s minutes and try again.",
        -(-seconds // 60),
    )
    return TooOften(words, retry_after=seconds)


def _signed_in_from(login_key: str, address: str) -> bool:
    """Whether the owner of this account is signed in from this address."""
    return bool(
        db.session.scalar(
            select(LoginSession.id)
            .join(Person, Person.id == LoginSession.person_id)
            .where(
                or_(
                    Person.username_key == login_key,
                    and_(Person.email_key == login_key, Person.email_confirmed_at.is_not(None)),
                ),
                LoginSession.address == address,
            )
            .limit(1)
        )
    )
