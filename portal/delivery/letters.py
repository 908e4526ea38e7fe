"""What stands in a letter: its template, in the reader's language, with what it needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from portal.config import Settings, in_force
from portal.core.clock import now
from portal.core.db import db
from portal.core.places import LANGUAGES
from portal.delivery.models import Delivery
from portal.loop.telling.settling import why_not_sent
from portal.notices.models import Notice
from portal.people.actions.tokens import make_token
from portal.people.addresses import email_key, parsed
from portal.people.models import Person
from portal.site.queries import site
from portal.threads.models import Thread

MOST_OWNERS = 5
"""Accounts that one letter gives links to, where several typed an address and nobody confirmed it."""


@dataclass(frozen=True, slots=True)
class Content:
    """Which template, in whose language, and what it needs beside the name and the address of the portal."""

    template: str
    reader: Person
    links: tuple[tuple[str, str], ...] = ()
    """For each a username, if it is to be told apart from others, and a path."""
    values: dict[str, str] = field(default_factory=dict[str, str])
    """What else the template says."""


class NotAnyMore(Exception):
    """What the letter is about is no longer so, and it is not sent; why. `cause`: as the ledger says it."""

    def __init__(self, why: str, *, cause: str = "") -> None:
        super().__init__(why)
        self.cause = cause


def compose(letter: Delivery, person: Person | None, parts: Sequence[Notice] = ()) -> EmailMessage:
    """Write the letter. Links to an account are made here, in the transaction under way. Raises NotAnyMore.

    `parts`: what it tells of, where that is more than the notice of this delivery, which then comes first."""
    if not letter.address or (person is not None and person.erased_at is not None):
        raise NotAnyMore("the account was erased")
    content = KINDS[letter.kind](letter, person)
    settings, portal = in_force(), site()
    language = content.reader.language if content.reader.language in LANGUAGES else portal.language
    values = {
        "site": portal.name,
        "address": settings.address,
        "username": unlinked(content.reader.username or ""),
        **content.values,
        "links": [(unlinked(username), settings.address + path) for username, path in content.links],
    }
    with force_locale(language):
        subject, body = drawn(content.template, values)
    message = envelope(settings, portal.name, to=letter.address, message_id=letter.message_id)
    message["Subject"] = subject
    _fill(message, body)
    message["Content-Language"] = language
    return message


def envelope(settings: Settings, name: str, *, to: str, message_id: str) -> EmailMessage:
    """A letter without words. Its id stays the same however often it is sent; no machine shall answer it."""
    message = EmailMessage(policy=SMTP)
    given, sender = parseaddr(settings.sender)
    message["From"] = formataddr((given or name, sender))
    message["To"] = parsed(to).ascii
    message["Date"] = format_datetime(now())
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    return message


def drawn(template: str, values: dict[str, Any]) -> tuple[str, str]:
    """The subject and the text of a letter: the two blocks of its template."""
    page = current_app.jinja_env.get_template(f"mail/{template}.txt")
    context = page.new_context(values)
    subject, body = ("".join(page.blocks[name](context)) for name in ("subject", "body"))
    return " ".join(subject.split()), body.strip() + "\n"


def unlinked(name: str) -> str:
    """A name that people chose, so that no mail program takes it for an address of the web and makes it a link."""
    return name.replace(".", ".\u2060")


def _fill(message: EmailMessage, body: str) -> None:
    message.set_content(body, cte="7bit" if body.isascii() else "quoted-printable")


def _confirm(letter: Delivery, person: Person | None) -> Content:
    """To whoever typed the address. If it belongs to someone else already, that person hears of it instead."""
    person = _one(person)
    confirmed = person.is_confirmed and person.mail_stopped_at is None
    if confirmed or person.email != letter.address:
        raise NotAnyMore("the address was confirmed or changed meanwhile")
    others = (each for each in _having(letter.address) if each.id != person.id)
    owner = next((each for each in others if each.is_confirmed), None)
    if owner is not None:
        return Content("known", owner, (("", "/sign-in"),))
    return Content("confirm", person, (("", "/confirm/" + make_token("confirm", person, email=letter.address)),))


def _change(letter: Delivery, person: Person | None) -> Content:
    person = _one(person)
    return Content("change", person, (("", "/change-address/" + make_token("change", person, email=letter.address)),))


def _changed(_letter: Delivery, person: Person | None) -> Content:
    return Content("changed", _one(person))


def _password(_letter: Delivery, person: Person | None) -> Content:
    return Content("password", _one(person), (("", "/reset"),))


def _reset(letter: Delivery, person: Person | None) -> Content:
    """To one person, or to whoever has the address: the one who confirmed it, or else everyone who typed it."""
    if person is not None and person.email != letter.address:
        raise NotAnyMore("the address was changed meanwhile")
    people = [person] if person is not None else _having(letter.address)
    if not people:
        raise NotAnyMore("nobody has this address")
    links = [(each.username or "", "/reset/" + make_token("reset", each, email=letter.address)) for each in people]
    return Content("reset", people[0], tuple(links))


def _invited(letter: Delivery, person: Person | None) -> Content:
    """To someone whose account an admin made, or whom an admin gave the way to one that was imported."""
    person = _one(person)
    if person.password_hash is not None or person.email != letter.address:
        raise NotAnyMore("the account is theirs already, or the address was changed meanwhile")
    return Content("invited", person, (("", "/reset/" + make_token("reset", person, email=letter.address)),))


def _notice(letter: Delivery, person: Person | None) -> Content:
    """That something waits in the inbox, or, for who has none, what it is. Asked again is whether they may hear it."""
    person, notice = _one(person), db.session.get_one(Notice, letter.notice_id, populate_existing=True)
    cause = why_not_sent(notice)
    if cause:
        raise NotAnyMore(f"not told any more: {cause}", cause=cause)
    thread = db.session.get_one(Thread, notice.thread_id)
    return Content("notice", person, (("", thread.path),), {"title": thread.title, "reason": notice.reason})


def _one(person: Person | None) -> Person:
    if person is None:
        raise NotAnyMore("there is no such person")
    return person


def _having(email: str) -> list[Person]:
    """Whoever confirmed this address; if nobody did, the first few who typed it."""
    people = list(
        db.session.scalars(
            select(Person)
            .where(Person.email_key == email_key(email), Person.erased_at.is_(None), Person.kind != "system")
            .order_by(Person.email_confirmed_at.is_(None), Person.id)
            .limit(MOST_OWNERS)
        )
    )
    return people[:1] if people and people[0].is_confirmed else people


KINDS: dict[str, Callable[[Delivery, Person | None], Content]] = {
    "confirm": _confirm,
    "change": _change,
    "changed": _changed,
    "invited": _invited,
    "reset": _reset,
    "password": _password,
    "notice": _notice,
}
