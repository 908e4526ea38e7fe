"""People, as admins and moderators see them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.paging import Order, Page, page
from portal.moderation.queries import ROWS, for_admins, like
from portal.people.models import Group, LoginSession, Membership, Organisation, Person, Suspension
from portal.people.policy import can_suspend
from portal.people.queries import SESSION_LASTS, suspended
from portal.people.viewer import Viewer

WHICH = ("", "staff", "suspended", "unconfirmed", "imported")
"""Which people a list is about: all, or some."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Someone in a list."""

    id: int
    username: str
    name: str
    email: str
    role: str
    kind: str
    organisation: str
    created_at: datetime
    is_confirmed: bool
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A group, and whether they are in it."""

    id: int
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Tended:
    """Someone whom an admin or a moderator looks after."""

    person: PersonRow
    organisation_id: int | None
    groups: tuple[Choice, ...]
    sessions: int
    seen_at: datetime | None
    suspended_since: datetime | None
    suspended_until: datetime | None
    suspended_because: str
    suspended_by: str
    avatar: str
    """The key of their picture, if they have one."""
    can_suspend: bool
    is_self: bool


def people(
    viewer: Viewer,
    *,
    words: str = "",
    which: str = "",
    group_id: int | None = None,
    organisation_id: int | None = None,
    cursor: str | None = None,
) -> Page[PersonRow]:
    """Everyone, the newest first, in one statement. `words` are looked for in names and addresses."""
    for_admins(viewer)
    query = _rows().where(Person.kind != "system", Person.erased_at.is_(None))
    if words.strip():
        fields = (Person.username_key, func.lower(Person.name), Person.email_key)
        query = query.where(or_(*(field.like(like(words), escape="/") for field in fields)))
    if which == "staff":
        query = query.where(Person.role != "member")
    elif which == "suspended":
        query = query.where(Suspension.id.is_not(None))
    elif which == "unconfirmed":
        query = query.where(Person.kind == "account", Person.email_confirmed_at.is_(None))
    elif which == "imported":
        query = query.where(Person.kind == "imported")
    if group_id is not None:
        query = query.where(Person.id.in_(select(Membership.person_id).filter_by(group_id=group_id)))
    if organisation_id is not None:
        query = query.where(Person.organisation_id == organisation_id)
    return page(query, Order(Person.id, Person.id), cursor=cursor, limit=ROWS, make=_row)


def tended(viewer: Viewer, person_id: int) -> Tended:
    """One person with all that an admin may change, in three statements; moderators get what they may know.

    Raises NotFound for everyone else, and for people who are not there (any more).
    """
    if not viewer.is_moderator:
        raise NotFound
    by = aliased(Person)
    row = db.session.execute(
        _rows()
        .add_columns(Person, Suspension, func.coalesce(func.nullif(by.name, ""), by.username, ""))
        .outerjoin(by, by.id == Suspension.by_id)
        .where(Person.id == person_id, Person.kind != "system", Person.erased_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound
    person, suspension, suspended_by = row[-3:]
    sessions, seen_at = _seen(person_id)
    known = _row(row)
    return Tended(
        person=known if viewer.is_admin else replace(known, email="", name=person.display_name),
        organisation_id=person.organisation_id,
        groups=_groups(person_id) if viewer.is_admin else (),
        sessions=sessions,
        seen_at=seen_at,
        suspended_since=suspension.since if suspension else None,
        suspended_until=suspension.until if suspension else None,
        suspended_because=suspension.reason if suspension else "",
        suspended_by=suspended_by,
        avatar=person.avatar or "",
        can_suspend=can_suspend(viewer, person),
        is_self=person.id == viewer.id,
    )


def _rows() -> Select[*tuple[Any, ...]]:
    in_force = and_(Suspension.person_id == Person.id, suspended(now()))
    return (
        select(
            Person.id,
            Person.username,
            Person.name,
            Person.email,
            Person.role,
            Person.kind,
            Organisation.name,
            Person.created_at,
            Person.email_confirmed_at,
            Suspension.id,
        )
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(Suspension, in_force)
    )


def _row(row: Any) -> PersonRow:
    id_, username, name, email, role, kind, organisation, created_at, confirmed_at, suspension_id = row[:10]
    return PersonRow(
        id=id_,
        username=username or "",
        name=name or username or email or "",
        email=email or "",
        role=role,
        kind=kind,
        organisation=organisation or "",
        created_at=created_at,
        is_confirmed=confirmed_at is not None,
        is_suspended=suspension_id is not None,
    )


def _seen(person_id: int) -> tuple[int, datetime | None]:
    """In how many browsers they are signed in, and when they were last seen."""
    alive = LoginSession.person_id == person_id, LoginSession.seen_at > now() - SESSION_LASTS
    count, seen_at = db.session.execute(select(func.count(), func.max(LoginSession.seen_at)).where(*alive)).one()
    return count, seen_at


def _groups(person_id: int) -> tuple[Choice, ...]:
    mine = and_(Membership.group_id == Group.id, Membership.person_id == person_id)
    rows = db.session.execute(
        select(Group.id, Group.name, case((Membership.person_id.is_(None), literal(0)), else_=literal(1)))
        .outerjoin(Membership, mine)
        .order_by(Group.name)
    )
    return tuple(Choice(id_, name, bool(chosen)) for id_, name, chosen in rows)
