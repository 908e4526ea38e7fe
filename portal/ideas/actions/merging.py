"""Merge an idea into another: a link, so that parting them restores both exactly."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden, Invalid
from portal.events.actions import record
from portal.events.models import Event
from portal.ideas.actions.counting import empty, rebuild
from portal.ideas.actions.deciding import check_reason, due_at
from portal.ideas.actions.following import carry_follows, uncarry_follows
from portal.ideas.actions.holding import hold_with_root, seen_idea
from portal.ideas.actions.outcomes import record_outcome
from portal.ideas.actions.settling import settle
from portal.ideas.models import Idea, Outcome, Supporter
from portal.ideas.policy import can_decide
from portal.ideas.queries.requesters import whole
from portal.people.viewer import Viewer
from portal.threads.policy import stands


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it: who supports the other idea now and did not before, and who did already."""

    into: int
    joined: int
    had_voted: int


def merge(viewer: Viewer, idea_id: int, *, into: int, reason: str) -> Merged:
    """The idea becomes a duplicate of another, which may be closed; of one that is merged itself, of that one's root.

    Raises Invalid for itself, a circle, or one that is merged already; Forbidden; NotFound."""
    source, target = _both(viewer, idea_id, into)
    reason = check_reason(reason, needed=True)
    event = record(
        "idea.merged", actor_id=viewer.id, thread_id=idea_id, logged=True, due_at=due_at("now"), into=target.thread_id
    )
    joined, had_voted = _report(idea_id, target.thread_id)
    _set_root(idea_id, target.thread_id)
    outcome = record_outcome(
        viewer,
        source,
        status="duplicate",
        reason=reason,
        tell="now",
        event=event,
        into_id=target.thread_id,
        merged_into_id=target.thread_id,
        root_id=target.thread_id,
    )
    event.data = {**event.data, "outcome_id": outcome.id}
    empty(idea_id)
    rebuild(target.thread_id)
    carry_follows(idea_id, target.thread_id)
    return Merged(target.thread_id, joined, had_voted)


def unmerge(viewer: Viewer, idea_id: int) -> None:
    """Part them again: both are as if they had never been merged, and who was told of it is told so."""
    seen_idea(viewer, idea_id)
    hold_with_root([idea_id])
    thread, idea = seen_idea(viewer, idea_id)
    if not can_decide(viewer) or not stands(thread):
        raise Forbidden
    outcome = db.session.get(Outcome, idea.outcome_id, populate_existing=True) if idea.outcome_id else None
    if idea.merged_into_id is None or outcome is None:
        raise Invalid(_("This is not merged into another idea."))
    told: dict[str, Any] = {"outcome_id": outcome.id, "was_into": idea.merged_into_id}
    # Whoever tells people holds the row too: either nobody hears of the merging, or all who did hear of this.
    merged = db.session.get(Event, outcome.event_id, populate_existing=True, with_for_update=True)
    is_known = merged is None or merged.done_at is not None or merged.reached > 0 or _is_past(merged)
    if merged is not None and not is_known:
        merged.due_at = None
    at = clock.now() if is_known else None
    event = record("idea.unmerged", actor_id=viewer.id, thread_id=idea_id, logged=True, due_at=at, **told)
    outcome.ended_event_id = event.id
    part(idea, idea.root_id)


def part(idea: Idea, root_id: int) -> None:
    """The rows of a parting, once its outcome as a duplicate is no longer in force."""
    idea_id, into = idea.thread_id, idea.merged_into_id
    db.session.flush()
    if into is not None:
        uncarry_follows(idea_id, into)
    settle(idea_id, merged_into_id=None, root_id=idea_id)
    _set_root(idea_id, idea_id)
    rebuild(idea_id)
    rebuild(root_id)


def _both(viewer: Viewer, idea_id: int, into: int) -> tuple[Idea, Idea]:
    """The two ideas, held. Raises Invalid where they cannot be merged."""
    seen_idea(viewer, idea_id)
    seen_idea(viewer, into)
    if not can_decide(viewer):
        raise Forbidden
    hold_with_root([idea_id, into])
    thread, source = seen_idea(viewer, idea_id)
    _other, named = seen_idea(viewer, into)
    if source.merged_into_id is not None:
        raise Invalid(fields={"into": _("This is merged into another idea already: part those first.")})
    if named.thread_id == source.thread_id:
        raise Invalid(fields={"into": _("An idea cannot be merged into itself.")})
    if named.root_id == source.thread_id:
        raise Invalid(fields={"into": _("That one is merged into this one: it would go round in a circle.")})
    target_thread, target = seen_idea(viewer, named.root_id)
    if not (stands(thread) and stands(target_thread)):
        raise Forbidden(_("What is hidden or deleted cannot be merged."))
    return source, target


def _report(source_id: int, target_id: int) -> tuple[int, int]:
    theirs = select(Supporter.person_id).where(Supporter.root_id == target_id)
    of_source = select(func.count()).select_from(Supporter).where(Supporter.root_id == source_id)
    every = db.session.scalars(of_source).one()
    both = db.session.scalars(of_source.where(Supporter.person_id.in_(theirs))).one()
    return every - both, both


def _set_root(idea_id: int, root_id: int) -> None:
    """Of all that is merged into the idea; its own row changes with its status."""
    below: Any = whole(idea_id)
    query = update(Idea).where(Idea.thread_id.in_(select(below.c.idea_id)), Idea.thread_id != idea_id)
    db.session.execute(query.values(root_id=root_id).execution_options(synchronize_session=False))


def _is_past(event: Event) -> bool:
    return event.due_at is not None and event.due_at <= clock.now()
