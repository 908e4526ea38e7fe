"""What becomes of debts when a person loses the address, has another, or turns out to be someone with an account."""

from typing import Any

from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.db import db
from portal.events.actions import record
from portal.loop.models import Debt
from portal.notices.models import Notice
from portal.people.models import Person


def address_gone(person: Person) -> None:
    """The letter that would have told them does not leave any more."""
    waiting = update(Debt).where(Debt.person_id == person.id, Debt.state == "pending")
    _put(waiting.values(state="undeliverable", cause="no-address"))


def address_set(person: Person) -> None:
    """They can be written to: what could not be told to them for want of an address is tried again."""
    unreached = (Debt.person_id == person.id, Debt.state == "undeliverable", Debt.cause.in_(("no-address", "bounced")))
    rows = db.session.execute(select(Debt.outcome_id, Debt.idea_id).where(*unreached).order_by(Debt.id)).all()
    # As long as it says that a letter came back, no other leaves.
    _put(update(Debt).where(*unreached).values(cause="no-address"))
    for row in rows:
        told: Any = {"outcome_id": row.outcome_id}
        record("idea.retold", actor_id=None, thread_id=row.idea_id, person_id=person.id, due_at=now(), **told)


def claimed(person: Person, contact: Person) -> None:
    """What was owed to a contact is owed to the account that confirmed the address. What only waited for its letter
    lies in the inbox of someone who can read it now: they are told. What both were owed, the account has already."""
    known = select(Notice.event_id).where(Notice.person_id == person.id)
    notices = update(Notice).where(Notice.person_id == contact.id, Notice.event_id.not_in(known))
    _put(notices.values(person_id=person.id))
    owed = select(Debt.outcome_id).where(Debt.person_id == person.id)
    debts = update(Debt).where(Debt.person_id == contact.id, Debt.outcome_id.not_in(owed))
    _put(debts.values(person_id=person.id))
    theirs = select(Notice.id).where(Notice.person_id == person.id)
    waiting = update(Debt).where(Debt.person_id == person.id, Debt.state == "pending", Debt.notice_id.in_(theirs))
    _put(waiting.values(state="told", told_at=now()))


def _put(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
