"""What a correction says of the ideas of an announcement: other words, another day, or another outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from portal.announcements.actions.items import LONGEST_FOR, LONGEST_NOTE, note_of
from portal.announcements.actions.publishing import forget
from portal.announcements.actions.stating import check_items, recorded_by, state_items
from portal.announcements.models import ITEM_OUTCOMES, Announcement, AnnouncementItem
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.markup import TooMuch
from portal.core.text import one_line
from portal.events.models import Event
from portal.ideas.actions import end_outcomes, record_outcome
from portal.ideas.models import REASON_NEEDED, Idea, Outcome
from portal.people.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Restated:
    """What is said of an idea from now on. `outcome`: '' as before."""

    note: str
    available_on: date | None = None
    available_to: str = ""
    outcome: str = ""
    revisit_on: date | None = None


def restate(
    viewer: Viewer, announcement: Announcement, said: Sequence[tuple[AnnouncementItem, Restated]], event: Event
) -> None:
    """Say this of these items from now on. Their threads are held. Raises Invalid, by the ids of the items."""
    other: list[AnnouncementItem] = []
    for item, now in said:
        outcome, *rest = item.outcome, item.note, item.revisit_on
        _say(item, now)
        if item.outcome != outcome:
            other.append(item)
        elif [item.note, item.revisit_on] != rest:
            _give_reason(viewer, item, event)
    if other:
        check_items(other)
        _decide_again(viewer, announcement, other, event)


def _decide_again(viewer: Viewer, announcement: Announcement, items: Sequence[AnnouncementItem], event: Event) -> None:
    """What it had said of them holds no longer, and what it says now does. As long as nobody was told, that is as if it
    had never said anything else."""
    published, had = _not_told_yet(announcement), recorded_by(items)
    for item in items:
        item.outcome_id, item.recorded = None, False
    db.session.flush()
    (forget if published else end_outcomes)(viewer, had, event)
    state_items(viewer, items, published or event, clock.now())


def _say(item: AnnouncementItem, now: Restated) -> None:
    name = f"note-{item.id}"
    outcome = now.outcome or item.outcome
    if outcome not in ITEM_OUTCOMES:
        raise Invalid(fields={name: _("Choose one of the list.")})
    if outcome in REASON_NEEDED and not now.note.strip():
        raise Invalid(fields={name: _("Say why: everyone who asked will read it.")})
    if len(now.note) > LONGEST_NOTE or len(one_line(now.available_to)) > LONGEST_FOR:
        raise Invalid(fields={name: _("At most %(most)s characters.", most=LONGEST_NOTE)})
    try:
        columns = note_of(now.note, key=f"i{item.idea_id}-{item.position}")
    except TooMuch as error:
        raise Invalid(fields={name: error.args[0]}) from None
    delivered = outcome in ("shipped", "partly-shipped")
    item.available_on, item.available_to = (now.available_on, one_line(now.available_to)) if delivered else (None, "")
    item.revisit_on = now.revisit_on if outcome == "deferred" else None
    item.outcome, item.note, item.note_html = outcome, columns["note"], columns["note_html"]


def _give_reason(viewer: Viewer, item: AnnouncementItem, event: Event) -> None:
    """Where the idea still stands as the announcement said, its reason says the new words too."""
    idea = db.session.get_one(Idea, item.idea_id, populate_existing=True)
    newest = db.session.get(Outcome, idea.outcome_id) if item.recorded and idea.outcome_id else None
    if newest is not None and item.outcome_id in (newest.id, newest.edits_id):
        record_outcome(
            viewer,
            idea,
            status=item.outcome,
            reason=item.note,
            revisit_on=item.revisit_on,
            tell="quiet",
            event=event,
            edits_id=item.outcome_id,
        )


def _not_told_yet(announcement: Announcement) -> Event | None:
    """The publishing, where nobody was told of it so far: it tells the right thing then. The row is held, as whoever
    tells people holds it."""
    published = db.session.get(Event, announcement.event_id, populate_existing=True, with_for_update=True)
    if published is None or published.due_at is None or published.done_at is not None or published.reached:
        return None
    return published
