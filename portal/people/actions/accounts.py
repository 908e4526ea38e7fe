"""Making an account."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Invalid
from portal.events.actions import record
from portal.people import addresses, hooks, names, passwords
from portal.people.actions.attempts import count_letter, count_sign_up
from portal.people.models import STAFF, Person
from portal.site.queries import Site


def prepare(*, email: str, username: str, password: str, site: Site) -> str:
    """Check everything that was typed at once, and return what is kept of the password.

    Takes a tenth of a second, so never within a transaction. Raises Invalid with every field that needs another look.
    """
    wrong: dict[str, object] = {}
    password_hash = ""
    try:
        password_hash = passwords.chosen(password, about=(username, email, site.name))
    except Invalid as trouble:
        wrong |= trouble.fields
    for check in (lambda: _may_join(email, site), lambda: free_username(username)):
        try:
            check()
        except Invalid as trouble:
            wrong |= trouble.fields
    if wrong:
        raise Invalid(fields={name: wrong[name] for name in ("email", "username", "password") if name in wrong})
    return password_hash


def sign_up(*, email: str, username: str, password_hash: str, language: str, site: Site, address: str) -> int:
    """Make an account, send the letter that confirms its address, and return whose it is.

    Whether the address is someone else's already, only that person learns, by letter. Raises Invalid, TooOften.
    """
    count_sign_up(address=address)
    typed = _may_join(email, site)
    count_letter(typed.key, address=address)
    person = Person(email=typed.email, email_key=typed.key, password_hash=password_hash, language=language)
    person.time_zone = site.time_zone
    add_account(person, username=free_username(username))
    record("person.signed_up", actor_id=person.id, person_id=person.id)
    hooks.send_letter("confirm", person)
    return person.id


def create_account(*, email: str, username: str, role: str, name: str, password_hash: str, site: Site) -> int:
    """Make an account for someone the operator vouches for: confirmed at once, and any username. Raises Invalid."""
    typed = addresses.parsed(email)
    taken = select(Person.username).where(Person.email_key == typed.key, Person.email_confirmed_at.is_not(None))
    if (owner := db.session.scalar(taken)) is not None:
        raise Invalid(fields={"email": _("%(name)s has this address already.", name=owner)})
    person = Person(email=typed.email, email_key=typed.key, password_hash=password_hash, role=role)
    person.email_confirmed_at, person.name = now(), names.display_name(name)
    person.language, person.time_zone = site.language, site.time_zone
    add_account(person, username=names.well_formed(username))
    record("person.created", actor_id=None, person_id=person.id, logged=True, role=role)
    return person.id


def add_account(person: Person, *, username: str) -> None:
    """Add the row of an account. Raises Invalid when someone has the username."""
    person.kind = "account"
    person.username, person.username_key = username, names.username_key(username)
    person.created_at = person.created_at or now()
    db.session.add(person)
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise _taken() from None


def free_username(typed: str) -> str:
    """The username as it is kept, if it can be had. Raises Invalid(fields={"username": …})."""
    username = names.well_formed(typed)
    if names.is_reserved(username):
        raise Invalid(fields={"username": _("This username is kept for the portal itself.")})
    if db.session.scalar(select(Person.id).where(Person.username_key == names.username_key(username))):
        raise _taken()
    staff = db.session.execute(select(Person.username, Person.name).where(Person.role.in_(STAFF)))
    if names.looks_like(username, [name for row in staff for name in row if name]):
        raise Invalid(fields={"username": _("This username is too much like the name of someone on the team.")})
    return username


def _may_join(email: str, site: Site) -> addresses.Address:
    found = addresses.parsed(email)
    if not site.open_to_sign_up:
        raise Invalid(_("New accounts are made by the people who run this portal. Write to them."))
    if not site.lets_sign_up(found.key):
        raise Invalid(fields={"email": _("An account here needs an address of your organisation.")})
    return found


def _taken() -> Invalid:
    return Invalid(fields={"username": _("This username is taken.")})
