"""Leaving: what someone wrote stays, without a name."""

from sqlalchemy import delete

from portal.core.clock import now
from portal.core.db import db
from portal.events.actions import record
from portal.people import hooks
from portal.people.actions.admins import keep_an_admin
from portal.people.actions.attempts import forget
from portal.people.actions.devices import forget_devices
from portal.people.actions.sessions import end_sessions
from portal.people.models import AccountToken, Membership, Person
from portal.people.viewer import Viewer


def erase(viewer: Viewer) -> None:
    """Erase the viewer's own account. The caller has asked for the password. Raises Forbidden for the only admin."""
    person = db.session.get_one(Person, viewer.id, with_for_update=True)
    keep_an_admin(person)
    anonymise(person)
    record("person.erased", actor_id=person.id, person_id=person.id)


def anonymise(person: Person) -> None:
    """Take away all that says who this was. The row stays, for what they wrote refers to it."""
    for forget_them in hooks.erased:
        forget_them(person)
    forget(person)
    end_sessions(person.id)
    forget_devices(person.id)
    db.session.execute(delete(AccountToken).where(AccountToken.person_id == person.id))
    db.session.execute(delete(Membership).where(Membership.person_id == person.id))
    person.role, person.erased_at = "member", now()
    person.username = person.username_key = person.email = person.email_key = None
    person.email_confirmed_at = person.password_hash = person.organisation_id = None
    person.name = person.about = person.about_html = ""
    person.shows_organisation = False
