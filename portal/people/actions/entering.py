"""Signing in, once the password was found to be right."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import select

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Forbidden
from portal.people.actions.attempts import forget
from portal.people.actions.devices import recognise
from portal.people.actions.sessions import start_session
from portal.people.models import Person, Suspension
from portal.people.queries import suspended


@dataclass(frozen=True, slots=True)
class Entered:
    """What a browser that signed in is to hold: its session, and the secret by which it is known again."""

    session: str
    device: str


def enter(
    person_id: int, *, password_hash: str | None, address: str, user_agent: str, device: str = "", browser: str = ""
) -> Entered:
    """Sign a browser in. `device`: the secret that it holds, if any. Raises Forbidden, with the reason, for someone
    suspended.

    `password_hash`: the one that was checked; if it was changed meanwhile, nobody enters.
    """
    person = db.session.get_one(Person, person_id, with_for_update=True)
    if person.erased_at is not None or person.password_hash != password_hash:
        raise Forbidden(_("The password was changed just now. Sign in with the new one."))
    refuse_suspended(person_id)
    forget(person)
    known = recognise(person, device, browser=browser or user_agent[:80], network=address)
    return Entered(start_session(person_id, address=address, user_agent=user_agent), known)


def refuse_suspended(person_id: int) -> None:
    """Raise Forbidden, saying why and until when, for someone who is suspended."""
    found = db.session.scalar(select(Suspension).where(Suspension.person_id == person_id, suspended(now())))
    if found is None:
        return
    if found.until is None:
        raise Forbidden(_("This account is suspended. Reason: %(reason)s", reason=found.reason))
    raise Forbidden(
        _("This account is suspended until %(until)s. Reason: %(reason)s", until=_day(found.until), reason=found.reason)
    )


def _day(moment: datetime) -> str:
    return format_datetime(moment, "d MMMM yyyy HH:mm")
