"""Ask for a letter: a row in the transaction of what it tells of. A worker sends it afterwards."""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, or_, update

from portal.config import in_force
from portal.core.clock import now
from portal.core.db import db
from portal.delivery import queue
from portal.delivery.models import Delivery, MailChoice, MailTrouble, ReceivedMail
from portal.delivery.troubles import WAITING
from portal.notices.models import FeedKey
from portal.people.models import KnownDevice, Person


def send_letter(
    kind: str, person: Person | None, *, address: str | None = None, data: Mapping[str, Any] | None = None
) -> Delivery | None:
    """Add a letter to what is to be sent, to the person's own address if no other is given.

    Without a person it is for whoever has the address when it is sent; if nobody has, it is not sent.

    `kind` is the name of its template. `data` is what that needs, and never a secret: links that open an account are
    made when the letter is. Someone without an address gets none: the answer is None.
    """
    to = address or (person.email if person else None)
    if not to:
        return None
    at = now()
    letter = Delivery(
        kind=kind,
        person_id=person.id if person else None,
        address=to,
        data=dict(data or {}),
        message_id=new_message_id(),
        created_at=at,
        due_at=at,
    )
    db.session.add(letter)
    db.session.flush()
    queue.nudge_after_commit()
    return letter


def new_message_id() -> str:
    """For a letter that is not of a notice."""
    return f"<{uuid.uuid4().hex}@{urlsplit(in_force().address).hostname}>"


def forget_person(person: Person) -> None:
    """Someone is being erased: nothing more goes to them, and no row says any more where letters went."""
    theirs = update(Delivery).where(or_(Delivery.person_id == person.id, Delivery.address == person.email))
    db.session.execute(
        theirs.where(Delivery.state.in_(WAITING)).values(
            state="suppressed", lease_until=None, answer="the account was erased"
        )
    )
    db.session.execute(theirs.values(address="", data={}))
    for table in (MailChoice, FeedKey, KnownDevice, ReceivedMail):
        db.session.execute(delete(table).where(table.person_id == person.id))
    if person.email_key:
        db.session.execute(delete(MailTrouble).where(MailTrouble.address_key == person.email_key))
