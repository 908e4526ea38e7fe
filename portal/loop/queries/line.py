"""The loop of one idea as everyone sees it: asked, first response, decision, shipped, told, solved."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from portal.core.among import one_of
from portal.core.db import ask, param
from portal.core.errors import NotFound
from portal.ideas.models import DECIDED, DELIVERED, Idea, Outcome, StatusName
from portal.loop.models import Confirmation, Debt
from portal.loop.policy import SAID_FROM
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads.models import Thread
from portal.threads.policy import visible_to

ENDS = {"declined": 4, "deferred": 4, "already-possible": 5}
"""How many of the steps there are where nothing is shipped; otherwise all six. See `_steps`."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `state`: done, part (as far as `percent`) or todo. `status` and `name`: of a decision, what it was, and
    what the admin calls that."""

    key: str
    state: str = "todo"
    at: datetime | None = None
    after: timedelta | None = None
    """How long the one before was waited for."""
    status: str = ""
    name: str = ""
    some: int = 0
    all: int = 0

    @property
    def percent(self) -> int:
        return 100 * self.some // self.all if self.all else 0


@dataclass(frozen=True, slots=True)
class Line:
    """The steps, in their order, and the counts behind the last two. `owed` and `told` are of the newest outcome that
    is news; `solved` and `answered` of what is shipped now."""

    idea_id: int
    steps: tuple[Step, ...]
    owed: int
    told: int
    solved: int
    answered: int


def line(viewer: Viewer, idea_id: int) -> Line:
    """The loop of an idea, in one statement. Raises NotFound."""
    row = ask(_line(stand_in(viewer)), particulars(viewer) | {"idea": idea_id}).first()
    if row is None:
        raise NotFound
    return Line(idea_id, tuple(_steps(row)), row.owed, row.told, row.solved, row.answered)


NEWS = (
    select(func.max(Outcome.id))
    .where(Outcome.idea_id == param("idea"), Outcome.ended_event_id.is_(None), Outcome.tell != "quiet")
    .correlate(None)
    .scalar_subquery()
)
"""The newest outcome of `idea` that people are told of."""
_FIRST, _OF_FIRST, _OF_NOW = aliased(Outcome), aliased(StatusName), aliased(StatusName)
_FIRST_DECISION = (
    select(_FIRST.status)
    .where(_FIRST.idea_id == Idea.thread_id, one_of(_FIRST.status, *DECIDED), _FIRST.ended_event_id.is_(None))
    .order_by(_FIRST.id)
    .limit(1)
    .correlate(Idea)
    .scalar_subquery()
)


def _debts(*conditions: Any) -> Any:
    of_idea = Debt.idea_id == param("idea"), Debt.outcome_id == NEWS
    return select(func.count()).select_from(Debt).where(*of_idea, *conditions).correlate(None).scalar_subquery()


def _answers(*conditions: Any) -> Any:
    """Those to what the idea's status is now: what people said of a part that was shipped before does not count."""
    return (
        select(func.count())
        .select_from(Confirmation)
        .join(Debt, Debt.id == Confirmation.debt_id)
        .join(Outcome, Outcome.id == Debt.outcome_id)
        .where(Confirmation.idea_id == param("idea"), Outcome.ended_event_id.is_(None), Outcome.status == Idea.status)
        .where(*conditions)
        .correlate(Idea)
        .scalar_subquery()
    )


@cache
def _line(viewer: Viewer) -> Any:
    return (
        select(
            Thread.created_at,
            Idea.status,
            Idea.first_response_at,
            Idea.decided_at,
            Idea.first_decided_at,
            Idea.shipped_at,
            _FIRST_DECISION.label("first_decision"),
            _OF_FIRST.name.label("first_name"),
            _OF_NOW.name.label("name"),
            _debts().label("owed"),
            _debts(Debt.state == "told").label("told"),
            _answers().label("answered"),
            _answers(Confirmation.answer == "solved").label("solved"),
        )
        .select_from(Idea)
        .join(Thread, Thread.id == Idea.thread_id)
        .outerjoin(_OF_FIRST, and_(_OF_FIRST.status == _FIRST_DECISION))
        .outerjoin(_OF_NOW, _OF_NOW.status == Idea.status)
        .where(Idea.thread_id == param("idea"), visible_to(viewer))
    )


def _steps(row: Any) -> list[Step]:
    asked = Step("asked", "done", at=row.created_at)
    heard = _done("heard", row.first_response_at, row.created_at)
    found = [asked, heard, _decided(row), _shipped(row), _counted("told", row.told, row.owed), _solved(row)]
    if row.status in ENDS:
        found.pop(3)
    return found[: ENDS.get(row.status, 6)]


def _done(key: str, at: datetime | None, before: datetime) -> Step:
    return Step(key, "done", at=at, after=max(at - before, timedelta())) if at else Step(key)


def _decided(row: Any) -> Step:
    """What was decided first, on the way to shipping; else what holds. Open again, it is still to be decided."""
    if row.status in ENDS:
        return Step("decided", "done", at=row.decided_at, status=row.status, name=row.name or "")
    if row.status not in DECIDED or row.first_decided_at is None:
        return Step("decided")
    status = "" if row.first_decision in DELIVERED else row.first_decision or ""
    return Step(
        "decided", "done", at=row.first_decided_at, status=status, name=(row.first_name or "") if status else ""
    )


def _shipped(row: Any) -> Step:
    if row.status == "partly-shipped":
        return Step("shipped", "part", at=row.decided_at, status=row.status, name=row.name or "", some=1, all=2)
    if row.status == "shipped":
        return Step("shipped", "done", at=row.shipped_at or row.decided_at, status=row.status, name=row.name or "")
    return Step("shipped")


def _counted(key: str, some: int, all_of_them: int) -> Step:
    if not all_of_them:
        return Step(key)
    return Step(key, "done" if some == all_of_them else "part", some=some, all=all_of_them)


def _solved(row: Any) -> Step:
    """How many say so is told from a few answers on."""
    return _counted("solved", row.solved, row.answered) if row.answered >= SAID_FROM else Step("solved")
