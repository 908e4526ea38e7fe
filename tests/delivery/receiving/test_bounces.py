"""Letters that come back: known by the address that they come back to, or by their id, for good or for now."""

import pytest
from flask import Flask

from portal.core.db import db
from portal.delivery import troubles
from portal.delivery.addresses import bounce_address, reply_address
from portal.delivery.models import Delivery
from portal.delivery.unsubscribing import Unwanted, wanted
from tests.delivery.receiving.coming import received, report, take, told
from tests.factories import make_person

POSTFIX = """Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4C1D22A0.1/mx.example.net"

--4C1D22A0.1/mx.example.net
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

This is the mail system at host mx.example.net.

<{address}>: host mail.example.com[192.0.2.7] said: 550 5.1.1 <{address}>:
    Recipient address rejected: User unknown (in reply to RCPT TO command)

--4C1D22A0.1/mx.example.net
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 4C1D22A0
X-Postfix-Sender: rfc822; {to}

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.example.com
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: Recipient address rejected:
    User unknown

--4C1D22A0.1/mx.example.net
Content-Description: Undelivered Message
Content-Type: message/rfc822

Message-ID: {id}
Subject: How do I print a label?

Words of the letter.
--4C1D22A0.1/mx.example.net--
"""
EXIM = """Return-Path: <>
X-Failed-Recipients: {address}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example.net>
To: {to}
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {address}
    host mail.example.com [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<{address}>:
    550 5.1.1 No such user

------ This is a copy of the message's headers. ------
Message-ID: {id}
"""
EXCHANGE = """From: <postmaster@example.onmicrosoft.example>
To: <{to}>
Subject: Undeliverable: How do I print a label?
Content-Type: multipart/report; report-type=delivery-status; boundary="abc"
MIME-Version: 1.0

--abc
Content-Type: multipart/alternative; differences=Content-Type; boundary="def"

--def
Content-Type: text/plain; charset="us-ascii"

Your message to {address} couldn't be delivered. The mailbox is full.
--def--
--abc
Content-Type: message/delivery-status

Reporting-MTA: dns;EX1.example.com
Received-From-MTA: dns;mx.example.com

Final-Recipient: rfc822;{address}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp;554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException

--abc
Content-Type: message/rfc822

Message-ID: {id}

--abc--
"""
SHAPES = {"postfix": (POSTFIX, True), "exim": (EXIM, True), "exchange": (EXCHANGE, False)}


def sent(letter: Delivery) -> Delivery:
    letter.state, letter.sent_at = "sent", letter.created_at
    db.session.commit()
    return letter


def again(letter: Delivery) -> Delivery:
    return db.session.get_one(Delivery, letter.id, populate_existing=True)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_servers_send_is_understood(app: Flask, shape: str) -> None:
    text, hard = SHAPES[shape]
    letter = sent(told(make_person("ada")))
    back = text.format(to=bounce_address(letter.id), address=letter.address, id=letter.message_id)
    assert take(back.encode()) == "bounce"
    assert again(letter).state == "failed"
    assert "5." in again(letter).answer
    assert troubles.suppressed(letter.address) is hard
    assert (received()[0].delivery_id, received()[0].person_id) == (letter.id, letter.person_id)


@pytest.mark.parametrize(
    ("status", "hard"),
    [
        ("5.1.1", True),
        ("5.0.0", True),
        ("5.2.1", True),
        ("5.4.4", True),
        ("5.2.2", False),
        ("5.7.1", False),
        ("5.3.4", False),
        ("4.4.1", False),
        ("", False),
    ],
)
def test_the_status_says_whether_it_is_for_good(app: Flask, status: str, hard: bool) -> None:
    letter = sent(told(make_person()))
    assert take(report(letter, status=status)) == "bounce"
    assert troubles.suppressed(letter.address) is hard


