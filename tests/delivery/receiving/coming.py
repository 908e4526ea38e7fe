"""Letters that people got, and what comes back."""

from email.message import EmailMessage
from typing import Any

from portal.core.db import db
from portal.delivery.addresses import bounce_address, reply_address
from portal.delivery.models import Delivery, ReceivedMail
from portal.delivery.receiving.taking import receive
from portal.notices.models import Notice
from portal.notices.telling.steps import tell_due
from portal.people.models import Person
from portal.threads.models import Thread
from tests.factories import make_person, make_reply, make_thread


def told(person: Person, thread: Thread | None = None, *, body: str = "Try the tray.") -> Delivery:
    """Someone wrote in a thread of theirs, and this is the letter about it."""
    thread = thread or make_thread(by=person)
    reply = make_reply(thread, by=make_person(), body=body)
    tell_due()
    query = db.select(Delivery).join(Notice, Notice.id == Delivery.notice_id)
    return db.session.scalars(query.where(Notice.post_id == reply.id, Notice.person_id == person.id)).one()


def answer(letter: Delivery, text: str = "It was the tray.", **headers: str) -> EmailMessage:
    """What someone writes to the address that the letter gave."""
    message = EmailMessage()
    given = {"From": "someone@example.com", "To": reply_address(letter.id) or "", "Subject": "Re: How?"}
    given |= {"Message-ID": "<answer@example.com>"}
    for name, value in (given | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        message[name] = value
    message.set_content(text)
    return message


def take(message: EmailMessage | bytes, *to: str) -> str:
    """What became of it."""
    return receive(message if isinstance(message, bytes) else message.as_bytes(), to)[0]


def report(letter: Delivery, *, status: str = "5.1.1", action: str = "failed", **given: Any) -> bytes:
    """That a letter did not arrive, as RFC 3464 wants it."""
    to = given.get("to", bounce_address(letter.id))
    recipient = given.get("recipient", letter.address)
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <{given.get("id", "dsn")}@mx.example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Tue, 3 Nov 2026 10:15:00 +0100 (CET)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such user here

--b
Content-Type: {given.get("kind", "text/rfc822-headers")}

Message-ID: {letter.message_id}
Subject: How do I print a label?

--b--
""".encode()


def received() -> list[ReceivedMail]:
    return list(db.session.scalars(db.select(ReceivedMail).order_by(ReceivedMail.id)))


def letters_of(kind: str) -> list[Delivery]:
    return list(db.session.scalars(db.select(Delivery).filter_by(kind=kind).order_by(Delivery.id)))
