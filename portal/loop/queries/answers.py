"""What those said for whom an idea did not solve their need: the work list of one idea."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.core.db import ask, param
from portal.core.errors import NotFound
from portal.core.paging import Order, Page, page
from portal.loop.models import Confirmation, Debt, LoopReply
from portal.loop.policy import can_see_loops
from portal.loop.queries.causes import UNSETTLED
from portal.people.models import Organisation, Person
from portal.people.viewer import Viewer


@dataclass(frozen=True, slots=True)
class NotSolved:
    """What one person said. `conversation_id`: they are talked to there, not by a reply to all."""

    debt_id: int
    person_id: int
    person_name: str
    username: str
    kind: str
    email: str
    organisation: str
    value: int
    answer: str
    cause: str
    comment: str
    at: datetime
    conversation_id: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """What staff said to all who waited then."""

    at: datetime
    by: str
    html: str
    people: int


@dataclass(frozen=True, slots=True)
class WorkList:
    """Who waits for an answer, what is wrong for how many, and what was said to others before."""

    page: Page[NotSolved]
    causes: Mapping[str, int]
    to_all: int
    """How many a reply to all would answer."""
    replies: tuple[Said, ...]


def work_list(viewer: Viewer, idea_id: int, *, cursor: str | None = None) -> WorkList:
    """Everyone of this idea who said "partly" or "no" and was not answered, the longest waiting first. Four statements.

    The caller has seen the idea. Raises NotFound."""
    if not can_see_loops(viewer):
        raise NotFound
    values = {"idea": idea_id}
    order = Order(Confirmation.at, Confirmation.debt_id, ascending=True)
    found = page(_QUERY, order, cursor=cursor, limit=viewer.rows_per_list, make=_row, values=values)
    causes: dict[str, int] = {}
    to_all = 0
    for cause, alone, number in ask(_CAUSES, values):
        causes[cause or "other"] = causes.get(cause or "other", 0) + number
        to_all += number - alone
    return WorkList(found, causes, to_all, tuple(_said(row) for row in ask(_REPLIES, values)))


_OPEN = (Confirmation.idea_id == param("idea"), UNSETTLED)
_QUERY: Any = (
    select(
        Confirmation.debt_id,
        Confirmation.answer,
        Confirmation.cause,
        Confirmation.comment,
        Confirmation.at,
        Confirmation.conversation_id,
        Debt.person_id,
        Person.name,
        Person.username,
        Person.kind,
        Person.email,
        Organisation.name.label("organisation"),
        Organisation.yearly_value,
    )
    .join(Debt, Debt.id == Confirmation.debt_id)
    .join(Person, Person.id == Debt.person_id)
    .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    .where(*_OPEN)
)
_CAUSES = (
    select(Confirmation.cause, func.count(Confirmation.conversation_id), func.count())
    .where(*_OPEN)
    .group_by(Confirmation.cause)
    .order_by(func.count().desc(), Confirmation.cause)
)
_SETTLED = (
    select(func.count())
    .select_from(Confirmation)
    .where(Confirmation.settled_event_id == LoopReply.event_id)
    .correlate(LoopReply)
    .scalar_subquery()
)
_REPLIES = (
    select(LoopReply.at, LoopReply.html, Person.name, Person.username, _SETTLED.label("people"))
    .outerjoin(Person, Person.id == LoopReply.by_id)
    .where(LoopReply.idea_id == param("idea"))
    .order_by(LoopReply.id.desc())
    .limit(10)
)


def _row(row: Any) -> NotSolved:
    return NotSolved(
        debt_id=row.debt_id,
        person_id=row.person_id,
        person_name=row.name or row.username or "",
        username=row.username or "",
        kind=row.kind,
        email=row.email or "",
        organisation=row.organisation or "",
        value=row.yearly_value or 0,
        answer=row.answer,
        cause=row.cause,
        comment=row.comment,
        at=row.at,
        conversation_id=row.conversation_id,
    )


def _said(row: Any) -> Said:
    return Said(row.at, row.name or row.username or "", row.html, row.people)
