"""Digests: what is held for someone becomes one letter, in a morning by their own clock."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Forbidden, Invalid
from portal.delivery import queue
from portal.delivery.actions import new_message_id
from portal.delivery.holding import next_morning
from portal.delivery.models import OFTEN, Delivery, MailChoice
from portal.people.models import Person
from portal.people.viewer import Viewer

BATCH = 50
"""People in one transaction."""
KIND = "digest"
HALF_A_DAY = timedelta(hours=12)


def how_often(viewer: Viewer) -> str:
    """How often someone gets letters about what happens here: one of OFTEN."""
    return db.session.scalar(select(MailChoice.every).where(MailChoice.person_id == viewer.id)) or "each"


def choose_often(viewer: Viewer, every: str) -> None:
    """From now on so often. What is held for someone who wants each by itself is due. Raises Forbidden, Invalid."""
    if viewer.id is None:
        raise Forbidden
    if every not in OFTEN:
        raise Invalid(fields={"often": ""})
    choice = db.session.get(MailChoice, viewer.id, with_for_update=True, populate_existing=True)
    if choice is None:
        if every == "each":
            return
        choice = MailChoice(person_id=viewer.id, every="each")
        db.session.add(choice)
    if choice.every == every:
        return
    person = db.session.get_one(Person, viewer.id)
    choice.every = every
    choice.next_at = None if every == "each" else next_morning(person.time_zone, now(), every)
    if every == "each":
        _release(person.id)
    db.session.flush()


def moved(person: Person) -> None:
    """They have another time zone from now on: what was planned for a morning leaves in the one nearest to it there."""
    choice = db.session.get(MailChoice, person.id, with_for_update=True, populate_existing=True)
    if choice and choice.next_at:
        choice.next_at = next_morning(person.time_zone, max(now(), choice.next_at - HALF_A_DAY))


def make_due() -> int:
    """Write the digests of those whose morning it is; returns how many."""
    made = 0
    while (some := write(_some)) is not None:
        made += some
    return made


def _some() -> int | None:
    """The next few people; None when it is nobody's morning."""
    at = now()
    query = (
        select(MailChoice, Person)
        .join(Person, Person.id == MailChoice.person_id)
        .where(MailChoice.next_at <= at)
        .order_by(MailChoice.next_at)
        .limit(BATCH)
        .with_for_update(of=MailChoice, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    rows = db.session.execute(query).all()
    if not rows:
        return None
    held = _held([person.id for _, person in rows])
    made = 0
    for choice, person in rows:
        made += _make(person, held.get(person.id, []), at)
        choice.next_at = None if choice.every == "each" else next_morning(person.time_zone, at, choice.every)
    db.session.flush()
    if made:
        queue.nudge_after_commit()
    return made


def _held(people: list[int]) -> dict[int, list[int]]:
    """By person the letters that are held."""
    held: dict[int, list[int]] = {}
    query = select(Delivery.person_id, Delivery.id).where(Delivery.person_id.in_(people), Delivery.state == "held")
    for row in db.session.execute(query.where(Delivery.parent_id.is_(None)).order_by(Delivery.id)):
        held.setdefault(row.person_id or 0, []).append(row.id)
    return held


def _make(person: Person, held: list[int], at: datetime) -> int:
    """One letter with all of these; none where there is nothing. What of it may still leave is seen when it does."""
    if not held:
        return 0
    digest = Delivery(
        kind=KIND,
        person_id=person.id,
        address=person.email or "",
        message_id=new_message_id(),
        created_at=at,
        due_at=at,
    )
    db.session.add(digest)
    db.session.flush()
    db.session.execute(update(Delivery).where(Delivery.id.in_(held)).values(parent_id=digest.id))
    return 1


def _release(person_id: int) -> None:
    held = update(Delivery).where(Delivery.person_id == person_id, Delivery.state == "held")
    due = held.where(Delivery.parent_id.is_(None)).values(state="due", due_at=now(), tried_at=None)
    db.session.execute(due.execution_options(synchronize_session=False))
    queue.nudge_after_commit()
