"""What someone wants to hear of, how, and of whom not."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, and_, case, exists, not_, select

from portal.core.clock import now
from portal.core.db import UtcDateTime, ask, db, param
from portal.notices.models import SORTS, Notice, NoticeChoice, PersonMute
from portal.notices.telling.audience import gets_mail, muted
from portal.notices.telling.sorts import sort_in_sql
from portal.people.models import Person, Suspension
from portal.people.queries import suspended
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


def unheard(notice_ids: Sequence[int]) -> dict[int, str]:
    """By notice: why no letter of it goes to whom it is for, besides what they may see, or ''. Where its sort is off by
    mail no letter goes, though it lies in an inbox. One statement."""
    rows = ask(_unheard(), {"notices": list(notice_ids), "at": now()})
    return {row.id: row.cause for row in rows}


@cache
def _unheard() -> Any:
    kept_out = exists().where(Suspension.person_id == Person.id, suspended(param("at", UtcDateTime())))
    cause = case(
        (Person.erased_at.is_not(None), "erased"),
        (kept_out, "suspended"),
        (muted(Notice.thread_id), "muted"),
        (NoticeChoice.mail.is_(False), "opted-out"),
        (not_(gets_mail()), "no-address"),
        else_="",
    )
    return (
        select(Notice.id, cause.label("cause"))
        .join(Person, Person.id == Notice.person_id)
        .outerjoin(NoticeChoice, and_(NoticeChoice.person_id == Person.id, NoticeChoice.sort == sort_in_sql()))
        .where(Notice.id.in_(param("notices", BigInteger(), many=True)))
    )


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
