"""Take back what was just decided, before anyone was told of it."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from portal.config import in_force
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict, Forbidden
from portal.events.actions import record
from portal.events.models import Event
from portal.ideas.actions.holding import hold_with_root
from portal.ideas.actions.merging import part
from portal.ideas.actions.settling import settle
from portal.ideas.models import Idea, Outcome
from portal.ideas.policy import can_decide
from portal.people.viewer import Viewer
from portal.threads.queries import get_visible

UNDONE = ("idea.decided", "idea.amended", "idea.merged")


def undo(viewer: Viewer, idea_id: int) -> None:
    """Take back the newest outcome, as if it had never been. Raises Conflict once people are being told of it."""
    get_visible(viewer, idea_id)
    hold_with_root([idea_id])
    get_visible(viewer, idea_id)
    if not can_decide(viewer):
        raise Forbidden
    idea = db.session.get(Idea, idea_id, populate_existing=True)
    outcome = db.session.get(Outcome, idea.outcome_id) if idea and idea.outcome_id else None
    if idea is None or outcome is None or not still_undone(outcome.event_id):
        raise Conflict(_("It is too late to undo this."))
    event = record("idea.undone", actor_id=viewer.id, thread_id=idea_id, logged=True, status=outcome.status)
    root_id = idea.root_id
    _forget(outcome, event)
    if idea.merged_into_id is None:
        settle(idea_id)
    else:
        part(idea, root_id)


def still_undone(event_id: int | None) -> bool:
    """Whether what this event tells of can be undone; then nobody is told of it any more: the row is held, as whoever
    tells people holds it."""
    event = db.session.get(Event, event_id, populate_existing=True, with_for_update=True) if event_id else None
    if event is None or event.kind not in UNDONE or event.done_at is not None or event.reached:
        return False
    until = event.due_at or event.at + timedelta(seconds=in_force().undo_seconds)
    if clock.now() >= until:
        return False
    event.due_at = None
    db.session.flush()
    return True


def _forget(outcome: Outcome, event: Event) -> None:
    """Delete it; where something refers to it already, such as what is to be announced, it no longer holds."""
    outcome_id = outcome.id
    try:
        with db.session.begin_nested():
            in_use = select(Idea.thread_id).where(Idea.outcome_id == outcome_id)
            for idea in db.session.scalars(select(Idea).where(Idea.thread_id.in_(in_use))).all():
                idea.outcome_id = None
            db.session.flush()
            db.session.execute(delete(Outcome).where(Outcome.id == outcome_id))
    except IntegrityError:
        db.session.get_one(Outcome, outcome_id, populate_existing=True).ended_event_id = event.id
    db.session.flush()
