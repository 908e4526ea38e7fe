"""What stands in a letter: its template, in the reader's language, with what it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from portal.config import Settings, in_force
from portal.core.clock import now
from portal.core.db import db
from portal.core.places import LANGUAGES
from portal.delivery.models import Delivery
from portal.people.actions.tokens import make_token
from portal.people.addresses import parsed
from portal.people.models import Person
from portal.site.queries import site


@dataclass(frozen=True, slots=True)
class Content:
    """Which template, and what it needs beside the name and the address of the portal."""

    template: str
    link: str = ""
    username: str = ""


class NotAnyMore(Exception):
    """What the letter is about is no longer so, and it is not sent; why."""


def compose(letter: Delivery, person: Person) -> EmailMessage:
    """Write the letter. Links to an account are made here, in the transaction under way. Raises NotAnyMore."""
    if person.erased_at is not None or not letter.address:
        raise NotAnyMore("the account was erased")
    content = KINDS[letter.kind](letter, person)
    settings, portal = in_force(), site()
    language = person.language if person.language in LANGUAGES else portal.language
    values = {
        "site": portal.name,
        "address": settings.address,
        "link": settings.address + content.link if content.link else "",
        "username": unlinked(content.username),
    }
    with force_locale(language):
        subject, body = drawn(content.template, values)
    message = envelope(settings, portal.name, to=letter.address, message_id=letter.message_id)
    message["Subject"] = subject
    message["Content-Language"] = language
    _fill(message, body)
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


def drawn(template: str, values: dict[str, str]) -> tuple[str, str]:
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


def _confirm(letter: Delivery, person: Person) -> Content:
    """To whoever typed the address. If it belongs to someone else already, that person hears of it instead."""
    if person.is_confirmed or person.email != letter.address:
        raise NotAnyMore("the address was confirmed or changed meanwhile")
    others = select(Person.id).where(
        Person.email_key == person.email_key, Person.email_confirmed_at.is_not(None), Person.id != person.id
    )
    if db.session.scalar(others) is not None:
        return Content("known", link="/sign-in")
    return Content("confirm", link="/confirm/" + make_token("confirm", person, email=letter.address))


def _change(letter: Delivery, person: Person) -> Content:
    return Content("change", link="/change-address/" + make_token("change", person, email=letter.address))


def _changed(letter: Delivery, person: Person) -> Content:
    return Content("changed", username=person.username or "")


def _reset(letter: Delivery, person: Person) -> Content:
    if person.email != letter.address:
        raise NotAnyMore("the address was changed meanwhile")
    token = make_token("reset", person, email=letter.address)
    return Content("reset", link="/reset/" + token, username=person.username or "")


def _password(letter: Delivery, person: Person) -> Content:
    return Content("password", link="/reset", username=person.username or "")


KINDS: dict[str, Callable[[Delivery, Person], Content]] = {
    "confirm": _confirm,
    "change": _change,
    "changed": _changed,
    "reset": _reset,
    "password": _password,
}
