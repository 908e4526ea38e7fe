"""What feeds tell of ideas: where each on the roadmap stands, and what was decided on one. One statement each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import select

from portal.core.db import UtcDateTime, ask, param
from portal.ideas.models import Idea, Outcome, StatusName
from portal.ideas.queries.lists import ROADMAP
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads.models import Category, Thread, path_of
from portal.threads.policy import standing_thread, visible_to

ON_ROADMAP = tuple(status for statuses in ROADMAP.values() for status in statuses)
LOOKED_AT = 100
"""Outcomes of one idea, the newest first."""


@dataclass(frozen=True, slots=True)
class OutcomeTold:
    """What was decided, as a feed tells of it. `id` stays where it is only corrected; then `at` is later than
    `first_at`."""

    id: int
    idea_id: int
    path: str
    title: str
    language: str
    category: str
    status: str
    status_name: str
    reason_html: str
    target_on: date | None
    first_at: datetime
    at: datetime


def roadmap_told(viewer: Viewer, *, before: datetime, limit: int) -> tuple[OutcomeTold, ...]:
    """The ideas on the roadmap by what was last decided on each, the newest first. `before`: what was decided since is
    left out, for it can still be taken back."""
    values = particulars(viewer) | {"before": before, "rows": limit, "statuses": list(ON_ROADMAP)}
    found: Sequence[Any] = ask(_roadmap(stand_in(viewer)), values).all()
    return tuple(_told(row, row.edits_id if _is_quiet(row) else row.id) for row in found)


def outcomes_told(viewer: Viewer, idea_id: int, *, before: datetime) -> tuple[OutcomeTold, ...]:
    """What was decided on one idea and still holds, the newest first. A quiet correction is none of its own."""
    values = particulars(viewer) | {"before": before, "idea": idea_id, "rows": LOOKED_AT}
    told: dict[int, OutcomeTold] = {}
    last: dict[int, int] = {}
    for row in reversed(ask(_of_idea(stand_in(viewer)), values).all()):
        base = row.edits_id or row.id
        if _is_quiet(row) and base in last:
            earlier = told[last[base]]
            told[earlier.id] = replace(_told(row, earlier.id), first_at=earlier.first_at)
        else:
            told[row.id], last[base] = _told(row, row.id), row.id
    return tuple(reversed(told.values()))


def _is_quiet(row: Any) -> bool:
    return row.edits_id is not None and row.tell == "quiet"


def _told(row: Any, id_: int) -> OutcomeTold:
    return OutcomeTold(
        id=id_,
        idea_id=row.idea_id,
        path=path_of("idea", row.idea_id, row.slug),
        title=row.title,
        language=row.language,
        category=row.category,
        status=row.status,
        status_name=row.status_name or "",
        reason_html=row.reason_html,
        target_on=row.target_on,
        first_at=row.at,
        at=row.at,
    )


@cache
def _roadmap(viewer: Viewer) -> Any:
    here = Outcome.id == Idea.outcome_id, Idea.merged_into_id.is_(None), Idea.status.in_(param("statuses", many=True))
    return _outcomes(viewer).where(*here).order_by(Outcome.at.desc(), Outcome.id.desc())


@cache
def _of_idea(viewer: Viewer) -> Any:
    return (
        _outcomes(viewer)
        .where(Idea.thread_id == param("idea"), Outcome.ended_event_id.is_(None))
        .order_by(Outcome.id.desc())
    )


def _outcomes(viewer: Viewer) -> Any:
    query: Any = (
        select(
            *(Outcome.id, Outcome.idea_id, Outcome.status, Outcome.reason_html, Outcome.target_on, Outcome.at),
            *(Outcome.edits_id, Outcome.tell, StatusName.name.label("status_name")),
            *(Thread.slug, Thread.title, Thread.language, Category.name.label("category")),
        )
        .select_from(Outcome)
        .join(Idea, Idea.thread_id == Outcome.idea_id)
        .join(Thread, Thread.id == Idea.thread_id)
        .join(Category, Category.id == Thread.category_id)
        .outerjoin(StatusName, StatusName.status == Outcome.status)
        .where(Thread.kind == "idea", visible_to(viewer), standing_thread())
        .where(Outcome.at <= param("before", UtcDateTime()))
    )
    return query.limit(param("rows"))
