"""What lists show of ideas, beside what they show of any thread: the vote and the status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import and_, case, null, select

from portal.core.among import among
from portal.core.db import ask
from portal.ideas.models import OPEN_TO_VOTES, STATUSES, Idea, StatusName, Supporter
from portal.people.viewer import Viewer, particulars, stand_in


@dataclass(frozen=True, slots=True)
class Mark:
    """`status_name`: what the admin calls it, or empty. `wanted`: all who voted for the whole, and imported votes.
    `mine`: this viewer did."""

    status: str
    status_name: str
    wanted: int
    mine: bool
    target_on: date | None

    @property
    def open_to_votes(self) -> bool:
        return self.status in OPEN_TO_VOTES


def marks(viewer: Viewer, idea_ids: Sequence[int]) -> dict[int, Mark]:
    """By the id of the idea, of ideas that they see; one statement, or none where there are no ideas."""
    if not idea_ids:
        return {}
    found: Any = ask(_marks(stand_in(viewer)), particulars(viewer) | {"ideas": list(idea_ids)})
    return {row.thread_id: mark_of(row) for row in found}


@cache
def _marks(viewer: Viewer) -> Any:
    query: Any = select(Idea.thread_id, *mark_columns(viewer)).where(among(Idea.thread_id, "ideas"))
    return with_mark(query, viewer)


def mark_columns(viewer: Viewer) -> tuple[Any, ...]:
    """What a Mark is made of; goes with `with_mark`."""
    return (
        Idea.status.label("idea_status"),
        StatusName.name.label("status_name"),
        # Who supports a merged idea is counted where it went; on its own it shows the votes that were cast on it.
        case((Idea.merged_into_id.is_(None), Idea.wanted), else_=Idea.votes + Idea.imported_votes).label("wanted"),
        (Supporter.person_id if viewer.is_signed_in else null()).label("my_vote"),
        Idea.target_on.label("target_on"),
    )


def with_mark(query: Any, viewer: Viewer) -> Any:
    """A query of ideas with what `mark_columns` names."""
    query = query.outerjoin(StatusName, StatusName.status == Idea.status)
    if not viewer.is_signed_in:
        return query
    mine = and_(Supporter.root_id == Idea.root_id, Supporter.person_id == viewer.id)
    return query.outerjoin(Supporter, mine)


def mark_of(row: Any) -> Mark:
    """From a row with these columns."""
    return Mark(row.idea_status, row.status_name or "", row.wanted, row.my_vote is not None, row.target_on)


def status_names() -> dict[str, str]:
    """What the admin calls each status, in order; empty where nobody renamed it."""
    renamed: dict[str, str] = {row.status: row.name for row in ask(_NAMES)}
    return {status: renamed.get(status, "") for status in STATUSES}


_NAMES = select(StatusName.status, StatusName.name)
