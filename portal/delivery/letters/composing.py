"""A letter is written: what it says is asked for, drawn, and addressed."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask_babel import force_locale
from sqlalchemy import exists, select

from portal.config import in_force
from portal.core.db import db
from portal.delivery.letters import account, answering, owing
from portal.delivery.letters.content import Content, NotAnyMore, unlinked
from portal.delivery.letters.drawing import drawn, own
from portal.delivery.letters.envelopes import Letter, address_it, envelope, fill
from portal.delivery.letters.knowing import Known
from portal.delivery.letters.news import news
from portal.delivery.letters.saying import language_of
from portal.delivery.links import not_me_path, unsubscribe_path
from portal.delivery.models import Delivery
from portal.notices.models import Notice
from portal.people.models import Person
from portal.site.queries import site

NEWS = ("notice", "digest")
OTHERS = {**account.KINDS, **answering.KINDS}
KINDS: dict[str, Callable[..., Content]] = {**OTHERS, **dict.fromkeys(NEWS, news)}


def compose(
    letter: Delivery, person: Person | None, parts: Sequence[Notice] = (), *, known: Known | None = None
) -> Letter:
    """Write the letter. Links to an account are made here, in the transaction under way. Raises NotAnyMore.

    `parts`: what it tells of, where that is more than the notice of this delivery, which then comes first. The letter
    says which of them it left out, and where it comes back to. `known`: what was asked for many letters at once; that
    these notices may be told was asked then, too."""
    if not letter.address or (person is not None and person.erased_at is not None):
        raise NotAnyMore("the account was erased")
    settings, portal = in_force(), known.portal if known else site()
    with force_locale(language_of(person) if person is not None else portal.language):
        if letter.kind in NEWS:
            content = news(letter, person, parts, known=known)
        else:
            content = OTHERS[letter.kind](letter, person)
    language = language_of(content.reader)
    theirs = _theirs(content)
    values = {
        "site": portal.name,
        "address": settings.address,
        "username": own("username") if theirs["username"] else "",
        "off": own("off") if "off" in theirs else "",
        "contact": _first_words(letter, content) if content.reader.kind == "contact" else None,
        **content.values,
        "links": [(unlinked(username), settings.address + path) for username, path in content.links],
    }
    with force_locale(language):
        said = drawn(content.template, values, theirs, keep=content.news)
    message = envelope(settings, portal.name, to=letter.address, message_id=letter.message_id)
    address_it(message, letter, content, off=theirs.get("off", ""))
    fill(message, said, language=language)
    message.left_out = content.left_out
    return message


def _theirs(content: Content) -> dict[str, str]:
    """What no two readers have alike: their name, and the addresses at which they say what they want of us."""
    reader, address = content.reader, in_force().address
    found = {"username": unlinked(reader.username or "")}
    if content.news:
        found["off"] = address + unsubscribe_path(reader.id, thread_id=content.thread_id, sort=content.sort)
    if reader.kind == "contact":
        found["not_me"] = address + not_me_path(reader.id)
    return found


def _first_words(letter: Delivery, content: Content) -> dict[str, Any]:
    """To a contact: how to say that they are someone else; and in the first letter, who entered them and from where."""
    person = content.reader
    before = exists().where(Delivery.person_id == person.id, Delivery.sent_at.is_not(None), Delivery.id != letter.id)
    is_first = not db.session.scalar(select(before))
    by, source = owing.entered_by(person.id) if is_first else ("", "")
    return {
        "not_me": own("not_me"),
        "is_first": is_first,
        "by": unlinked(by),
        "source": urlsplit(source).hostname or "",
    }
