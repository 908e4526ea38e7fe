"""Who someone is: by session, by name, by what they type to sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select

from portal.core.clock import now
from portal.core.db import db
from portal.core.markup import mention_key
from portal.people.models import LoginSession, Membership, Person, Suspension
from portal.people.passwords import is_right
from portal.people.viewer import Viewer

SESSION_LASTS = timedelta(days=30)
"""How long a browser stays signed in without being seen."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One browser, signed in."""

    session_id: str
    seen_at: datetime
    viewer: Viewer


def suspended(at: datetime) -> ColumnElement[bool]:
    """Condition on Suspension: it is in force."""
    return and_(Suspension.lifted_at.is_(None), or_(Suspension.until.is_(None), Suspension.until > at))


def signed_in(session_id: str) -> SignedIn | None:
    """Who a session belongs to, with their groups, in one statement; None if it ended or they are suspended."""
    at = now()
    rows = db.session.execute(
        select(
            LoginSession.seen_at,
            Person.id,
            Person.role,
            Person.username,
            Person.name,
            Person.email_confirmed_at,
            Person.organisation_id,
            Person.language,
            Person.time_zone,
            Person.colour_scheme,
            Person.rows_per_list,
            Membership.group_id,
        )
        .select_from(LoginSession)
        .join(Person, Person.id == LoginSession.person_id)
        .outerjoin(Membership, Membership.person_id == Person.id)
        .where(
            LoginSession.id == session_id,
            LoginSession.seen_at > at - SESSION_LASTS,
            Person.kind == "account",
            Person.erased_at.is_(None),
            ~exists().where(Suspension.person_id == Person.id, suspended(at)),
        )
    ).all()
    if not rows:
        return None
    row = rows[0]
    viewer = Viewer(
        id=row.id,
        role=row.role,
        username=row.username or "",
        name=row.name,
        is_confirmed=row.email_confirmed_at is not None,
        organisation_id=row.organisation_id,
        group_ids=frozenset(each.group_id for each in rows if each.group_id is not None),
        language=row.language,
        time_zone=row.time_zone,
        colour_scheme=row.colour_scheme,
        rows_per_list=row.rows_per_list,
    )
    return SignedIn(session_id=session_id, seen_at=row.seen_at, viewer=viewer)


def viewer_of(session_id: str) -> Viewer | None:
    """Whose session this is, or None."""
    found = signed_in(session_id)
    return found.viewer if found else None


def by_username(username: str) -> Person | None:
    """The person of that name, however it is written."""
    return db.session.scalar(
        select(Person).where(Person.username_key == mention_key(username), Person.erased_at.is_(None))
    )


def mentioned(keys: Sequence[str]) -> dict[str, str]:
    """The usernames of those of these names (as `mention_key` writes them) that exist."""
    rows = db.session.execute(
        select(Person.username_key, Person.username).where(Person.username_key.in_(keys), Person.erased_at.is_(None))
    )
    return {key: username for key, username in rows if key and username}


def who_may_sign_in(login: str, password: str) -> int | None:
    """The person whose username or address this is, if the password is right. Takes as long for unknown ones."""
    key = mention_key(login.strip())
    if "@" in key:
        people = list(
            db.session.scalars(select(Person).where(Person.email_key == key, Person.erased_at.is_(None)).limit(10))
        )
        confirmed = [person for person in people if person.is_confirmed]
        # An address that several typed and nobody confirmed names nobody; their usernames still do.
        found = confirmed[0] if confirmed else people[0] if len(people) == 1 else None
    else:
        found = by_username(key)
    right = is_right(found.password_hash if found and found.kind == "account" else None, password)
    return found.id if found and right else None
