"""What someone is asked: "does this solve your need?", and what they said."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from portal.core import clock
from portal.core.db import ask, db, param
from portal.ideas.models import Outcome, StatusName
from portal.loop.models import Confirmation, Debt, HandledPerson, LoopReply
from portal.loop.policy import CHANGED_WITHIN, can_see_loops
from portal.people.models import Membership, Person, Suspension
from portal.people.queries import WHO, suspended, viewer_from
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads.models import Thread, path_of
from portal.threads.policy import visible_to

MOST = 50
"""Ideas on one page; who asked for more is asked about the newest."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One idea that someone is asked about. `title` is of the idea that they asked for themselves."""

    debt_id: int
    idea_id: int
    path: str
    title: str
    language: str
    status: str
    status_name: str
    reason: str
    reason_html: str
    at: datetime
    answer: str
    cause: str
    comment: str
    contact: bool
    first_at: datetime | None
    conversation_id: int | None
    reply_html: str
    """What the team said to all who answered so; or empty."""

    @property
    def can_change(self) -> bool:
        """An answer can be changed for a while."""
        return self.first_at is None or clock.now() - self.first_at <= CHANGED_WITHIN


def who_answers(person_id: int) -> Viewer | None:
    """The person as rules see them; None for whoever was erased, or is kept out. One statement."""
    return who_answer([person_id]).get(person_id)


def who_answer(people: Iterable[int]) -> dict[int, Viewer]:
    """Likewise of several, by id; a letter reaches them, so their address is theirs. One statement."""
    found: dict[int, list[Any]] = {}
    for row in ask(_ANSWERING, {"people": list(people), "at": clock.now()}):
        found.setdefault(row.id, []).append(row)
    return {id_: replace(viewer_from(rows), is_confirmed=True) for id_, rows in found.items()}


def asked_of(viewer: Viewer, idea_id: int | None = None) -> list[Asked]:
    """What this person is asked and may still see, the newest first; of one idea, if it is named. One statement."""
    query = _asked(stand_in(viewer)) if idea_id is None else _asked(stand_in(viewer)).where(Debt.idea_id == idea_id)
    return [_row(row) for row in ask(query, particulars(viewer) | {"person": viewer.id})]


_ANSWERING = (
    select(*WHO)
    .select_from(Person)
    .outerjoin(Membership, Membership.person_id == Person.id)
    .where(
        Person.id.in_(param("people", many=True)),
        Person.erased_at.is_(None),
        Person.kind != "system",
        ~exists().where(Suspension.person_id == Person.id, suspended(param("at", Suspension.since.type))),
    )
)
_NEWER: Any = aliased(Debt)
_COLUMNS: Any = (
    Debt.id.label("debt_id"),
    Debt.idea_id,
    Debt.asked_at,
    Debt.asked_idea_id,
    Thread.slug,
    Thread.title,
    Thread.language,
    Outcome.status,
    Outcome.reason,
    Outcome.reason_html,
    StatusName.name.label("status_name"),
    Confirmation.answer,
    Confirmation.cause,
    Confirmation.comment,
    Confirmation.contact,
    Confirmation.first_at,
    Confirmation.conversation_id,
    LoopReply.html.label("reply_html"),
)


def _asked(viewer: Viewer) -> Any:
    """Of several outcomes of an idea, the newest that they were asked about."""
    newer = exists().where(
        _NEWER.person_id == Debt.person_id,
        _NEWER.idea_id == Debt.idea_id,
        _NEWER.outcome_id > Debt.outcome_id,
        _NEWER.asked_at.is_not(None),
    )
    # What they asked for themselves, where it was merged into this one: unless they may not see it any more.
    own = select(Thread.title).where(Thread.id == Debt.asked_idea_id, visible_to(viewer)).correlate(Debt)
    return (
        select(
            *_COLUMNS,
            own.scalar_subquery().label("own_title"),
        )
        .join(Outcome, Outcome.id == Debt.outcome_id)
        .join(Thread, Thread.id == Debt.idea_id)
        .outerjoin(StatusName, StatusName.status == Outcome.status)
        .outerjoin(Confirmation, Confirmation.debt_id == Debt.id)
        .outerjoin(LoopReply, LoopReply.event_id == Confirmation.settled_event_id)
        .where(
            Debt.person_id == param("person"),
            Debt.asked_at.is_not(None),
            Outcome.ended_event_id.is_(None),
            ~newer,
            visible_to(viewer),
        )
        .order_by(Debt.outcome_id.desc(), Debt.id.desc())
        .limit(MOST)
    )


def is_handled(viewer: Viewer, person_id: int) -> bool:
    """Whether a human writes to this person, and nothing is asked of itself; False for who may not know."""
    return can_see_loops(viewer) and db.session.get(HandledPerson, person_id) is not None


def _row(row: Any) -> Asked:
    return Asked(
        debt_id=row.debt_id,
        idea_id=row.idea_id,
        path=path_of("idea", row.idea_id, row.slug),
        title=row.own_title or row.title,
        language=row.language,
        status=row.status,
        status_name=row.status_name or "",
        reason=row.reason,
        reason_html=row.reason_html,
        at=row.asked_at,
        answer=row.answer or "",
        cause=row.cause or "",
        comment=row.comment or "",
        contact=bool(row.contact),
        first_at=row.first_at,
        conversation_id=row.conversation_id,
        reply_html=row.reply_html or "",
    )
