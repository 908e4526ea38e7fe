"""Who is owed word of an outcome, by name, and what became of that: for staff."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from portal.core.db import ask, param
from portal.core.errors import NotFound
from portal.core.paging import Order, Page, page
from portal.ideas.models import Outcome, StatusName
from portal.loop.models import STATES, Confirmation, Debt, HandledPerson
from portal.loop.policy import can_see_loops
from portal.people.models import Organisation, Person
from portal.people.viewer import Viewer
from portal.threads.models import Thread, path_of

PARTS = (*STATES, "not-solved")


@dataclass(frozen=True, slots=True)
class Standing:
    """An outcome that word is owed of. `name`: what the admin calls its status, or empty."""

    outcome_id: int
    status: str
    name: str
    at: datetime
    ended: bool


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One debt. `answer`, `wants` and `comment`: what they said to "does this solve your need?"."""

    debt_id: int
    person_id: int
    person_name: str
    username: str
    kind: str
    email: str
    organisation: str
    organisation_id: int | None
    reason: str
    asked_title: str
    """Of the idea that they asked for themselves, where that is another one."""
    asked_path: str
    state: str
    cause: str
    at: datetime
    told_at: datetime | None
    seen_at: datetime | None
    asked_at: datetime | None
    answer: str
    wants: str
    comment: str
    answered_at: datetime | None
    settled: bool
    conversation_id: int | None
    is_personal: bool
    """A human writes to them: nothing is asked of itself."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The debts of one outcome of an idea, one page of them, and the other outcomes that word is owed of."""

    idea_id: int
    path: str
    title: str
    language: str
    outcomes: tuple[Standing, ...]
    outcome_id: int | None
    counts: dict[str, int]
    """By each of STATES; and by cause."""
    page: Page[LedgerRow]


_IDEA = select(Thread.id, Thread.kind, Thread.slug, Thread.title, Thread.language).where(
    Thread.id == param("idea"), Thread.kind == "idea"
)
_OUTCOMES = (
    select(Outcome.id, Outcome.status, StatusName.name, Outcome.at, Outcome.ended_event_id)
    .outerjoin(StatusName, StatusName.status == Outcome.status)
    .where(Outcome.idea_id == param("idea"), Outcome.tell != "quiet")
    .order_by(Outcome.id.desc())
)
_COUNTS = (
    select(Debt.state, Debt.cause, func.count())
    .where(Debt.idea_id == param("idea"), Debt.outcome_id == param("outcome"))
    .group_by(Debt.state, Debt.cause)
)


def standing(viewer: Viewer, idea_id: int) -> tuple[Standing, ...]:
    """The outcomes of an idea that people were told of, or are to be, the newest first."""
    _for_staff(viewer)
    return tuple(
        Standing(row.id, row.status, row.name or "", row.at, row.ended_event_id is not None)
        for row in ask(_OUTCOMES, {"idea": idea_id})
    )


def ledger(
    viewer: Viewer, idea_id: int, *, outcome_id: int | None = None, part: str = "", cursor: str | None = None
) -> Ledger:
    """The people whom an outcome (the newest in force, unless one is named) is owed to, in four statements.

    `part`: only those in one of STATES, or who said that it is not solved. Raises NotFound."""
    _for_staff(viewer)
    idea = ask(_IDEA, {"idea": idea_id}).first()
    if idea is None:
        raise NotFound
    outcomes = standing(viewer, idea_id)
    chosen = next((each.outcome_id for each in outcomes if each.outcome_id == outcome_id), None)
    chosen = chosen or next((each.outcome_id for each in outcomes if not each.ended), None)
    return Ledger(
        idea_id=idea_id,
        path=path_of(idea.kind, idea.id, idea.slug),
        title=idea.title,
        language=idea.language,
        outcomes=outcomes,
        outcome_id=chosen,
        counts=_counts(idea_id, chosen) if chosen else {},
        page=_rows(viewer, chosen, part, cursor) if chosen else Page(()),
    )


def _counts(idea_id: int, outcome_id: int) -> dict[str, int]:
    found: dict[str, int] = dict.fromkeys(STATES, 0)
    for state, cause, number in ask(_COUNTS, {"idea": idea_id, "outcome": outcome_id}):
        found[state] += number
        if cause:
            found[cause] = number
    return found


_ASKED_FOR: Any = aliased(Thread)


def _rows(viewer: Viewer, outcome_id: int, part: str, cursor: str | None) -> Page[LedgerRow]:
    query = _QUERY.where(Debt.outcome_id == outcome_id)
    if part == "not-solved":
        query = query.where(Confirmation.answer != "solved")
    elif part in STATES:
        query = query.where(Debt.state == part)
    by = Order(Debt.person_id, Debt.id, ascending=True)
    return page(query, by, cursor=cursor, limit=viewer.rows_per_list, make=_row)


_QUERY: Any = (
    select(
        Debt.id,
        Debt.person_id,
        Debt.reason,
        Debt.state,
        Debt.cause,
        Debt.at,
        Debt.told_at,
        Debt.seen_at,
        Debt.asked_at,
        Debt.idea_id,
        Debt.asked_idea_id,
        Person.name,
        Person.username,
        Person.kind,
        Person.email,
        Person.organisation_id,
        Organisation.name.label("organisation"),
        _ASKED_FOR.title.label("asked_title"),
        _ASKED_FOR.slug.label("asked_slug"),
        Confirmation.answer,
        Confirmation.cause.label("wants"),
        Confirmation.comment,
        Confirmation.at.label("answered_at"),
        Confirmation.settled_event_id,
        Confirmation.conversation_id,
        HandledPerson.event_id.label("personal"),
    )
    .join(Person, Person.id == Debt.person_id)
    .join(_ASKED_FOR, _ASKED_FOR.id == Debt.asked_idea_id)
    .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    .outerjoin(Confirmation, Confirmation.debt_id == Debt.id)
    .outerjoin(HandledPerson, HandledPerson.person_id == Debt.person_id)
)


def _row(row: Any) -> LedgerRow:
    other = row.asked_idea_id != row.idea_id
    return LedgerRow(
        debt_id=row.id,
        person_id=row.person_id,
        person_name=row.name or row.username or "",
        username=row.username or "",
        kind=row.kind,
        email=row.email or "",
        organisation=row.organisation or "",
        organisation_id=row.organisation_id,
        reason=row.reason,
        asked_title=row.asked_title if other else "",
        asked_path=path_of("idea", row.asked_idea_id, row.asked_slug) if other else "",
        state=row.state,
        cause=row.cause or "",
        at=row.at,
        told_at=row.told_at,
        seen_at=row.seen_at,
        asked_at=row.asked_at,
        answer=row.answer or "",
        wants=row.wants or "",
        comment=row.comment or "",
        answered_at=row.answered_at,
        settled=row.settled_event_id is not None,
        conversation_id=row.conversation_id,
        is_personal=row.personal is not None,
    )


def _for_staff(viewer: Viewer) -> None:
    if not can_see_loops(viewer):
        raise NotFound
