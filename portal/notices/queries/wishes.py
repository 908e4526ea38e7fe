"""What someone wants to hear of, how, and of whom not."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.core.db import db
from portal.notices.models import SORTS, NoticeChoice, PersonMute
from portal.people.models import Person
from portal.people.viewer import Viewer

OF_STAFF = ("team",)


@dataclass(frozen=True, slots=True)
class Muted:
    """Someone of whom one wants to hear nothing."""

    username: str
    name: str
    avatar: str


def choices(viewer: Viewer) -> dict[str, tuple[bool, bool]]:
    """By sort: whether it lies in their inbox, and whether it comes by mail."""
    kept: dict[str, Any] = {
        row.sort: (row.inbox, row.mail)
        for row in db.session.scalars(select(NoticeChoice).where(NoticeChoice.person_id == viewer.id))
    }
    return {sort: kept.get(sort, (True, True)) for sort in SORTS if sort not in OF_STAFF or viewer.is_staff}


def muted_people(viewer: Viewer) -> tuple[Muted, ...]:
    """Those whom they muted, by name."""
    query = (
        select(Person.username, Person.name, Person.avatar)
        .join(PersonMute, PersonMute.muted_id == Person.id)
        .where(PersonMute.person_id == viewer.id, Person.erased_at.is_(None), Person.username.is_not(None))
        .order_by(Person.username_key)
    )
    return tuple(Muted(row.username, row.name or row.username, row.avatar or "") for row in db.session.execute(query))


def is_muted(viewer: Viewer, person_id: int) -> bool:
    """Whether they muted this person."""
    query = select(PersonMute.muted_id).where(PersonMute.person_id == viewer.id, PersonMute.muted_id == person_id)
    return db.session.scalar(query) is not None
