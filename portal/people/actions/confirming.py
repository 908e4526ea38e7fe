"""The address of an account: confirming it and changing it. Nobody has an address before they confirmed it."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, NotFound
from portal.events.actions import record
from portal.people import hooks
from portal.people.actions.attempts import count_letter
from portal.people.actions.contacts import join_contacts
from portal.people.actions.tokens import end_tokens, use_token
from portal.people.addresses import email_key, parsed
from portal.people.models import Person
from portal.people.viewer import Viewer


def ask_to_confirm(viewer: Viewer, *, address: str) -> None:
    """Send the letter that confirms the viewer's address once more. Raises TooOften."""
    person = db.session.get_one(Person, viewer.id)
    if (person.is_confirmed and person.mail_stopped_at is None) or not person.email_key:
        return
    count_letter(person.email_key, address=address)
    hooks.send_letter("confirm", person)


def confirm(secret: str) -> str:
    """Confirm the address that the link went to, and return it. Raises NotFound, Conflict."""
    token = use_token("confirm", secret)
    person = _locked(token.person_id)
    if person.email_key != email_key(token.email):
        raise NotFound
    claim(person)
    end_tokens(person.id, purpose="confirm")
    return person.email or ""


def ask_to_change(viewer: Viewer, *, email: str, address: str) -> str:
    """Send a letter to the new address, which changes nothing before its link was followed; return the address.

    One that was never confirmed is replaced at once: nobody has it. The caller has asked for the password.
    Raises Invalid, TooOften.
    """
    typed = parsed(email)
    person = _locked(viewer.id or 0)
    count_letter(typed.key, address=address)
    if person.is_confirmed:
        hooks.send_letter("change", person, address=typed.email)
    else:
        end_tokens(person.id)
        person.email, person.email_key = typed.email, typed.key
        hooks.send_letter("confirm", person)
    return typed.email


def change(viewer: Viewer, secret: str) -> str:
    """Make the address that the link went to the viewer's own, tell the old one, and return the new one.

    Raises NotFound, for somebody else's link too, and Conflict.
    """
    token = use_token("change", secret)
    person = _locked(token.person_id)
    if person.id != viewer.id:
        raise NotFound
    hooks.send_letter("changed", person, address=person.email)
    person.email, person.email_key = token.email, email_key(token.email)
    claim(person)
    end_tokens(person.id)
    record("person.address_changed", actor_id=person.id, person_id=person.id)
    return token.email


def claim(person: Person) -> None:
    """The person has shown that the address is theirs. Raises Conflict when another account showed it before."""
    taken = select(Person.id).where(
        Person.email_key == person.email_key, Person.email_confirmed_at.is_not(None), Person.id != person.id
    )
    person.email_confirmed_at = person.email_confirmed_at or now()
    try:
        with db.session.no_autoflush:
            already = db.session.scalar(taken)
        if already is not None:
            raise _taken()
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise _taken() from None
    for tell in hooks.address_proved:
        tell(person)
    join_contacts(person)


def _locked(person_id: int) -> Person:
    person = db.session.get(Person, person_id, with_for_update=True)
    if person is None or person.erased_at is not None:
        raise NotFound
    return person


def _taken() -> Conflict:
    return Conflict(_("This address belongs to another account here. Sign in with that one."))
