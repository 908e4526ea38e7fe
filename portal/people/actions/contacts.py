"""Contacts: people whom staff entered, with a name and an address that nobody has confirmed."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.core.text import one_line
from portal.events.actions import record
from portal.people import hooks, names, policy
from portal.people.actions.erasing import anonymise
from portal.people.actions.tokens import end_tokens
from portal.people.addresses import parsed
from portal.people.models import Organisation, Person
from portal.people.viewer import Viewer
from portal.site.queries import site


def find_or_enter(viewer: Viewer, *, email: str, name: str = "", organisation: str = "") -> Person:
    """Whoever has the address: who confirmed it, or a contact or someone imported; else a new contact. Raises Invalid.

    What is known of a contact is filled in, and never changed; of anyone with an account nothing is."""
    address = parsed(email)
    found = _who_has(address.key)
    company = one_line(organisation)
    if len(company) > 120:
        raise Invalid(fields={"organisation": _("A name has 1 to %(most)s characters.", most=120)})
    if found is None:
        found = Person(kind="contact", email=address.email, email_key=address.key, created_at=now())
        portal = site()
        found.language, found.time_zone = portal.language, portal.time_zone  # those of the staff member are not theirs
        db.session.add(found)
    if found.kind == "contact":
        found.name = found.name or names.display_name(name)
        if company and found.organisation_id is None:
            found.organisation_id = _organisation(viewer, company)
    db.session.flush()
    return found


def get_contact(viewer: Viewer, person_id: int) -> Person:
    """A contact who is still here, for whoever may correct their address. Raises NotFound."""
    query = select(Person).where(Person.id == person_id, Person.kind == "contact", Person.erased_at.is_(None))
    contact = db.session.scalar(query) if policy.can_mend(viewer) else None
    if contact is None:
        raise NotFound
    return contact


def correct_address(viewer: Viewer, person_id: int, *, email: str) -> int:
    """Write to a contact elsewhere from now on, and tell them there what could not be told so far.

    Links in letters that went to the old address end. Raises NotFound, and Invalid when it is no other address, or
    somebody's who is here already: they would be told twice."""
    contact = get_contact(viewer, person_id)
    db.session.refresh(contact, with_for_update=True)
    address = parsed(email)
    if address.key == contact.email_key:
        raise Invalid(fields={"email": _("That is the address that they have.")})
    if _who_has(address.key) is not None:
        raise Invalid(fields={"email": _("Someone else here has this address: vote for them instead.")})
    contact.email, contact.email_key = address.email, address.key
    end_tokens(contact.id)
    record("person.address_changed", actor_id=viewer.id, person_id=contact.id, logged=True, confirmed=False)
    db.session.flush()
    for tell in hooks.address_set:
        tell(contact)
    return contact.id


def not_me(person_id: int) -> None:
    """Whoever reads the letters to a contact's address says that they are someone else: the address is forgotten.

    The caller has checked that the person is whose link it was. Raises NotFound, for everyone but a contact."""
    person = db.session.get(Person, person_id, with_for_update=True)
    if person is None or person.kind != "contact" or person.erased_at is not None:
        raise NotFound
    if person.email is None:
        return
    for forget in hooks.address_gone:
        forget(person)
    end_tokens(person.id)
    person.email = person.email_key = None
    record("person.not_me", actor_id=None, person_id=person.id)


def join_contacts(person: Person) -> None:
    """An account has confirmed its address: what was entered for contacts with that address is theirs. Their name is
    not, as the account's is read by everyone; nor is the organisation: who is in one reads its private questions, which
    is for an admin to decide, and not for whoever typed its name beside an address."""
    if not person.email_key:
        return
    same = (Person.email_key == person.email_key, Person.kind == "contact", Person.id != person.id)
    query = select(Person).where(*same, Person.erased_at.is_(None)).order_by(Person.id).with_for_update()
    for contact in db.session.scalars(query).all():
        for take in hooks.claimed:
            take(person, contact)
        # Before they are forgotten: letters to this address are the account's.
        contact.email = contact.email_key = None
        db.session.flush()
        anonymise(contact)
        record("person.claimed", actor_id=person.id, person_id=contact.id)


def _who_has(key: str) -> Person | None:
    """Whoever confirmed the address of this key; else a contact or someone imported who has it."""
    return db.session.scalars(
        select(Person)
        .where(
            Person.email_key == key,
            Person.erased_at.is_(None),
            Person.email_confirmed_at.is_not(None) | Person.kind.in_(("contact", "imported")),
        )
        .order_by(Person.email_confirmed_at.is_(None), Person.id)
        .limit(1)
    ).first()


def _organisation(viewer: Viewer, name: str) -> int:
    """That of this name; entered, if there is none."""
    query = select(Organisation.id).where(func.lower(Organisation.name) == name.lower()).limit(1)
    found = db.session.scalar(query)
    if found is not None:
        return found
    organisation = Organisation(name=name)
    db.session.add(organisation)
    db.session.flush()
    told: dict[str, Any] = {"organisation_id": organisation.id, "name": name}
    record("organisation.created", actor_id=viewer.id, logged=True, **told)
    return organisation.id
