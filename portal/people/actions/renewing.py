"""Changing a password, and choosing a new one by letter."""

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import NotFound
from portal.events.actions import record
from portal.people import hooks
from portal.people.actions.accounts import add_account, free_username
from portal.people.actions.attempts import count_letter, forget
from portal.people.actions.confirming import claim
from portal.people.actions.sessions import end_sessions
from portal.people.actions.tokens import end_tokens, use_token
from portal.people.addresses import email_key, parsed
from portal.people.models import Person
from portal.people.viewer import Viewer


def change_password(viewer: Viewer, *, password_hash: str, session_id: str) -> None:
    """Replace the password: every other session ends, and every link that was sent.

    The caller has asked for the old one.
    """
    person = db.session.get_one(Person, viewer.id, with_for_update=True)
    person.password_hash = password_hash
    end_sessions(person.id, keep=session_id)
    end_tokens(person.id)
    record("person.password_changed", actor_id=person.id, person_id=person.id)
    hooks.send_letter("password", person)


def ask_to_reset(*, email: str, address: str) -> None:
    """Send a letter with which to choose a new password, if there is such an account. Raises Invalid, TooOften.

    Whether there is one is not even looked at here: the worker does, so the answer and its time are the same for all.
    """
    typed = parsed(email)
    count_letter(typed.key, address=address)
    hooks.send_letter("reset", None, address=typed.email)


def reset(secret: str, *, password_hash: str, username: str = "") -> int:
    """Choose a new password with the link of a letter, which shows as well whose the address is. Returns whose it was.

    Every session ends, and every older link. Someone who was imported has an account from now on, for which they may
    have to choose a username. Raises NotFound, Invalid, Conflict.
    """
    token = use_token("reset", secret)
    person = db.session.get(Person, token.person_id, with_for_update=True)
    if person is None or person.erased_at is not None or person.email_key != email_key(token.email):
        raise NotFound
    person.password_hash = password_hash
    claim(person)
    if person.kind != "account":
        add_account(person, username=person.username or free_username(username))
        person.read_since = now()  # as for everyone who is new: nobody has to catch up on years
    end_sessions(person.id)
    end_tokens(person.id)
    forget(person)
    record("person.password_reset", actor_id=person.id, person_id=person.id)
    return person.id
