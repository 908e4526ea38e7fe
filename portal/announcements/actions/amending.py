"""Once people were told: correct it, add to it, withdraw it. Nothing of it goes silently."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from portal.announcements.actions.holding import hold_announcement
from portal.announcements.actions.items import LONGEST_FOR, LONGEST_NOTE, ItemTyped, add_items, note_of, read_items
from portal.announcements.actions.publishing import call_off
from portal.announcements.actions.stating import check_items, recorded_by, state_items
from portal.announcements.models import AnnouncementItem
from portal.announcements.policy import can_amend
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict, Forbidden, Invalid
from portal.core.markup import TooMuch
from portal.core.text import one_line, storable
from portal.events.actions import record
from portal.events.models import Event
from portal.ideas.actions import end_outcomes, record_outcome
from portal.ideas.models import REASON_NEEDED, Idea, Outcome
from portal.people.viewer import Viewer
from portal.threads.actions.editing import rewrite
from portal.threads.models import Post

LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Restated:
    """What is said of an idea from now on. Its outcome stays: another one is decided on the idea itself."""

    note: str
    available_on: date | None = None
    available_to: str = ""


def correct(
    viewer: Viewer,
    announcement_id: int,
    *,
    said: str,
    title: str,
    body: str,
    revision: int,
    items: Mapping[int, Restated] | None = None,
) -> int:
    """Put right what was wrong (`said`), and tell exactly those who had been told; returns its id.

    `items`: by the id of the item; one that is not named stays. Raises Conflict where someone else was faster."""
    thread, announcement, there = hold_announcement(viewer, announcement_id)
    if not can_amend(viewer, announcement.state):
        raise Forbidden
    post = db.session.scalars(select(Post).where(Post.thread_id == announcement_id, Post.number == 1)).one()
    if post.revision != revision:
        raise Conflict(_("Someone else changed this meanwhile. What you typed is below; save it to replace theirs."))
    said = _sentence("said", said, _("Say what was wrong: everyone who was told reads it."))
    event = record(
        "announcement.corrected",
        actor_id=viewer.id,
        thread_id=announcement_id,
        logged=True,
        due_at=clock.now(),
        said=said,
    )
    rewrite(viewer, thread, post, title=title, body=body, reason=said)
    for item in there:
        if items and item.id in items:
            _restate(viewer, item, items[item.id], event)
    return announcement_id


def extend(viewer: Viewer, announcement_id: int, items: Sequence[ItemTyped]) -> int:
    """Name more ideas in it; whoever asked for them is told as usual. Returns its id."""
    _thread, announcement, there = hold_announcement(viewer, announcement_id, also=[each.idea for each in items])
    if not can_amend(viewer, announcement.state):
        raise Forbidden
    if not items:
        raise Invalid(_("Name at least one idea."))
    read = read_items(viewer, items, taken=[item.idea_id for item in there])
    added = add_items(announcement_id, read)
    check_items(added)
    at = clock.now()
    event = record(
        "announcement.extended",
        actor_id=viewer.id,
        thread_id=announcement_id,
        logged=True,
        due_at=at,
        ideas=[each["idea_id"] for each in read],
    )
    state_items(viewer, added, event, at)
    return announcement_id


def withdraw(viewer: Viewer, announcement_id: int, *, reason: str) -> int:
    """Take it back, and say why to exactly those who had been told; the outcomes that it recorded hold no longer.

    Its page stays, and says so. Returns its id."""
    _thread, announcement, items = hold_announcement(viewer, announcement_id)
    if not can_amend(viewer, announcement.state):
        raise Forbidden
    said = _sentence("reason", reason, _("Say why: everyone who was told reads it."))
    call_off(announcement.event_id)
    event = record(
        "announcement.withdrawn",
        actor_id=viewer.id,
        thread_id=announcement_id,
        reason=said,
        logged=True,
        due_at=clock.now(),
        said=said,
    )
    announcement.state, announcement.withdrawn_event_id = "withdrawn", event.id
    end_outcomes(viewer, recorded_by(items), event)
    return announcement_id


def _restate(viewer: Viewer, item: AnnouncementItem, now: Restated, event: Event) -> None:
    """Say something else of an idea; where the idea still stands as the announcement said, its reason says so too."""
    name = f"note-{item.id}"
    if item.outcome in REASON_NEEDED and not now.note.strip():
        raise Invalid(fields={name: _("Say why: everyone who asked will read it.")})
    if len(now.note) > LONGEST_NOTE or len(one_line(now.available_to)) > LONGEST_FOR:
        raise Invalid(fields={name: _("At most %(most)s characters.", most=LONGEST_NOTE)})
    try:
        columns = note_of(now.note, key=f"i{item.idea_id}-{item.position}")
    except TooMuch as error:
        raise Invalid(fields={name: error.args[0]}) from None
    if item.outcome in ("shipped", "partly-shipped"):
        item.available_on, item.available_to = now.available_on, one_line(now.available_to)
    if columns["note"] == item.note:
        return
    item.note, item.note_html = columns["note"], columns["note_html"]
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


def _sentence(field: str, typed: str, missing: str) -> str:
    said = storable(typed).replace("\r\n", "\n").strip()
    if not said:
        raise Invalid(fields={field: missing})
    if len(said) > LONGEST:
        raise Invalid(fields={field: _("At most %(most)s characters.", most=LONGEST)})
    return said
