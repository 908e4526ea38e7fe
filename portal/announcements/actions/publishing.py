"""Publish an announcement: one transaction, the same for five people who asked and for fifty thousand."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from portal.announcements.actions.holding import hold_announcement, refuse_published
from portal.announcements.actions.stating import check_items, recorded_by, state_items
from portal.announcements.models import Announcement, AnnouncementItem
from portal.announcements.policy import PRIVACIES, can_amend, can_draft
from portal.config import in_force
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict, Forbidden
from portal.events.actions import record
from portal.events.models import Event
from portal.ideas.actions import end_outcomes
from portal.ideas.actions.settling import settle
from portal.ideas.models import Idea, Outcome
from portal.people.viewer import Viewer
from portal.threads import hooks
from portal.threads.actions.bodies import read_body, record_mentions
from portal.threads.actions.posting import change, post_key
from portal.threads.models import Post, Thread


def publish(viewer: Viewer, announcement_id: int, *, at_once: bool = False) -> str:
    """Publish it, or, where a time to come is set, let it be published then; returns its state. What is published
    already stays as it is: a button was pressed twice, or a colleague was quicker.

    `at_once`: now, whatever time is set. Raises Invalid, with a sentence for each item that cannot be said."""
    thread, announcement, items = hold_announcement(viewer, announcement_id)
    if can_amend(viewer, announcement.state) and not thread.is_deleted:
        return announcement.state
    if not can_draft(viewer, announcement.state) or thread.is_deleted:
        raise Forbidden
    check_items(items)
    if not at_once and announcement.publish_at is not None and announcement.publish_at > clock.now():
        _schedule(viewer, announcement, items)
    else:
        put_out(viewer, thread, announcement, items)
    return announcement.state


def put_out(viewer: Viewer, thread: Thread, announcement: Announcement, items: Sequence[AnnouncementItem]) -> None:
    """Let it be read, record what it says of ideas, and owe word of it once it cannot be undone any more."""
    at, announcement_id = clock.now(), announcement.thread_id
    until = at + timedelta(seconds=in_force().undo_seconds)
    event = record("announcement.published", actor_id=viewer.id, thread_id=announcement_id, logged=True, due_at=until)
    _open_to(thread, announcement.audience, at)
    _mention(viewer, thread)
    announcement.state, announcement.event_id = "published", event.id
    announcement.published_at, announcement.published_by_id = at, viewer.id
    state_items(viewer, items, event, at)
    hooks.changed(thread)


def unschedule(viewer: Viewer, announcement_id: int) -> None:
    """It is a draft again, and keeps the time that was set. Raises Conflict where it went out already."""
    _thread, announcement, _items = hold_announcement(viewer, announcement_id)
    refuse_published(viewer, announcement.state)
    if announcement.state != "draft":
        announcement.state, announcement.published_by_id = "draft", None
        record("announcement.unscheduled", actor_id=viewer.id, thread_id=announcement_id, logged=True)


def undo(viewer: Viewer, announcement_id: int) -> None:
    """Before anyone was told: it is a draft again, and what it said of ideas is as if it had never been.

    Raises Conflict once people are being told."""
    thread, announcement, items = hold_announcement(viewer, announcement_id)
    if not can_amend(viewer, announcement.state):
        raise Forbidden
    if any(item.event_id != announcement.event_id for item in items) or not call_off(announcement.event_id):
        raise Conflict(_("It is too late to undo this: people are being told. You can correct it, or withdraw it."))
    undone = record("announcement.undone", actor_id=viewer.id, thread_id=announcement_id, logged=True)
    announcement.state, announcement.event_id = "draft", None
    announcement.published_at, announcement.published_by_id = None, None
    outcomes = recorded_by(items)
    for item in items:
        item.outcome_id, item.recorded, item.event_id = None, False, None
    db.session.flush()
    forget(viewer, outcomes, undone)
    change(thread, {Thread.privacy: "staff"})
    hooks.changed(thread)


def call_off(event_id: int | None) -> bool:
    """Whether nobody has been told yet; then nobody is any more. The row is held, as whoever tells people holds it."""
    query = select(Event).where(Event.id == event_id).with_for_update().execution_options(populate_existing=True)
    event = db.session.scalar(query)
    if event is None or event.done_at is not None or event.reached or event.due_at is None:
        return False
    if clock.now() >= event.due_at:
        return False
    event.due_at = None
    db.session.flush()
    return True


def _schedule(viewer: Viewer, announcement: Announcement, items: Sequence[AnnouncementItem]) -> None:
    """Who schedules it publishes it; how each idea stands now is noted, so that it waits if one changes."""
    ids = [item.idea_id for item in items]
    rows = db.session.execute(select(Idea.thread_id, Idea.outcome_id).where(Idea.thread_id.in_(ids)))
    now: dict[int, int | None] = {row.thread_id: row.outcome_id for row in rows}
    for item in items:
        item.seen_outcome_id = now[item.idea_id]
    announcement.state, announcement.published_by_id = "scheduled", viewer.id
    at = announcement.publish_at.isoformat() if announcement.publish_at else ""
    record("announcement.scheduled", actor_id=viewer.id, thread_id=announcement.thread_id, logged=True, publish_at=at)


def _open_to(thread: Thread, audience: str, at: datetime) -> None:
    """From now on its audience may see it. It is as old as its publishing: what nobody could read is not old."""
    times = {Thread.created_at: at, Thread.last_activity_at: at}
    change(thread, {Thread.privacy: PRIVACIES[audience], **times})
    db.session.execute(update(Post).where(Post.thread_id == thread.id, Post.number == 1).values(created_at=at))


def _mention(viewer: Viewer, thread: Thread) -> None:
    """Whom the text calls, now that more people may read it."""
    post = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()
    record_mentions(thread, post, read_body(viewer, post.source, post_key=post_key(thread.id, post.activity)))


def forget(viewer: Viewer, outcome_ids: Sequence[int], undone: Event) -> None:
    """Delete these outcomes, of which nobody was told; one that someone has edited since only ends."""
    edited = select(Outcome.edits_id).where(Outcome.edits_id.in_(outcome_ids))
    kept = {id_ for id_ in db.session.scalars(edited) if id_ is not None}
    end_outcomes(viewer, kept, undone)
    gone = [id_ for id_ in outcome_ids if id_ not in kept]
    ideas = sorted(set(db.session.scalars(select(Outcome.idea_id).where(Outcome.id.in_(gone)))))
    db.session.execute(update(Idea).where(Idea.outcome_id.in_(gone)).values(outcome_id=None))
    db.session.execute(delete(Outcome).where(Outcome.id.in_(gone)))
    for idea_id in ideas:
        settle(idea_id)
