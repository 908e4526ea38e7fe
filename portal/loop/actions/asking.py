"""A while after what they asked for became available to them, people are asked whether it solves their need; and
whoever has an idea to announce is reminded."""

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import aliased

from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.events.actions import record
from portal.events.models import Event
from portal.ideas.models import DELIVERED, Idea, IdeaSilence, Outcome
from portal.loop.models import Debt, HandledPerson
from portal.loop.policy import can_see_loops
from portal.loop.queries.causes import unannounced
from portal.people.models import STAFF, Person
from portal.people.viewer import Viewer

BATCH = 2_000
"""Debts that one transaction takes: other writers wait a moment only."""
REMINDERS = 200


def ask_some() -> bool:
    """Ask those whose time has come, by one event; whether there may be more.

    All that one person is asked at a time comes in one notice: the debts carry the time of the event, and whoever tells
    people of it finds them by that. Run by a worker."""
    at = clock.now()
    people = (
        select(Debt.person_id)
        .where(Debt.ask_at <= at, Debt.asked_at.is_(None))
        .order_by(Debt.ask_at, Debt.person_id)
        .limit(BATCH)
    )
    ids = sorted(set(db.session.scalars(people)))
    if not ids:
        return False
    due = and_(Debt.person_id.in_(ids), Debt.ask_at <= at, Debt.asked_at.is_(None))
    _change(due, _never(), ask_at=None)
    first = db.session.scalar(select(Debt.idea_id).where(due).order_by(Debt.id).limit(1))
    if first is not None:
        event = record("loop.asked", actor_id=None, thread_id=first, due_at=at)
        _change(due, asked_at=event.at)
    return True


def _change(*those: Any, **values: Any) -> None:
    db.session.execute(update(Debt).where(*those).values(**values).execution_options(synchronize_session=False))


def _never() -> Any:
    """Condition on Debt: it is not asked about after all. A human sees to it; it does not hold any more; it was not
    told; they want to hear nothing of it; they were asked the same before; or what they asked for stands by itself."""
    outcome, before, earlier = aliased(Outcome), aliased(Outcome), aliased(Debt)
    mine, theirs = aliased(Idea), aliased(Idea)
    holds = exists().where(
        outcome.id == Debt.outcome_id, outcome.ended_event_id.is_(None), outcome.status.in_(DELIVERED)
    )
    by_hand = or_(
        exists().where(Idea.thread_id == Debt.idea_id, Idea.personal_event_id.is_not(None)),
        exists().where(HandledPerson.person_id == Debt.person_id),
        exists().where(Person.id == Debt.person_id, Person.erased_at.is_not(None)),
    )
    silent = exists().where(
        IdeaSilence.person_id == Debt.person_id, IdeaSilence.idea_id.in_((Debt.idea_id, Debt.asked_idea_id))
    )
    # A corrected date or a reworded reason of what was shipped is no reason to ask again.
    asked = exists().where(
        earlier.person_id == Debt.person_id,
        earlier.idea_id == Debt.idea_id,
        earlier.outcome_id < Debt.outcome_id,
        earlier.asked_at.is_not(None),
        before.id == earlier.outcome_id,
        before.ended_event_id.is_(None),
        outcome.id == Debt.outcome_id,
        before.status == outcome.status,
    )
    parted = exists().where(
        mine.thread_id == Debt.asked_idea_id, theirs.thread_id == Debt.idea_id, mine.root_id != theirs.root_id
    )
    return or_(~holds, by_hand, silent, asked, parted, Debt.state != "told")


def remind(days: int) -> None:
    """Remind whoever sees to an idea, or decided on it, that it shipped so many days ago and is not announced: once.
    Who is not on the team any more does not see to anything."""
    before = clock.now() - timedelta(days=days)
    reminded = exists().where(Event.kind == "loop.reminded", Event.thread_id == Outcome.idea_id, Event.at > Outcome.at)
    waiting = (
        select(Outcome.id, Outcome.idea_id, Outcome.by_id, Person.id.label("owner_id"))
        .join(Idea, Idea.thread_id == Outcome.idea_id)
        .outerjoin(Person, and_(Person.id == Idea.owner_id, Person.role.in_(STAFF)))
        .where(unannounced(), Outcome.status.in_(DELIVERED), Outcome.at < before, ~reminded)
        .order_by(Outcome.id)
        .limit(REMINDERS)
    )
    for row in db.session.execute(waiting).all():
        whom = row.owner_id or row.by_id
        if whom is not None:
            told: Any = {"outcome_id": row.id}
            record("loop.reminded", actor_id=None, thread_id=row.idea_id, person_id=whom, due_at=clock.now(), **told)


def set_handled(viewer: Viewer, person_id: int, *, on: bool) -> None:
    """From now on a human writes to this person: nothing is asked of itself; or not any more. Raises NotFound."""
    person = db.session.get(Person, person_id, populate_existing=True)
    if not can_see_loops(viewer) or person is None or person.erased_at is not None or person.kind == "system":
        raise NotFound
    kept = db.session.get(HandledPerson, person_id, populate_existing=True)
    if on == (kept is not None):
        return
    kind = "person.handled" if on else "person.unhandled"
    event = record(kind, actor_id=viewer.id, person_id=person_id, logged=True)
    if kept is not None:
        db.session.delete(kept)
    else:
        db.session.add(HandledPerson(person_id=person_id, event_id=event.id))
