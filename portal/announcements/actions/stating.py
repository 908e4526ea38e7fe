"""What an announcement says of an idea becomes the idea's status, once."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from portal.announcements.models import AnnouncementItem
from portal.core.db import db
from portal.core.errors import Invalid
from portal.events.models import Event
from portal.ideas.actions import record_outcome
from portal.ideas.models import REASON_NEEDED, Idea
from portal.people.viewer import Viewer
from portal.threads.models import Thread


def check_items(items: Sequence[AnnouncementItem]) -> None:
    """Whether all of them can be said. Raises Invalid with a sentence for each that cannot."""
    ids = [item.idea_id for item in items]
    rows = db.session.execute(
        select(Idea.thread_id, Idea.merged_into_id, Thread.title, Thread.hidden_event_id, Thread.deleted_event_id)
        .join(Thread, Thread.id == Idea.thread_id)
        .where(Idea.thread_id.in_(ids))
    )
    ideas = {row.thread_id: row for row in rows}
    wrong: dict[str, object] = {}
    for place, item in enumerate(items):
        idea = ideas[item.idea_id]
        if idea.merged_into_id is not None:
            said = _("“%(title)s” was merged into another idea: name that one.", title=idea.title)
            wrong[f"idea-{place}"] = said
        elif idea.hidden_event_id is not None or idea.deleted_event_id is not None:
            wrong[f"idea-{place}"] = _("“%(title)s” is hidden or deleted.", title=idea.title)
        elif item.outcome in REASON_NEEDED and not item.note:
            wrong[f"note-{place}"] = _("“%(title)s”: say why, everyone who asked will read it.", title=idea.title)
    if wrong:
        raise Invalid(fields=wrong)


def state_items(viewer: Viewer, items: Sequence[AnnouncementItem], event: Event, at: datetime) -> None:
    """Record the outcome of each; of an idea that has this status already, its outcome is named and none is added."""
    for item in items:
        idea = db.session.get_one(Idea, item.idea_id, populate_existing=True)
        item.event_id = event.id
        if idea.status == item.outcome and idea.outcome_id is not None:
            item.outcome_id, item.recorded = idea.outcome_id, False
            continue
        outcome = record_outcome(
            viewer,
            idea,
            status=item.outcome,
            reason=item.note,
            revisit_on=item.revisit_on,
            tell="with-announcement",
            event=event,
            at=at,
        )
        item.outcome_id, item.recorded = outcome.id, True
    db.session.flush()


def recorded_by(items: Sequence[AnnouncementItem]) -> list[int]:
    """The ids of the outcomes that exist because of it."""
    return [item.outcome_id for item in items if item.recorded and item.outcome_id is not None]