def test_three_for_now_are_for_good(app: Flask) -> None:
    ada = make_person()
    for number in range(3):
        assert not troubles.suppressed(ada.email or "")
        assert take(report(sent(told(ada)), status="4.2.2", id=f"dsn{number}")) == "bounce"
    assert troubles.suppressed(ada.email or "")


def test_one_that_is_late_has_not_failed(app: Flask) -> None:
    letter = sent(told(make_person()))
    assert take(report(letter, status="4.4.1", action="delayed")) == "ignored"
    assert again(letter).state == "sent"
    assert "still being tried" in received()[0].answer


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_it_is_known_by_its_id_if_it_comes_from_whom_it_went_to(app: Flask, kind: str) -> None:
    letter = sent(told(make_person()))
    to = "noreply@forum.example"
    assert take(report(letter, to=to, recipient="other@example.com", id="1", kind=kind)) == "ignored"
    assert again(letter).state == "sent"
    assert take(report(letter, to=to, id="2", kind=kind)) == "bounce"
    assert again(letter).state == "failed"


def test_a_report_at_the_address_for_answers_is_one_too(app: Flask) -> None:
    letter = sent(told(make_person()))
    assert take(report(letter, to=reply_address(letter.id))) == "bounce"


def test_a_report_of_nothing_of_ours_is_ignored(app: Flask) -> None:
    letter = sent(told(make_person()))
    assert take(report(letter, to="reply+b7-aaaaaaaaaaaaaaaa@forum.example", recipient="x@example.com")) == "ignored"
    assert again(letter).state == "sent"


AWAY = """Return-Path: <>
From: Ada <ada@example.com>
To: {to}
Subject: {subject}
Auto-Submitted: auto-replied

Back soon.
"""


@pytest.mark.parametrize("subject", ["Out of office: Re: How?", "Re: How do I print a label?", "Abwesenheitsnotiz"])
def test_who_is_away_has_an_address_all_the_same(app: Flask, subject: str) -> None:
    letter = sent(told(make_person()))
    assert take(AWAY.format(to=bounce_address(letter.id), subject=subject).encode()) == "ignored"
    assert again(letter).state == "sent"


def test_the_same_report_twice_counts_once(app: Flask) -> None:
    letter = sent(told(make_person()))
    assert [take(report(letter, status="4.2.2")), take(report(letter, status="4.2.2"))] == ["bounce", "twice"]
    assert len(received()) == 1


COMPLAINT = """From: Feedback <feedback@isp.example>
To: {to}
Subject: Email Abuse Report
Message-ID: <{id}@isp.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

Someone pressed the button for spam.
--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Isp/1.0
Version: 1
Original-Mail-From: <{sender}>

--b
Content-Type: message/rfc822

From: Rondo <noreply@example.com>
Message-ID: {letter}
Subject: How?

Hello
--b--
"""


@pytest.mark.parametrize(
    ("to", "sender", "kind", "stops"),
    [
        ("letter", "", "abuse", True),
        ("abuse@example.com", "letter", "opt-out", True),
        ("letter", "letter", "not-spam", False),
        ("abuse@example.com", "reply+b1-aaaaaaaaaaaaaaaa@example.com", "abuse", False),
    ],
)
def test_who_reports_a_letter_as_spam_gets_no_more(app: Flask, to: str, sender: str, kind: str, stops: bool) -> None:
    """RFC 5965. As the link in the letter would have it: they can have them again, and those about the account come."""
    ada = make_person()
    letter = told(ada)
    place = bounce_address(letter.id) or ""
    given = {"to": to.replace("letter", place), "sender": sender.replace("letter", place), "kind": kind, "id": "arf"}
    assert take(COMPLAINT.format(letter=letter.message_id, **given).encode()) == ("bounce" if stops else "ignored")
    db.session.expire_all()
    assert wanted(Unwanted(ada.id, None, "")).gets_any is not stops
    assert ("reported" in (db.session.get_one(Delivery, letter.id).answer or "")) is stops
    assert not troubles.suppressed(letter.address)
