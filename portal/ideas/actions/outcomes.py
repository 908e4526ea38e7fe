"""The low steps of deciding: an outcome is recorded, or no longer holds."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from portal.core import clock
from portal.core.db import db
from portal.events.models import Event
from portal.ideas.actions.settling import settle
from portal.ideas.models import Idea, Outcome
from portal.people.viewer import Viewer
from portal.threads.actions.bodies import read_body


def record_outcome(
    viewer: Viewer,
    idea: Idea,
    *,
    status: str,
    reason: str = "",
    target_on: date | None = None,
    revisit_on: date | None = None,
    tell: str,
    event: Event,
    at: datetime | None = None,
    edits_id: int | None = None,
    into_id: int | None = None,
    **kept: Any,
) -> Outcome:
    """Add an outcome, checked before, to an idea whose thread is held; it is the idea's status from now on. `event`
    tells of it. `kept`: columns of the idea that must change with its status. Raises Invalid for the reason."""
    html = read_body(viewer, reason, post_key=f"o{event.id}-{idea.thread_id}", field="reason").html if reason else ""
    outcome = Outcome(
        idea_id=idea.thread_id,
        status=status,
        reason=reason,
        reason_html=html,
        by_id=viewer.id,
        at=at or clock.now(),
        target_on=target_on,
        revisit_on=revisit_on,
        tell=tell,
        edits_id=edits_id,
        into_id=into_id,
        event_id=event.id,
    )
    db.session.add(outcome)
    settle(idea.thread_id, **kept)
    return outcome


def end_outcomes(viewer: Viewer, outcome_ids: Iterable[int], event: Event) -> None:
    """These outcomes hold no longer, nor do the edits of them; the ideas (their threads are held) are as they were
    before, or as was decided since. Not for duplicates: those are unmerged."""
    ids = list(outcome_ids)
    chosen = Outcome.id.in_(ids) | Outcome.edits_id.in_(ids)
    holding = (chosen, Outcome.ended_event_id.is_(None), Outcome.status != "duplicate")
    ideas = sorted(set(db.session.scalars(select(Outcome.idea_id).where(*holding))))
    db.session.execute(update(Outcome).where(*holding).values(ended_event_id=event.id))
    for idea_id in ideas:
        settle(idea_id)
