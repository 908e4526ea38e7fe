"""Keep someone out for a while, or until it is lifted."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.text import storable
from portal.events.actions import record
from portal.people import policy
from portal.people.actions.administering import locked
from portal.people.actions.admins import keep_an_admin
from portal.people.actions.sessions import end_sessions
from portal.people.models import Person, Suspension
from portal.people.viewer import Viewer

LONGEST = 2000
"""Characters of a reason."""


def suspend(viewer: Viewer, person_id: int, *, reason: str, until: datetime | None = None) -> int:
    """Keep someone out until a moment, or until it is lifted; their sessions end at once. The reason is told to them.

    A suspension in force is replaced. Raises Invalid without a reason, or when `until` is past.
    """
    person = _tended(viewer, person_id)
    reason = storable(reason).strip()
    wrong: dict[str, object] = {}
    if not reason or len(reason) > LONGEST:
        wrong["reason"] = _("Say why, in a sentence: they will read it.") if not reason else _("This is too long.")
    if until is not None and until <= now():
        wrong["until"] = _("This day is past.")
    if wrong:
        raise Invalid(fields=wrong)
    keep_an_admin(person)
    _end(person, viewer)
    db.session.add(Suspension(person_id=person.id, by_id=viewer.id, reason=reason, since=now(), until=until))
    end_sessions(person.id)
    ends = until.isoformat() if until else None
    record("person.suspended", actor_id=viewer.id, person_id=person.id, reason=reason, logged=True, until=ends)
    return person.id


def lift_suspension(viewer: Viewer, person_id: int, *, reason: str = "") -> int:
    """Let someone in again. One that has ended by itself is no mistake."""
    person = _tended(viewer, person_id)
    if _end(person, viewer):
        kept = storable(reason).strip()[:LONGEST]
        record("person.unsuspended", actor_id=viewer.id, person_id=person.id, reason=kept, logged=True)
    return person.id


def _tended(viewer: Viewer, person_id: int) -> Person:
    if not viewer.is_moderator:
        raise NotFound
    person = locked(person_id)
    if not policy.can_suspend(viewer, person):
        raise Forbidden(_("You may not suspend this person."))
    return person


def _end(person: Person, viewer: Viewer) -> bool:
    """End the suspension that no one has lifted, whether or not its time is over; whether it was still in force."""
    found = db.session.scalar(select(Suspension).filter_by(person_id=person.id, lifted_at=None).with_for_update())
    if found is None:
        return False
    in_force = found.until is None or found.until > now()
    found.lifted_at = now() if in_force else found.until
    found.lifted_by_id = viewer.id if in_force else None
    db.session.flush()
    return in_force
