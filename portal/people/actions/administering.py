"""What admins do with people: their role, groups, organisation and address."""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.core.text import storable
from portal.events.actions import record
from portal.people import hooks, names, policy
from portal.people.actions.accounts import add_account, create_account
from portal.people.actions.admins import has_admin, keep_an_admin
from portal.people.actions.erasing import anonymise
from portal.people.actions.sessions import end_sessions
from portal.people.actions.tokens import end_tokens
from portal.people.addresses import parsed
from portal.people.models import ROLES, Group, Membership, Organisation, Person
from portal.people.viewer import Viewer
from portal.site.actions import take_chance
from portal.site.queries import Site

LONGEST_REASON = 2000


def tended(viewer: Viewer, person_id: int) -> Person:
    """The person an admin acts on, locked until the end of the transaction. Raises NotFound."""
    if not policy.can_administer(viewer):
        raise NotFound
    return locked(person_id)


def locked(person_id: int) -> Person:
    """Someone who is still here, locked until the end of the transaction. Raises NotFound."""
    person = db.session.scalar(
        select(Person)
        .where(Person.id == person_id, Person.kind != "system", Person.erased_at.is_(None))
        .with_for_update()
    )
    if person is None:
        raise NotFound
    return person


def add_person(viewer: Viewer, *, email: str, username: str, name: str, site: Site) -> int:
    """Make an account for someone, who chooses a password, and so confirms the address, with the link of a letter.

    Raises Invalid with every field that needs another look.
    """
    if not policy.can_administer(viewer):
        raise NotFound
    wrong: dict[str, object] = {}
    for check in (lambda: parsed(email), lambda: names.well_formed(username), lambda: names.display_name(name)):
        try:
            check()
        except Invalid as trouble:
            wrong |= trouble.fields
    if wrong:
        raise Invalid(fields=wrong)
    address = parsed(email)
    owned = exists().where(Person.email_key == address.key, Person.email_confirmed_at.is_not(None))
    if db.session.scalar(select(owned)):
        raise Invalid(fields={"email": _("Someone else has confirmed this address.")})
    person = Person(email=address.email, email_key=address.key, name=names.display_name(name))
    person.language, person.time_zone = site.language, site.time_zone
    add_account(person, username=names.well_formed(username))
    hooks.send_letter("invited", person)
    record("person.created", actor_id=viewer.id, person_id=person.id, logged=True, role=person.role)
    return person.id


def create_first_admin(*, email: str, username: str, password_hash: str, site: Site) -> int:
    """Make the first admin, for whoever can show that they run this portal. Once: raises NotFound ever after."""
    if has_admin() or not take_chance("first_admin"):
        raise NotFound
    return create_account(email=email, username=username, role="admin", name="", password_hash=password_hash, site=site)


def erase_person(viewer: Viewer, person_id: int, *, reason: str = "") -> int:
    """Erase someone: what they wrote stays, without a name. Raises Forbidden for the last admin."""
    person = tended(viewer, person_id)
    keep_an_admin(person)
    anonymise(person)
    kept = storable(reason).strip()[:LONGEST_REASON]
    record("person.erased", actor_id=viewer.id, person_id=person.id, reason=kept, logged=True)
    return person.id


def set_role(viewer: Viewer, person_id: int, *, role: str) -> int:
    """Give someone a role. Only accounts have one: a contact or an imported person has to claim the account first."""
    person = tended(viewer, person_id)
    if role not in ROLES:
        raise Invalid(fields={"role": _("Choose one of the list.")})
    if role == person.role:
        return person.id
    if person.kind != "account":
        raise Invalid(fields={"role": _("Only people who can sign in can have a role.")})
    keep_an_admin(person)
    record("person.role_changed", actor_id=viewer.id, person_id=person.id, logged=True, before=person.role, after=role)
    person.role = role
    return person.id


def set_groups(viewer: Viewer, person_id: int, *, group_ids: Iterable[int]) -> int:
    """Put someone into these groups and no others; groups that are gone are passed over."""
    person = tended(viewer, person_id)
    names = {group.id: group.name for group in db.session.scalars(select(Group))}
    wanted = set(group_ids) & set(names)
    present = set(db.session.scalars(select(Membership.group_id).filter_by(person_id=person.id)))
    for group_id in wanted - present:
        db.session.add(Membership(group_id=group_id, person_id=person.id, since=now()))
    db.session.execute(
        delete(Membership).where(Membership.person_id == person.id, Membership.group_id.in_(present - wanted))
    )
    if wanted != present:
        record(
            "person.groups_changed",
            actor_id=viewer.id,
            person_id=person.id,
            logged=True,
            joined=sorted(names[id_] for id_ in wanted - present),
            left=sorted(names[id_] for id_ in present - wanted),
        )
    return person.id


def set_organisation(viewer: Viewer, person_id: int, *, organisation_id: int | None) -> int:
    """Say whom someone works for. They see what was asked for that organisation's eyes from now on, and no other's."""
    person = tended(viewer, person_id)
    if organisation_id is not None and db.session.get(Organisation, organisation_id) is None:
        raise Invalid(fields={"organisation": _("Choose one of the list.")})
    if organisation_id != person.organisation_id:
        person.organisation_id = organisation_id
        record("person.organisation_changed", actor_id=viewer.id, person_id=person.id, logged=True)
    return person.id


def set_address(viewer: Viewer, person_id: int, *, email: str, confirmed: bool, site: Site) -> int:
    """Give someone an address: the way in for imported people, and for those who lost theirs.

    `confirmed`: the admin knows that it is theirs. Otherwise a letter asks; to someone without a password it is the one
    with which they choose one. Links sent before work no longer, and who is signed in signs in again. Addresses are not
    repeated in the log. Raises Invalid when somebody else confirmed it.
    """
    person = tended(viewer, person_id)
    address = parsed(email)
    if address.key == person.email_key and person.is_confirmed:
        return person.id
    person.email, person.email_key = address.email, address.key
    person.email_confirmed_at = now() if confirmed else None
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise Invalid(fields={"email": _("Someone else has confirmed this address.")}) from None
    if person.kind == "imported":  # they could not choose any so far
        person.language, person.time_zone = site.language, site.time_zone
    end_tokens(person.id)
    if person.id != viewer.id:
        end_sessions(person.id)
    if person.kind != "account" or person.password_hash is None:
        hooks.send_letter("invited", person)
    elif not confirmed:
        hooks.send_letter("confirm", person)
    record("person.address_changed", actor_id=viewer.id, person_id=person.id, logged=True, confirmed=confirmed)
    for tell in hooks.address_set:
        tell(person)
    return person.id


def end_all_sessions(viewer: Viewer, person_id: int) -> int:
    """Sign someone out everywhere."""
    person = tended(viewer, person_id)
    end_sessions(person.id)
    record("person.sessions_ended", actor_id=viewer.id, person_id=person.id, logged=True)
    return person.id
