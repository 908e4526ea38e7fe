"""The loop week by week, for charts."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select

from portal.core import clock
from portal.core.db import ask, param
from portal.core.errors import NotFound
from portal.ideas.models import Idea, Outcome
from portal.loop.models import ANSWERS, Confirmation, Debt
from portal.loop.policy import can_see_loops
from portal.loop.queries.figures import SINCE
from portal.loop.queries.spans import Epoch
from portal.people.viewer import Viewer
from portal.threads.models import Thread
from portal.threads.policy import standing_thread

WEEK = 7 * 86400


@dataclass(slots=True)
class Week:
    """Seven days from `since` on."""

    since: datetime
    ideas: int = 0
    decided: int = 0
    told: int = 0
    undeliverable: int = 0
    pending: int = 0
    confirmed: dict[str, int] = field(default_factory=lambda: dict[str, int].fromkeys(ANSWERS, 0))


def by_week(viewer: Viewer, *, weeks: int = 13) -> list[Week]:
    """The last weeks, the oldest first: four statements. Raises NotFound."""
    if not can_see_loops(viewer):
        raise NotFound
    since = clock.now() - timedelta(weeks=weeks)
    found = {n: Week(since + timedelta(weeks=n)) for n in range(weeks)}
    values = {"since": since, "base": int(since.timestamp())}

    def weekly(query: Any) -> Any:
        return [(found[min(max(row[0], 0), weeks - 1)], *row[1:]) for row in ask(query, values)]

    for week, number in weekly(_NEW_BY_WEEK):
        week.ideas = number
    for week, number in weekly(_DECIDED_BY_WEEK):
        week.decided = number
    for week, state, number in weekly(_DEBTS_BY_WEEK):
        setattr(week, state, number)
    for week, answer, number in weekly(_ANSWERS_BY_WEEK):
        week.confirmed[answer] = number
    return list(found.values())


def _week(moment: Any) -> Any:
    return ((Epoch(moment) - param("base")) // WEEK).label("week")


_NEW_BY_WEEK = (
    select(_week(Thread.created_at), func.count())
    .join(Idea, Idea.thread_id == Thread.id)
    .where(Thread.created_at >= SINCE, standing_thread())
    .group_by("week")
)
_DECIDED_BY_WEEK = (
    select(_week(Idea.first_decided_at), func.count()).where(Idea.first_decided_at >= SINCE).group_by("week")
)
_DEBTS_BY_WEEK = (
    select(_week(Outcome.at), Debt.state, func.count())
    .join(Debt, and_(Debt.idea_id == Outcome.idea_id, Debt.outcome_id == Outcome.id))
    .where(Outcome.at >= SINCE)
    .group_by("week", Debt.state)
)
_ANSWERS_BY_WEEK = (
    select(_week(Confirmation.at), Confirmation.answer, func.count())
    .where(Confirmation.at >= SINCE)
    .group_by("week", Confirmation.answer)
)
