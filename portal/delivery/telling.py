"""Notices leave the house: a letter for each that is to be sent, and what became of it in the ledger."""

from urllib.parse import urlsplit

from sqlalchemy import and_, case, literal, select

from portal.config import in_force
from portal.core.clock import now
from portal.core.db import UtcDateTime, db
from portal.delivery.holding import TALK, WAIT
from portal.delivery.models import Delivery, MailChoice
from portal.delivery.webhooks.writing import undelivered
from portal.events.models import Event
from portal.loop.telling.settling import mark_told, mark_untold
from portal.notices import hooks
from portal.notices.hooks import Span
from portal.notices.models import Notice, NoticeChoice
from portal.notices.telling.audience import gets_mail
from portal.notices.telling.making import insert_into
from portal.notices.telling.sorts import sort_in_sql
from portal.people.models import Person

COLUMNS = (
    *("channel", "kind", "person_id", "address", "notice_id", "data", "message_id"),
    *("state", "created_at", "due_at", "attempts", "answer"),
)
KIND = "notice"
READ = "read"
"""The cause of a letter that is not sent because its notice was read: that person is told."""


def register() -> None:
    """Called once an application is made."""
    if write_letters not in hooks.made:
        hooks.made.append(write_letters)


def write_letters(event: Event, span: Span) -> None:
    """A letter for everyone of these people who has a notice of the event and gets this sort of news by mail. What is
    said in threads waits a little; all of it waits for who wants a digest."""
    moment = now()
    at, host = literal(moment, UtcDateTime()), urlsplit(in_force().address).hostname
    born = int(event.at.timestamp())
    message_id = literal("<notice-").concat(Notice.id).concat(f"-{born}@{host}>")
    theirs = [Notice.event_id == event.id, Notice.person_id > span.above, gets_mail(), Person.erased_at.is_(None)]
    if span.up_to is not None:
        theirs.append(Notice.person_id <= span.up_to)
    rows = (
        select(
            literal("mail"),
            literal(KIND),
            Notice.person_id,
            Person.email,
            Notice.id,
            literal({}, Delivery.data.type),
            message_id,
            case((MailChoice.every.in_(("daily", "weekly")), "held"), else_="due"),
            at,
            case((Notice.kind.in_(TALK), literal(moment + WAIT, UtcDateTime())), else_=at),
            literal(0),
            literal(""),
        )
        .join(Person, Person.id == Notice.person_id)
        .outerjoin(NoticeChoice, and_(NoticeChoice.person_id == Person.id, NoticeChoice.sort == sort_in_sql()))
        .outerjoin(MailChoice, MailChoice.person_id == Person.id)
        .where(*theirs)
        .order_by(Notice.id)
    )
    written = insert_into(Delivery).from_select(COLUMNS, rows)
    db.session.execute(written.on_conflict_do_nothing(index_elements=["notice_id", "channel"]))


def settle(notice_id: int, state: str, cause: str) -> None:
    """What became of the letter of a notice, for the ledger: sent, or failed or suppressed for this cause."""
    if state == "sent" or cause == READ:
        mark_told(notice_id)
    elif state in ("failed", "suppressed"):
        mark_untold(notice_id, cause or "bounced")
        undelivered(notice_id)
