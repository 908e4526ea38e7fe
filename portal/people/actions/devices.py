"""Browsers that someone signed in with before: each holds a secret, and we its hash. Another one is told by letter."""

import hashlib
import re
import secrets
from collections.abc import Sequence

from sqlalchemy import delete, select

from portal.core.clock import now
from portal.core.db import db
from portal.people import hooks
from portal.people.models import KnownDevice, Person

MOST = 20
"""Browsers of one person; the one that was used longest ago is forgotten for another."""
_OURS = re.compile(r"[A-Za-z0-9_-]{43}")


def recognise(person: Person, held: str, *, browser: str, network: str) -> str:
    """Note that someone signs in with the browser that holds this secret, and return what it is to hold from now on.

    The first browser of an account is told to nobody, and nothing goes to an address that nobody confirmed."""
    secret = held if _OURS.fullmatch(held) else secrets.token_urlsafe(32)
    known = _known(person.id)
    mine = next((each for each in known if each.digest == _digest(secret)), None)
    if mine is not None:
        mine.seen_at = now()
        return secret
    for oldest in known[MOST - 1 :]:
        db.session.delete(oldest)
    db.session.add(KnownDevice(person_id=person.id, digest=_digest(secret), seen_at=now()))
    if known and person.is_confirmed:
        hooks.send_letter("device", person, data={"browser": browser, "network": network})
    return secret


def forget_devices(person_id: int) -> None:
    """None of their browsers is known any more."""
    db.session.execute(delete(KnownDevice).where(KnownDevice.person_id == person_id))


def _known(person_id: int) -> Sequence[KnownDevice]:
    """The one used last first."""
    theirs = select(KnownDevice).where(KnownDevice.person_id == person_id).order_by(KnownDevice.seen_at.desc())
    return db.session.scalars(theirs.execution_options(populate_existing=True)).all()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
