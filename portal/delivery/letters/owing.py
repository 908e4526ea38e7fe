"""What a letter says of what its reader asked for: their own ideas, and what became of them, as far as they may know
now and want to hear."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, exists, or_, select
from sqlalchemy.orm import aliased

from portal.core.db import ask, param
from portal.events.models import Event
from portal.ideas.models import IdeaSilence, IdeaVote, Outcome, StatusName
from portal.loop.models import Debt, LoopReply
from portal.loop.policy import decided_in_sight
from portal.people.models import Person
from portal.people.viewer import Viewer, by_sort, of_row, particulars, stand_in
from portal.threads.models import Post, Thread, Watch, path_of
from portal.threads.policy import standing, standing_thread, visible_to


@dataclass(frozen=True, slots=True)
class Owed:
    """One idea that they asked for. `idea_id`: the one that was decided on, where theirs is merged into it."""

    notice_id: int
    debt_id: int
    idea_id: int
    reason: str
    title: str
    path: str
    language: str
    status: str
    called: str
    why_html: str
    target_on: date | None
    revisit_on: date | None


@dataclass(frozen=True, slots=True)
class Named:
    """A thread that a letter names."""

    title: str
    path: str
    language: str


@dataclass(frozen=True, slots=True)
class Decided:
    """An outcome that holds."""

    idea_id: int
    status: str
    called: str
    why_html: str
    target_on: date | None
    revisit_on: date | None
    is_amended: bool


def owed(viewers: Iterable[Viewer], notice_ids: Sequence[int]) -> list[Owed]:
    """Of these notices of these people, in the order in which they asked. One statement for each sort of people."""
    found: list[Any] = []
    for sort, people in by_sort(viewers).items():
        found += ask(_owed(sort), {"people": people, "notices": list(notice_ids)})
    return [
        Owed(
            notice_id=row.notice_id,
            debt_id=row.id,
            idea_id=row.idea_id,
            reason=row.reason,
            title=row.title,
            path=path_of("idea", row.asked_idea_id, row.slug),
            language=row.language,
            status=row.status,
            called=row.name or "",
            why_html=row.reason_html,
            target_on=row.target_on,
            revisit_on=row.revisit_on,
        )
        for row in sorted(found, key=lambda row: row.id)
    ]


def owed_of(viewer: Viewer, announcement_id: int) -> list[str]:
    """The titles of what an announcement told them about, whatever became of that since. One statement."""
    values = particulars(viewer) | {"announcement": announcement_id}
    return list(ask(_owed_of(stand_in(viewer)), values).scalars())


def asked_by(viewer: Viewer, notice_id: int) -> list[int]:
    """The debts that a notice asks about. One statement."""
    return list(ask(_ASKED, {"notice": notice_id, "viewer": viewer.id}).scalars())


def named(viewer: Viewer, ids: Sequence[int | None]) -> dict[int, Named]:
    """Those of these threads that they may see and that stand. One statement."""
    rows = ask(_named(stand_in(viewer)), particulars(viewer) | {"threads": [id_ for id_ in ids if id_]})
    return {row.id: Named(row.title, path_of(row.kind, row.id, row.slug), row.language) for row in rows}


def decided(outcome_id: int | None) -> Decided | None:
    """An outcome, if it still holds. The caller knows that its idea may be seen. One statement."""
    row = ask(_DECIDED, {"outcome": outcome_id or 0}).one_or_none()
    if row is None:
        return None
    why = row.reason_html, row.target_on, row.revisit_on
    return Decided(row.idea_id, row.status, row.name or "", *why, is_amended=row.edits_id is not None)


def opening(thread_id: int) -> str:
    """The beginning of the HTML of an opening post. The caller knows that its thread may be seen. One statement."""
    return ask(_OPENING, {"thread": thread_id}).scalar() or ""


def reply_to_all(reply_id: int | None) -> str:
    """What staff said to all for whom something was not solved. One statement."""
    return ask(_REPLY, {"reply": reply_id or 0}).scalar() or ""


def entered_by(person_id: int) -> tuple[str, str]:
    """Who voted for a contact first, by name, and the address of what it came from. One statement."""
    row = ask(_ENTERED, {"person": person_id}).first()
    return (row.name or row.username or "", row.source_url) if row else ("", "")


_READER: Any = aliased(Person)


@cache
def _owed(sort: Viewer) -> Any:
    viewer = of_row(sort, _READER)
    ideas = Debt.idea_id, Debt.asked_idea_id
    silent = exists().where(IdeaSilence.person_id == viewer.id, or_(*(IdeaSilence.idea_id == each for each in ideas)))
    muted = exists().where(
        Watch.person_id == viewer.id, Watch.level == "mute", or_(*(Watch.thread_id == each for each in ideas))
    )
    return (
        select(
            *(Debt.notice_id, Debt.id, Debt.idea_id, Debt.asked_idea_id, Debt.reason, Outcome.status, StatusName.name),
            *(Thread.title, Thread.slug, Thread.language),
            *(Outcome.reason_html, Outcome.target_on, Outcome.revisit_on),
        )
        .join(Outcome, Outcome.id == Debt.outcome_id)
        .join(Thread, Thread.id == Debt.asked_idea_id)
        .join(_READER, _READER.id == Debt.person_id)
        .outerjoin(StatusName, StatusName.status == Outcome.status)
        .where(
            Debt.notice_id.in_(param("notices", BigInteger(), many=True)),
            _READER.id.in_(param("people", BigInteger(), many=True)),
            Debt.cause.is_(None),
            Outcome.ended_event_id.is_(None),
            standing_thread(),
            visible_to(viewer),
            decided_in_sight(viewer),
            ~silent,
            ~muted,
        )
    )


@cache
def _owed_of(viewer: Viewer) -> Any:
    those = select(Debt.asked_idea_id).join(Event, Event.id == Debt.event_id)
    theirs = those.where(Debt.person_id == viewer.id, Event.thread_id == param("announcement", BigInteger()))
    query = select(Thread.title).where(Thread.id.in_(theirs), standing_thread(), visible_to(viewer))
    return query.order_by(Thread.id).limit(20)


@cache
def _named(viewer: Viewer) -> Any:
    those = Thread.id.in_(param("threads", BigInteger(), many=True))
    return select(Thread.id, Thread.kind, Thread.slug, Thread.title, Thread.language).where(
        those, standing_thread(), visible_to(viewer)
    )


_ASKED = (
    select(Debt.id)
    .where(Debt.ask_notice_id == param("notice", BigInteger()), Debt.person_id == param("viewer", BigInteger()))
    .order_by(Debt.id)
)
_DECIDED: Any = (
    select(
        *(Outcome.idea_id, Outcome.status, StatusName.name, Outcome.reason_html),
        *(Outcome.target_on, Outcome.revisit_on, Outcome.edits_id),
    )
    .outerjoin(StatusName, StatusName.status == Outcome.status)
    .where(Outcome.id == param("outcome", BigInteger()), Outcome.ended_event_id.is_(None))
)
_OPENING = select(Post.html).where(Post.thread_id == param("thread", BigInteger()), Post.number == 1, standing())
_REPLY = select(LoopReply.html).where(LoopReply.id == param("reply", BigInteger()))
_ENTERED = (
    select(Person.name, Person.username, IdeaVote.source_url)
    .join(Person, Person.id == IdeaVote.by_id)
    .where(IdeaVote.person_id == param("person", BigInteger()), Person.erased_at.is_(None))
    .order_by(IdeaVote.at, IdeaVote.idea_id)
    .limit(1)
)
