"""Making an account, and leaving."""

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Invalid
from portal.events.actions import record
from portal.people import addresses, hooks, names, passwords
from portal.people.actions.admins import keep_an_admin
from portal.people.actions.attempts import count_letter, count_sign_up, forget
from portal.people.actions.sessions import end_sessions
from portal.people.models import STAFF, AccountToken, Membership, Person
from portal.people.viewer import Viewer
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


def erase(viewer: Viewer, *, session_id: str) -> None:
    """Erase the account of the viewer: what they wrote stays, without a name. Raises Forbidden for the last admin.

    The caller has asked for the password.
    """
    person = db.session.get_one(Person, viewer.id, with_for_update=True)
    keep_an_admin(person)
    anonymise(person)
    record("person.erased", actor_id=person.id, person_id=person.id)


def anonymise(person: Person) -> None:
    """Forget who someone was, in every room; what they wrote stays, without a name."""
    for forget_them in hooks.erased:
        forget_them(person)
    forget(person)
    end_sessions(person.id)
    db.session.execute(delete(AccountToken).where(AccountToken.person_id == person.id))
    db.session.execute(delete(Membership).where(Membership.person_id == person.id))
    person.role, person.erased_at = "member", now()
    person.username = person.username_key = person.email = person.email_key = None
    person.email_confirmed_at = person.password_hash = person.organisation_id = None
    person.name = person.about = person.about_html = ""
    person.shows_organisation = False


def _may_join(email: str, site: Site) -> addresses.Address:
    found = addresses.parsed(email)
    if not site.open_to_sign_up:
        raise Invalid(_("New accounts are made by the people who run this portal. Write to them."))
    if not site.lets_sign_up(found.key):
        raise Invalid(fields={"email": _("An account here needs an address of your organisation.")})
    return found


def _taken() -> Invalid:
    return Invalid(fields={"username": _("This username is taken.")})
