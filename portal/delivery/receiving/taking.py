"""What becomes of a message that came in: a post, a letter that came back, or nothing; the same one only once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import NotFound, RondoError
from portal.core.places import LANGUAGES
from portal.delivery.actions import send_letter
from portal.delivery.addresses import delivery_of
from portal.delivery.links import Unwanted
from portal.delivery.models import Delivery, ReceivedMail
from portal.delivery.receiving.machines import Returned, complained, complained_of, returned, why_ignored
from portal.delivery.receiving.messages import Mail, read
from portal.delivery.receiving.posting import NotPosted, post_reply
from portal.delivery.troubles import bounced
from portal.delivery.unsubscribing import set_all
from portal.people.addresses import email_key
from portal.people.models import Person
from portal.site.queries import site

LETTERS_BACK = 10
"""A day and person: whoever is refused more often than that is told no more."""
LONGEST_BACK = 20_000
"""Characters of a text that goes back to who wrote it."""
KEPT = timedelta(days=400)
"""What came in is known so long: longer than any address for replies is good, and over a year for who looks back."""


@dataclass(slots=True)
class Taken:
    """A message that was read, before the transaction."""

    mail: Mail
    letter_id: int | None
    back: Returned | None
    complaint: str
    ignored: str
    words: str


def receive(raw: bytes, to: tuple[str, ...] = ()) -> tuple[str, str]:
    """Do what a message asks for, in one transaction, and say what became of it: reply, bounce, refused, ignored or
    twice; and why. `to`: the recipients of its envelope, if they are known. Raises Busy where the database is away."""
    return write(_take, _read(raw, to))


def sweep() -> int:
    """Forget what came in long ago."""
    old = select(ReceivedMail).where(ReceivedMail.at < now() - KEPT).order_by(ReceivedMail.at).limit(500)
    rows = db.session.scalars(old).all()
    for row in rows:
        db.session.delete(row)
    return len(rows)


def _read(raw: bytes, to: tuple[str, ...]) -> Taken:
    mail = read(raw, to)
    complaint = complained(mail)
    addresses = [*mail.recipients, *complained_of(mail)] if complaint else mail.recipients
    purpose, letter_id = next((found for each in addresses if (found := delivery_of(each))), ("", None))
    complaint = complaint if letter_id is not None else ""
    back = returned(mail, known=purpose == "bounce")
    ignored = "" if back or complaint else why_ignored(mail)
    if not (back or complaint or ignored) and purpose != "reply":
        ignored = (
            "it came to no address of a letter" if letter_id is None else "nobody writes to where letters come back"
        )
    words = "" if back or complaint or ignored else _words(mail)
    return Taken(mail, letter_id, back, complaint, ignored, words)


def _words(mail: Mail) -> str:
    from portal.delivery.receiving.texts import words_of  # reads pages, which only answers are

    return words_of(mail)


def _take(taken: Taken) -> tuple[str, str]:
    row = _noted(taken.mail.key)
    if row is None:
        return "twice", "it was received before"
    if taken.complaint:
        _complained(row, taken)
    elif taken.back is not None:
        _came_back(row, taken, taken.back)
    elif taken.ignored or _is_ours(taken.mail):
        row.answer = taken.ignored or "it is a letter of ours"
    else:
        _reply(row, taken)
    db.session.flush()
    return row.what, row.answer


def _noted(key: str) -> ReceivedMail | None:
    """Its row; None if it was received before."""
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = insert(ReceivedMail).values(key=key, at=now(), what="ignored", answer="")
    id_ = db.session.scalar(new.on_conflict_do_nothing(index_elements=["key"]).returning(ReceivedMail.id))
    return db.session.get_one(ReceivedMail, id_) if id_ is not None else None


def _is_ours(mail: Mail) -> bool:
    named = mail.header("Message-ID")[:120]
    return bool(named) and db.session.scalar(select(Delivery.id).where(Delivery.message_id == named)) is not None


def _came_back(row: ReceivedMail, taken: Taken, back: Returned) -> None:
    """By the address that it came back to, or by the id of the letter in it: then it must be from whom that went to."""
    letter: Delivery | None
    if taken.letter_id is not None:
        letter = db.session.get(Delivery, taken.letter_id)
    else:
        named = select(Delivery).where(Delivery.message_id == back.message_id[:120])
        letter = db.session.scalars(named).one_or_none() if back.message_id else None
        if letter is not None and email_key(back.recipient) != email_key(letter.address):
            letter = None
    if letter is None:
        row.answer = "a letter came back that is none of ours"
        return
    row.delivery_id, row.person_id, row.answer = letter.id, letter.person_id, back.answer
    if back.is_late:
        row.answer = f"it is still being tried: {back.answer}"
    else:
        row.what = "bounce"
        bounced(letter, hard=back.hard, answer=f"came back: {back.answer}")


def _complained(row: ReceivedMail, taken: Taken) -> None:
    """As if they had pressed the link in the letter: a provider that hears complaints takes no letters in the end."""
    letter = db.session.get(Delivery, taken.letter_id)
    if letter is None or letter.person_id is None:
        row.answer = "someone complained of a letter that is gone"
        return
    row.delivery_id, row.person_id = letter.id, letter.person_id
    row.answer = letter.answer = f"reported by who got it: {taken.complaint}"
    try:
        set_all(Unwanted(letter.person_id, None, ""), on=False)
    except NotFound:
        return
    row.what = "bounce"


def _reply(row: ReceivedMail, taken: Taken) -> None:
    letter = db.session.get(Delivery, taken.letter_id)
    person = db.session.get(Person, letter.person_id) if letter and letter.person_id else None
    if letter is None or person is None or person.erased_at is not None:
        row.answer = "the letter that it answers, or who got it, is gone"
        return
    row.delivery_id, row.person_id = letter.id, person.id
    with force_locale(person.language if person.language in LANGUAGES else site().language):
        try:
            with db.session.begin_nested():
                row.post_id = post_reply(person, letter, taken.words, attachments=taken.mail.attachments)
        except RondoError as trouble:
            _refuse(row, person, taken, trouble)
            return
    row.what = "reply"
    if taken.mail.attachments:
        send_letter("without-files", person, data={"post": row.post_id})


def _refuse(row: ReceivedMail, person: Person, taken: Taken, trouble: RondoError) -> None:
    """They are told that it was not posted, with their text, so that nothing they wrote is lost."""
    row.what, row.answer = "refused", str(trouble)
    db.session.flush()
    since = ReceivedMail.person_id == person.id, ReceivedMail.what == "refused", ReceivedMail.at > now() - timedelta(1)
    if (db.session.scalar(select(func.count()).select_from(ReceivedMail).where(*since)) or 0) > LETTERS_BACK:
        return
    data: dict[str, Any] = {"why": str(trouble), "text": taken.words[:LONGEST_BACK]}
    if isinstance(trouble, NotPosted):
        data["next"] = trouble.next
    send_letter("not-posted", person, data=data)
