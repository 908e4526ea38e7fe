"""Who someone is: by session, by name, by what they type to sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from portal.core.clock import now
from portal.core.db import UtcDateTime, ask, db, param
from portal.core.errors import NotFound
from portal.core.markup import mention_key
from portal.events.models import Event
from portal.people.addresses import email_key
from portal.people.models import KnownDevice, LoginSession, Membership, Organisation, Person, Suspension
from portal.people.passwords import is_right
from portal.people.viewer import Viewer

SESSION_LASTS = timedelta(days=30)
"""How long a browser stays signed in without being seen."""

DEVICE_LASTS = timedelta(days=400)
"""How long a browser is known that nobody signs in with: no cookie is kept for longer."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One browser, signed in."""

    session_id: str
    seen_at: datetime
    viewer: Viewer


def suspended(at: Any) -> ColumnElement[bool]:
    """Condition on Suspension: it is in force."""
    return and_(Suspension.lifted_at.is_(None), or_(Suspension.until.is_(None), Suspension.until > at))


def signed_in(session_id: str) -> SignedIn | None:
    """Who a session belongs to, with their groups, in one statement; None if it ended or they are suspended."""
    at = now()
    values = {"session": session_id, "at": at, "oldest": at - SESSION_LASTS}
    rows = ask(_SIGNED_IN, values).all()
    return _signed_in(session_id, rows) if rows else None


WHO = (
    Person.id,
    Person.role,
    Person.username,
    Person.name,
    Person.email_confirmed_at,
    Person.mail_stopped_at,
    Person.organisation_id,
    Person.language,
    Person.time_zone,
    Person.colour_scheme,
    Person.rows_per_list,
    Person.avatar,
    Person.created_at,
    Person.read_since,
    Person.welcomed_at,
    Membership.group_id,
)
"""What `viewer_from` needs of a person, joined with their groups from outside."""
_MAY_COME_IN = (
    Person.kind == "account",
    Person.erased_at.is_(None),
    ~exists().where(Suspension.person_id == Person.id, suspended(param("at", UtcDateTime()))),
)
_SIGNED_IN = (
    select(LoginSession.seen_at, *WHO)
    .select_from(LoginSession)
    .join(Person, Person.id == LoginSession.person_id)
    .outerjoin(Membership, Membership.person_id == Person.id)
    .where(LoginSession.id == param("session"), LoginSession.seen_at > param("oldest", UtcDateTime()), *_MAY_COME_IN)
)
_BY_ID = (
    select(*WHO)
    .select_from(Person)
    .outerjoin(Membership, Membership.person_id == Person.id)
    .where(Person.id == param("person"), *_MAY_COME_IN)
)


def _signed_in(session_id: str, rows: Sequence[Any]) -> SignedIn:
    return SignedIn(session_id=session_id, seen_at=rows[0].seen_at, viewer=viewer_from(rows))


def viewer_from(rows: Sequence[Any]) -> Viewer:
    """A person as rules see them, from rows of WHO: one a group, or one with none."""
    row = rows[0]
    return Viewer(
        id=row.id,
        role=row.role,
        username=row.username or "",
        name=row.name,
        is_confirmed=row.email_confirmed_at is not None,
        mail_stopped=row.mail_stopped_at is not None,
        organisation_id=row.organisation_id,
        group_ids=frozenset(each.group_id for each in rows if each.group_id is not None),
        language=row.language,
        time_zone=row.time_zone,
        colour_scheme=row.colour_scheme,
        rows_per_list=row.rows_per_list,
        avatar=row.avatar or "",
        read_since=row.read_since or row.created_at,
        is_welcomed=row.welcomed_at is not None,
    )


def viewer_by_id(person_id: int) -> Viewer | None:
    """This person as queries and policies see them, without a session; None for whoever may not sign in: no account,
    erased, suspended. One statement."""
    rows = ask(_BY_ID, {"person": person_id, "at": now()}).all()
    return viewer_from(rows) if rows else None


def viewer_of(session_id: str) -> Viewer | None:
    """Whose session this is, or None."""
    found = signed_in(session_id)
    return found.viewer if found else None


def by_username(username: str) -> Person | None:
    """The person of that name, however it is written."""
    return db.session.scalar(
        select(Person).where(Person.username_key == mention_key(username), Person.erased_at.is_(None))
    )


