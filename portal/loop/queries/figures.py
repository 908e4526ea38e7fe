"""The loop in figures: how long people wait, how many are told, and how many say that it solved their need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, func, literal, or_, select, union_all

from portal.core import clock
from portal.core.db import UtcDateTime, ask, param
from portal.core.errors import NotFound
from portal.ideas.models import DECIDED, DELIVERED, Idea, Outcome
from portal.loop.models import ANSWERS, Confirmation, Debt
from portal.loop.policy import can_see_loops
from portal.loop.queries.spans import seconds
from portal.people.viewer import Viewer
from portal.threads.models import Thread
from portal.threads.policy import standing_thread

MEASURES = ("first_response", "decision", "shipped", "told")
DAYS = 90
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Window:
    """What happened in a span of time. Lengths in seconds; a measure that nothing came to has none."""

    ideas: int = 0
    decided: int = 0
    decided_with_reason: int = 0
    owed: int = 0
    told: int = 0
    pending: int = 0
    undeliverable: dict[str, int] = field(default_factory=dict[str, int])
    seen: int = 0
    asked: int = 0
    confirmed: dict[str, int] = field(default_factory=lambda: dict[str, int].fromkeys(ANSWERS, 0))
    wants: dict[str, int] = field(default_factory=dict[str, int])
    """By cause, what was wrong for those for whom it is not solved."""
    median_seconds: dict[str, int] = field(default_factory=dict[str, int])
    p90_seconds: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def answered(self) -> int:
        return sum(self.confirmed.values())

    @property
    def with_reason(self) -> float | None:
        """The share of decided ideas with a reason, of 100."""
        return _share(self.decided_with_reason, self.decided)

    @property
    def reached(self) -> float | None:
        """The share of debts that were paid."""
        return _share(self.told, self.owed)

    @property
    def solved(self) -> float | None:
        """The share of answers that say so."""
        return _share(self.confirmed["solved"], self.answered)


@dataclass(frozen=True, slots=True)
class Figures:
    """A window of so many days (None: all time), and the equal one before."""

    days: int | None
    now: Window
    before: Window


def figures(viewer: Viewer, *, days: int | None = DAYS) -> Figures:
    """What came to its end in the last days, against as many before: six statements. Raises NotFound."""
    if not can_see_loops(viewer):
        raise NotFound
    until = clock.now()
    middle = until - timedelta(days=days) if days is not None else LONG_AGO
    values = {"since": middle - timedelta(days=days) if days is not None else LONG_AGO, "middle": middle}
    found = {0: Window(), 1: Window()}
    _ideas(found, values)
    _lengths(found, values)
    _debts(found, values)
    _answers(found, values)
    return Figures(days, found[1], found[0])


def _share(some: int, all_of_them: int) -> float | None:
    return round(100 * some / all_of_them, 1) if all_of_them else None


SINCE, _MIDDLE = param("since", UtcDateTime()), param("middle", UtcDateTime())


def _half(moment: Any) -> Any:
    """1 in the window, 0 in the one before."""
    return case((moment >= _MIDDLE, 1), else_=0)


_HAS_REASON = exists().where(
    Outcome.idea_id == Idea.thread_id,
    Outcome.status.in_(DECIDED),
    Outcome.ended_event_id.is_(None),
    Outcome.reason != "",
)
_NEW = (
    select(_half(Thread.created_at).label("half"), func.count().label("n"))
    .join(Idea, Idea.thread_id == Thread.id)
    .where(Thread.created_at >= SINCE, standing_thread())
    .group_by("half")
)
_DECISIONS = (
    select(
        _half(Idea.first_decided_at).label("half"), func.count().label("n"), func.sum(case((_HAS_REASON, 1), else_=0))
    )
    .join(Thread, Thread.id == Idea.thread_id)
    .where(Idea.first_decided_at >= SINCE, standing_thread())
    .group_by("half")
)


def _ideas(found: dict[int, Window], values: Mapping[str, Any]) -> None:
    for half, number in ask(_NEW, values):
        found[half].ideas = number
    for half, number, with_reason in ask(_DECISIONS, values):
        found[half].decided, found[half].decided_with_reason = number, int(with_reason or 0)


def _length(measure: str, until: Any) -> Any:
    return (
        select(
            literal(measure).label("measure"),
            _half(until).label("half"),
            seconds(Thread.created_at, until).label("length"),
        )
        .select_from(Idea)
        .join(Thread, Thread.id == Idea.thread_id)
        .where(until >= SINCE, standing_thread())
    )


def _ranked() -> Any:
    """Of each measure and window, the length in the middle and the one that nine of ten do not exceed."""
    lengths: Any = union_all(
        _length("first_response", Idea.first_response_at),
        _length("decision", Idea.first_decided_at),
        _length("shipped", Idea.shipped_at),
    ).subquery("lengths")
    among: Any = {"partition_by": (lengths.c.measure, lengths.c.half)}
    ranked: Any = select(
        lengths,
        func.row_number().over(**among, order_by=lengths.c.length).label("rank"),
        func.count().over(**among).label("of"),
    ).subquery("ranked")
    middle, ninth = (ranked.c["of"] + 1) // 2, (ranked.c["of"] * 9 + 9) // 10
    return select(
        ranked.c.measure, ranked.c.half, ranked.c.length, ranked.c["rank"], middle.label("middle"), ninth.label("ninth")
    ).where(or_(ranked.c["rank"] == middle, ranked.c["rank"] == ninth))


_RANKED = _ranked()
_TOLD = (
    select(_half(Outcome.at).label("half"), Outcome.at, Debt.told_at, func.count().label("n"))
    .join(Debt, and_(Debt.idea_id == Outcome.idea_id, Debt.outcome_id == Outcome.id))
    .where(
        Outcome.at >= SINCE,
        Outcome.status.in_(DELIVERED),
        Outcome.ended_event_id.is_(None),
        Outcome.edits_id.is_(None),
        Debt.state == "told",
    )
    .group_by(Outcome.id, Outcome.at, Debt.told_at)
)
"""People are told by the thousand at one moment, so there are few rows."""


def _lengths(found: dict[int, Window], values: Mapping[str, Any]) -> None:
    for measure, half, length, rank, middle, ninth in ask(_RANKED, values):
        if rank == middle:
            found[half].median_seconds[measure] = length
        if rank == ninth:
            found[half].p90_seconds[measure] = length
    told: dict[int, list[tuple[int, int]]] = {0: [], 1: []}
    for half, at, told_at, number in ask(_TOLD, values):
        told[half].append((max(0, int((told_at - at).total_seconds())), number))
    for half, lengths in told.items():
        window = found[half]
        if lengths:
            window.median_seconds["told"] = percentile(lengths, 0.5)
            window.p90_seconds["told"] = percentile(lengths, 0.9)


def percentile(lengths: Sequence[tuple[int, int]], part: float) -> int:
    """The smallest length that this part of all does not exceed, by lengths and how often each is there."""
    wanted, reached = part * sum(number for _, number in lengths), 0
    for length, number in sorted(lengths):
        reached += number
        if reached >= wanted - 1e-9:
            return length
    raise ValueError("no lengths")


_DEBTS = (
    select(
        _half(Outcome.at).label("half"),
        Debt.state,
        Debt.cause,
        func.count(),
        func.count(Debt.seen_at),
        func.count(Debt.asked_at),
    )
    .join(Debt, Debt.outcome_id == Outcome.id)
    .where(Outcome.at >= SINCE)
    .group_by("half", Debt.state, Debt.cause)
)
_ANSWERS = (
    select(_half(Confirmation.at).label("half"), Confirmation.answer, Confirmation.cause, func.count())
    .where(Confirmation.at >= SINCE)
    .group_by("half", Confirmation.answer, Confirmation.cause)
)


def _debts(found: dict[int, Window], values: Mapping[str, Any]) -> None:
    """One statement, so that what is owed is the sum of the rest at every instant."""
    for half, state, cause, number, seen, asked in ask(_DEBTS, values):
        window = found[half]
        window.owed += number
        window.seen += seen
        window.asked += asked
        if state == "undeliverable":
            window.undeliverable[cause] = window.undeliverable.get(cause, 0) + number
        elif state == "told":
            window.told += number
        else:
            window.pending += number


def _answers(found: dict[int, Window], values: Mapping[str, Any]) -> None:
    for half, answer, cause, number in ask(_ANSWERS, values):
        found[half].confirmed[answer] += number
        if answer != "solved":
            found[half].wants[cause or "other"] = found[half].wants.get(cause or "other", 0) + number
