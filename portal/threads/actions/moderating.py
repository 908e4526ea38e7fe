"""What staff do to keep a portal in order: each act has a reason and is a row in the log."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import Forbidden, Invalid
from portal.events.actions import record
from portal.events.models import Event
from portal.people.viewer import Viewer
from portal.threads import hooks
from portal.threads.actions.counting import post_came, post_went
from portal.threads.actions.posting import change
from portal.threads.actions.reasons import said
from portal.threads.models import Category, Thread
from portal.threads.policy import can_close, can_moderate, can_pin
from portal.threads.queries.doors import get_visible, get_visible_post


def set_closed(viewer: Viewer, thread_id: int, *, on: bool, reason: str = "") -> None:
    """Close a thread, or open it again: staff, and the author of a question what they closed themselves."""
    thread = get_visible(viewer, thread_id, for_update=True)
    by = db.session.scalar(select(Event.actor_id).where(Event.id == thread.closed_event_id))
    if not can_close(viewer, thread, closed_by=by):
        raise Forbidden
    kind = "thread.closed" if on else "thread.opened"
    _set(viewer, thread, Thread.closed_event_id, kind, on=on, reason=reason, own=viewer.id == thread.author_id)


def set_locked(viewer: Viewer, thread_id: int, *, on: bool, reason: str = "") -> None:
    """Nobody but staff can do anything in a locked thread."""
    thread = get_visible(viewer, thread_id, for_update=True)
    if not can_moderate(viewer):
        raise Forbidden
    kind = "thread.locked" if on else "thread.unlocked"
    _set(viewer, thread, Thread.locked_event_id, kind, on=on, reason=reason)


def set_pinned(viewer: Viewer, thread_id: int, *, on: bool, reason: str = "") -> None:
    """A pinned thread stands at the top of the lists it is in."""
    thread = get_visible(viewer, thread_id, for_update=True)
    if not can_pin(viewer):
        raise Forbidden
    kind = "thread.pinned" if on else "thread.unpinned"
    _set(viewer, thread, Thread.pinned_event_id, kind, on=on, reason=reason)


def set_hidden(viewer: Viewer, thread_id: int, *, on: bool, reason: str = "") -> None:
    """A hidden thread is there for staff only."""
    thread = get_visible(viewer, thread_id, for_update=True)
    _hide_thread(viewer, thread, on=on, reason=reason)


def hide_post(viewer: Viewer, post_id: int, *, on: bool, reason: str = "") -> None:
    """A hidden post leaves a stub, and the comments under it are not shown; the opening post goes with its thread."""
    post = get_visible_post(viewer, post_id, for_update=True)
    thread: Thread = post.thread
    if post.is_opening:
        _hide_thread(viewer, thread, on=on, reason=reason)
        return
    if not can_moderate(viewer) or post.deleted_event_id is not None:
        raise Forbidden
    if on == (post.hidden_event_id is not None):
        return
    event = record(
        "post.hidden" if on else "post.shown",
        actor_id=viewer.id,
        thread_id=thread.id,
        post_id=post.id,
        reason=said(reason, needed=on),
        logged=True,
    )
    post.hidden_event_id = event.id if on else None
    if on:
        post_went(viewer, thread, post, "hidden")
    else:
        post_came(viewer, thread, post)


def move(viewer: Viewer, thread_id: int, *, category_id: int, reason: str = "") -> None:
    """Move a thread to another category that takes its kind. Tags, answers and addresses stay as they are."""
    thread = get_visible(viewer, thread_id, for_update=True)
    if not can_moderate(viewer):
        raise Forbidden
    category = db.session.get(Category, category_id)
    if category is None or thread.kind not in category.kinds:
        raise Invalid(fields={"category": _("Choose a category that takes this kind of thread.")})
    if category.id == thread.category_id:
        return
    record(
        "thread.moved",
        actor_id=viewer.id,
        thread_id=thread.id,
        reason=said(reason, needed=True),
        logged=True,
        category_from=thread.category_id,
        category_to=category.id,
    )
    change(thread, {Thread.category_id: category.id})
    hooks.changed(thread)


def _hide_thread(viewer: Viewer, thread: Thread, *, on: bool, reason: str) -> None:
    if not can_moderate(viewer):
        raise Forbidden
    kind = "thread.hidden" if on else "thread.shown"
    _set(viewer, thread, Thread.hidden_event_id, kind, on=on, reason=reason)


def _set(viewer: Viewer, thread: Thread, column: Any, kind: str, *, on: bool, reason: str, own: bool = False) -> None:
    """Bring a state about, once: its event is its story."""
    if on == (getattr(thread, column.key) is not None):
        return
    reason = said(reason, needed=on and not own)
    event = record(kind, actor_id=viewer.id, thread_id=thread.id, reason=reason, logged=not own)
    change(thread, {column: event.id if on else None})
    hooks.changed(thread)