def contact(person_id: int) -> Person | None:
    """Someone whom staff entered; None for everyone else, and for whoever has an account by now."""
    person = db.session.get(Person, person_id, populate_existing=True)
    return person if person is not None and person.kind == "contact" and person.erased_at is None else None


def claimed_by(contact_id: int) -> int | None:
    """The account of someone who was a contact, and has confirmed the address since."""
    return db.session.scalar(
        select(Event.actor_id).where(Event.person_id == contact_id, Event.kind == "person.claimed").limit(1)
    )


def mentioned(keys: Sequence[str]) -> dict[str, str]:
    """The usernames of those of these names (as `mention_key` writes them) that exist."""
    rows = db.session.execute(
        select(Person.username_key, Person.username).where(Person.username_key.in_(keys), Person.erased_at.is_(None))
    )
    return {key: username for key, username in rows if key and username}


def login_key(login: str) -> str:
    """What somebody typed to sign in, as a key: of an address or of a username."""
    return email_key(login) if "@" in login.strip()[1:] else mention_key(login.strip().removeprefix("@"))[:254]


def who_signs_in(login: str, password: str) -> tuple[int, str] | None:
    """Whose username or address this is, and the hash of the password, if it is the right one.

    Takes as long for an unknown one. An address that several typed and nobody confirmed is nobody's; their usernames
    still are.
    """
    key = login_key(login)
    wanted = or_(Person.username_key == key, Person.email_key == key)
    people = list(db.session.scalars(select(Person).where(wanted, Person.erased_at.is_(None)).limit(10)))
    owners = [each for each in people if each.is_confirmed or each.username_key == key] or people
    person = owners[0] if len(owners) == 1 and owners[0].kind == "account" else None
    right = is_right(person.password_hash if person else None, password)
    return (person.id, person.password_hash) if person and right and person.password_hash else None


def password_is_right(viewer: Viewer, password: str) -> bool:
    """Whether the viewer knows their own password: asked before what cannot be undone."""
    return is_right(db.session.scalar(select(Person.password_hash).where(Person.id == viewer.id)), password)


def own(viewer: Viewer) -> Person:
    """The viewer's own row, with their organisation."""
    return db.session.scalars(
        select(Person).where(Person.id == viewer.id).options(joinedload(Person.organisation))
    ).one()


def own_sessions(viewer: Viewer) -> list[LoginSession]:
    """The browsers where the viewer is signed in, the one seen last first."""
    those = LoginSession.person_id == viewer.id, LoginSession.seen_at > now() - SESSION_LASTS
    return list(db.session.scalars(select(LoginSession).where(*those).order_by(LoginSession.seen_at.desc())))


def known_devices(viewer: Viewer) -> int:
    """How many browsers of the viewer are known: signing in with another one is told by letter."""
    theirs = select(func.count()).select_from(KnownDevice).where(KnownDevice.person_id == viewer.id)
    return db.session.scalar(theirs) or 0


@dataclass(frozen=True, slots=True)
class Profile:
    """What a viewer may know of a person."""

    id: int
    username: str
    name: str
    role: str
    is_staff: bool
    is_imported: bool
    about_html: str
    organisation: str
    created_at: datetime
    suspended_until: datetime | None
    is_suspended: bool
    """For staff; nobody else is told."""
    avatar: str
    """The key of their picture, if they have one."""


def profile(viewer: Viewer, username: str) -> Profile:
    """The person of that name, as this viewer may see them, in one statement. Raises NotFound.

    Which company someone works for is shown to other customers only if that person chose to.
    """
    row = db.session.execute(
        select(Person, Organisation.name, Suspension.id, Suspension.until)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(Suspension, and_(Suspension.person_id == Person.id, suspended(now())))
        .where(Person.username_key == mention_key(username), Person.erased_at.is_(None), Person.kind != "contact")
    ).one_or_none()
    if row is None:
        raise NotFound
    person, organisation, suspension_id, until = row
    knows = viewer.is_staff or viewer.id == person.id or person.shows_organisation
    return Profile(
        id=person.id,
        username=person.username or "",
        name=person.display_name,
        role=person.role,
        is_staff=person.is_staff,
        is_imported=person.kind == "imported",
        about_html=person.about_html,
        organisation=(organisation or "") if knows else "",
        created_at=person.created_at,
        suspended_until=until if viewer.is_staff else None,
        is_suspended=viewer.is_staff and bool(suspension_id),
        avatar=person.avatar or "",
    )
