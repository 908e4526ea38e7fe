"""What a notice says of what its reader asked for: their own ideas, by their own titles, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, select

from portal.core.db import ask, param
from portal.ideas.models import Outcome, StatusName
from portal.loop.models import Debt
from portal.loop.policy import decided_in_sight
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads.models import Thread, path_of
from portal.threads.policy import standing_thread, visible_to


@dataclass(frozen=True, slots=True)
class Asked:
    """One idea that they asked for, and what is said of it."""

    debt_id: int
    reason: str
    title: str
    path: str
    language: str
    status: str
    status_name: str
    is_seen: bool


def asked_for(viewer: Viewer, notice_ids: Sequence[int]) -> dict[int, list[Asked]]:
    """By notice, the strongest reason first. Of an idea that they may not see any more nothing is said. One
    statement, or none."""
    found: dict[int, list[Asked]] = {}
    if not notice_ids:
        return found
    for row in ask(_asked(stand_in(viewer)), particulars(viewer) | {"notices": list(notice_ids)}):
        path = path_of("idea", row.asked_idea_id, row.slug)
        one = Asked(
            row.id, row.reason, row.title, path, row.language, row.status, row.name or "", row.seen_at is not None
        )
        found.setdefault(row.notice_id, []).append(one)
    return found


@cache
def _asked(viewer: Viewer) -> Any:
    return (
        select(
            Debt.id,
            Debt.notice_id,
            Debt.reason,
            Debt.seen_at,
            Debt.asked_idea_id,
            Thread.title,
            Thread.slug,
            Thread.language,
            Outcome.status,
            StatusName.name,
        )
        .join(Outcome, Outcome.id == Debt.outcome_id)
        .join(Thread, Thread.id == Debt.asked_idea_id)
        .outerjoin(StatusName, StatusName.status == Outcome.status)
        .where(
            Debt.notice_id.in_(param("notices", BigInteger(), many=True)),
            Debt.person_id == viewer.id,
            standing_thread(),
            visible_to(viewer),
            decided_in_sight(viewer),
        )
        .order_by(Debt.notice_id, Debt.id)
    )
