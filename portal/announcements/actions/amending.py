"""Once people were told: correct it, add to it, withdraw it. Nothing of it goes silently."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from portal.announcements.actions.holding import hold_announcement
from portal.announcements.actions.items import ItemTyped, add_items, read_items
from portal.announcements.actions.publishing import call_off
from portal.announcements.actions.restating import Restated, restate
from portal.announcements.actions.stating import check_items, recorded_by, state_items
from portal.announcements.policy import can_amend
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict, Forbidden, Invalid
from portal.core.text import storable
from portal.events.actions import record
from portal.ideas.actions import end_outcomes
from portal.people.viewer import Viewer
from portal.threads.actions.editing import rewrite
from portal.threads.models import Post

LONGEST = 1_000


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

    `items`: by the id of the item; one that is not named stays. Where it says another outcome, that is owed to everyone
    who asked for the idea. Raises Conflict where someone else was faster."""
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
    now = items or {}
    restate(viewer, announcement, [(item, now[item.id]) for item in there if item.id in now], event)
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


def _sentence(field: str, typed: str, missing: str) -> str:
    said = storable(typed).replace("\r\n", "\n").strip()
    if not said:
        raise Invalid(fields={field: missing})
    if len(said) > LONGEST:
        raise Invalid(fields={field: _("At most %(most)s characters.", most=LONGEST)})
    return said
