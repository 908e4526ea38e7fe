"""What an idea adds to the page of its thread: the vote, what was decided and why, what is merged into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import and_, exists, null, select
from sqlalchemy.orm import aliased

from portal.config import in_force
from portal.core import clock
from portal.core.db import ask, param
from portal.core.errors import NotFound
from portal.events.models import Event
from portal.ideas.models import OPEN_TO_VOTES, Idea, IdeaSilence, IdeaVote, Outcome, StatusName
from portal.ideas.queries.desk import OWNER, Desk, desk_of, owner
from portal.ideas.queries.marks import Mark, mark_columns, mark_of, with_mark
from portal.people.models import Person
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads.models import Thread, path_of
from portal.threads.policy import standing_thread, visible_to

UNDONE = ("idea.decided", "idea.amended", "idea.merged")


@dataclass(frozen=True, slots=True)
class OutcomeShown:
    """One entry of the timeline. `is_edit`: a changed date or reason, no decision of its own. `ended`: it no longer
    holds. `undo_until`: until when it can be taken back as if it had never been."""

    id: int
    status: str
    status_name: str
    reason: str
    reason_html: str
    by_name: str
    by_username: str
    at: datetime
    target_on: date | None
    revisit_on: date | None
    tell: str
    is_edit: bool
    ended: bool
    undo_until: datetime | None
    into: "Merged | None" = None


@dataclass(frozen=True, slots=True)
class Merged:
    """Another idea: one that was merged into this one, or the one that this one was merged into."""

    id: int
    path: str
    title: str
    votes: int


@dataclass(frozen=True, slots=True)
class IdeaPart:
    """`supporters`: distinct people, those of merged ideas too; `votes`: of them who voted here. `imported`: votes
    that came from elsewhere, nobody's. `silent`: this viewer does not want to hear what becomes of it. `voted_here`:
    they voted for this one, and not only for one that is merged into it."""

    id: int
    author_id: int | None
    mark: Mark
    votes: int
    supporters: int
    imported: int
    voted_here: bool
    silent: bool
    created_at: datetime
    first_response_at: datetime | None
    first_decided_at: datetime | None
    shipped_at: datetime | None
    revisit_on: date | None
    outcome: OutcomeShown | None
    timeline: tuple[OutcomeShown, ...]
    """Newest first; the outcome in force is one of them."""
    merged: tuple[Merged, ...]
    """Into this one, as far as they may be seen."""
    merged_into_id: int | None
    root: Merged | None
    """Where it went, if this viewer may see that."""
    desk: Desk | None
    """For staff; None for everyone else."""

    @property
    def open_to_votes(self) -> bool:
        return self.mark.status in OPEN_TO_VOTES

    @property
    def by_merging(self) -> int:
        """How many more people support it by what was merged into it."""
        return max(self.supporters - self.votes, 0)


def idea_part(viewer: Viewer, thread_id: int) -> IdeaPart:
    """One statement, one more where ideas were merged and where something was decided, and two for staff.

    Raises NotFound, for what is no idea too."""
    row: Any = ask(_one(stand_in(viewer)), particulars(viewer) | {"thread": thread_id}).first()
    if row is None:
        raise NotFound
    others = _others(viewer, thread_id) if row.has_others else {}
    timeline = _timeline(thread_id, others) if row.outcome_id is not None or row.decided_at is not None else ()
    mark = mark_of(row)
    return IdeaPart(
        id=row.id,
        author_id=row.author_id,
        mark=mark,
        votes=row.votes,
        supporters=row.supporters,
        imported=mark.wanted - (row.supporters if row.merged_into_id is None else row.votes),
        voted_here=row.voted_here is not None,
        silent=row.silent is not None,
        created_at=row.created_at,
        first_response_at=row.first_response_at,
        first_decided_at=row.first_decided_at,
        shipped_at=row.shipped_at,
        revisit_on=row.revisit_on,
        outcome=next((each for each in timeline if each.id == row.outcome_id), None),
        timeline=timeline,
        merged=tuple(other for other, into in others.values() if into == thread_id),
        merged_into_id=row.merged_into_id,
        root=others[row.root_id][0] if row.merged_into_id is not None and row.root_id in others else None,
        desk=desk_of(viewer, row) if viewer.is_staff else None,
    )


@cache
def _one(viewer: Viewer) -> Any:
    other = aliased(Idea)
    query: Any = (
        select(
            Thread.id,
            Thread.author_id,
            Thread.created_at,
            Idea.outcome_id,
            Idea.merged_into_id,
            Idea.root_id,
            Idea.votes,
            Idea.supporters,
            Idea.decided_at,
            Idea.first_response_at,
            Idea.first_decided_at,
            Idea.shipped_at,
            Idea.revisit_on,
            *mark_columns(viewer),
            *(OWNER if viewer.is_staff else ()),
            (IdeaVote.person_id if viewer.is_signed_in else null()).label("voted_here"),
            (IdeaSilence.person_id if viewer.is_signed_in else null()).label("silent"),
            exists().where(other.root_id == Idea.root_id, other.thread_id != Idea.thread_id).label("has_others"),
        )
        .select_from(Thread)
        .join(Idea, Idea.thread_id == Thread.id)
        .where(Thread.id == param("thread"), Thread.kind == "idea", visible_to(viewer))
    )
    query = with_mark(query, viewer)
    if viewer.is_signed_in:
        query = query.outerjoin(IdeaVote, and_(IdeaVote.idea_id == Thread.id, IdeaVote.person_id == viewer.id))
        silent = and_(IdeaSilence.idea_id == Thread.id, IdeaSilence.person_id == viewer.id)
        query = query.outerjoin(IdeaSilence, silent)
    return query.outerjoin(owner, owner.id == Idea.owner_id) if viewer.is_staff else query


def _others(viewer: Viewer, thread_id: int) -> dict[int, tuple[Merged, int | None]]:
    """The ideas that belong together with this one, of those they may see, and what each was merged into."""
    rows: Any = ask(_whole(stand_in(viewer)), particulars(viewer) | {"thread": thread_id})
    return {
        row.id: (
            Merged(row.id, path_of("idea", row.id, row.slug), row.title, row.votes + row.imported_votes),
            row.merged_into_id,
        )
        for row in rows
    }


@cache
def _whole(viewer: Viewer) -> Any:
    root = select(Idea.root_id).where(Idea.thread_id == param("thread")).scalar_subquery()
    return (
        select(Thread.id, Thread.slug, Thread.title, Idea.votes, Idea.imported_votes, Idea.merged_into_id)
        .select_from(Idea)
        .join(Thread, Thread.id == Idea.thread_id)
        .where(Idea.root_id == root, Idea.thread_id != param("thread"))
        .where(Thread.kind == "idea", visible_to(viewer), standing_thread())
        .order_by(Idea.votes.desc(), Thread.id)
    )


def _timeline(thread_id: int, others: dict[int, tuple[Merged, int | None]]) -> tuple[OutcomeShown, ...]:
    rows: Sequence[Any] = ask(_OUTCOMES, {"thread": thread_id}).all()
    return tuple(
        OutcomeShown(
            id=row.id,
            status=row.status,
            status_name=row.status_name or "",
            reason=row.reason,
            reason_html=row.reason_html,
            by_name=row.name or row.username or row.by_name,
            by_username=row.username or "",
            at=row.at,
            target_on=row.target_on,
            revisit_on=row.revisit_on,
            tell=row.tell,
            is_edit=row.edits_id is not None,
            ended=row.ended_event_id is not None,
            undo_until=undo_until(row),
            into=others[row.into_id][0] if row.into_id in others else None,
        )
        for row in rows
    )


def undo_until(row: Any) -> datetime | None:
    """Until when `actions.undo` takes it back; None once it does not any more."""
    if row.event_kind not in UNDONE or row.done_at is not None or row.reached:
        return None
    until = row.due_at or row.event_at + timedelta(seconds=in_force().undo_seconds)
    return until if until > clock.now() else None


_by = aliased(Person)
_OUTCOMES = (
    select(
        Outcome.id,
        Outcome.status,
        Outcome.reason,
        Outcome.reason_html,
        Outcome.by_name,
        Outcome.at,
        Outcome.target_on,
        Outcome.revisit_on,
        Outcome.tell,
        Outcome.edits_id,
        Outcome.into_id,
        Outcome.ended_event_id,
        StatusName.name.label("status_name"),
        _by.name,
        _by.username,
        Event.kind.label("event_kind"),
        Event.at.label("event_at"),
        Event.due_at,
        Event.done_at,
        Event.reached,
    )
    .outerjoin(_by, _by.id == Outcome.by_id)
    .outerjoin(StatusName, StatusName.status == Outcome.status)
    .outerjoin(Event, Event.id == Outcome.event_id)
    .where(Outcome.idea_id == param("thread"))
    .order_by(Outcome.id.desc())
)
