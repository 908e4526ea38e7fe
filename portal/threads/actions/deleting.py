"""Delete and restore. What one deletion took is what its restoring brings back."""

from sqlalchemy import or_, select, update

from portal.core.db import db
from portal.core.errors import Forbidden
from portal.events.actions import record
from portal.events.models import Event
from portal.people.viewer import Viewer
from portal.threads import hooks
from portal.threads.actions.counting import post_came, post_went
from portal.threads.actions.posting import change
from portal.threads.actions.reasons import said
from portal.threads.models import Post, Thread
from portal.threads.policy import can_delete, can_restore, stands
from portal.threads.queries.doors import get_visible, get_visible_post


def delete_post(viewer: Viewer, post_id: int, *, reason: str = "") -> None:
    """Delete a post with the comments under it; the opening post with its thread."""
    post = get_visible_post(viewer, post_id, for_update=True)
    thread: Thread = post.thread
    if post.is_opening:
        _delete_thread(viewer, thread, post, reason)
        return
    if not can_delete(viewer, post, thread):
        raise Forbidden
    own = viewer.id == post.author_id
    reason = said(reason, needed=not own)
    event = record(
        "post.deleted", actor_id=viewer.id, thread_id=thread.id, post_id=post.id, reason=reason, logged=not own
    )
    db.session.execute(
        update(Post)
        .where(or_(Post.id == post.id, Post.parent_id == post.id))
        .where(Post.hidden_event_id.is_(None), Post.deleted_event_id.is_(None))
        .values(deleted_event_id=event.id)
    )
    db.session.refresh(post)
    post_went(viewer, thread, post, "deleted")


def restore_post(viewer: Viewer, post_id: int, *, reason: str = "") -> None:
    """Bring back a post and what went with it."""
    post = get_visible_post(viewer, post_id, for_update=True)
    thread: Thread = post.thread
    if post.is_opening:
        _restore_thread(viewer, thread, post, reason)
        return
    if not can_restore(viewer, post, thread, deleted_by=_actor(post.deleted_event_id)):
        raise Forbidden
    if post.parent_id is not None and not stands(db.session.get_one(Post, post.parent_id)):
        raise Forbidden
    own = viewer.id == post.author_id
    record(
        "post.restored",
        actor_id=viewer.id,
        thread_id=thread.id,
        post_id=post.id,
        reason=said(reason),
        logged=not own,
    )
    db.session.execute(
        update(Post)
        .where(Post.thread_id == thread.id, Post.deleted_event_id == post.deleted_event_id)
        .values(deleted_event_id=None)
    )
    db.session.refresh(post)
    post_came(viewer, thread, post)


def delete_thread(viewer: Viewer, thread_id: int, *, reason: str = "") -> None:
    """Delete a thread: its author while nobody has answered, moderators always."""
    thread = get_visible(viewer, thread_id, for_update=True)
    _delete_thread(viewer, thread, _opening(thread), reason)


def restore_thread(viewer: Viewer, thread_id: int, *, reason: str = "") -> None:
    """Bring a thread back as it was."""
    thread = get_visible(viewer, thread_id, for_update=True)
    _restore_thread(viewer, thread, _opening(thread), reason)


def _delete_thread(viewer: Viewer, thread: Thread, opening: Post, reason: str) -> None:
    if not can_delete(viewer, opening, thread):
        raise Forbidden
    own = viewer.id == thread.author_id
    reason = said(reason, needed=not own)
    event = record("thread.deleted", actor_id=viewer.id, thread_id=thread.id, reason=reason, logged=not own)
    change(thread, {Thread.deleted_event_id: event.id})
    hooks.changed(thread)


def _restore_thread(viewer: Viewer, thread: Thread, opening: Post, reason: str) -> None:
    if not can_restore(viewer, opening, thread, deleted_by=_actor(thread.deleted_event_id)):
        raise Forbidden
    own = viewer.id == thread.author_id
    record("thread.restored", actor_id=viewer.id, thread_id=thread.id, reason=said(reason), logged=not own)
    change(thread, {Thread.deleted_event_id: None})
    hooks.changed(thread)


def _opening(thread: Thread) -> Post:
    opening = db.session.scalar(select(Post).where(Post.thread_id == thread.id, Post.number == 1))
    if opening is None:
        raise Forbidden
    return opening


def _actor(event_id: int | None) -> int | None:
    return db.session.scalar(select(Event.actor_id).where(Event.id == event_id)) if event_id else None
