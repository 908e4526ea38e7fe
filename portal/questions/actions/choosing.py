"""Accept an answer, verify one, lock the choice. What held is kept as history; at most one of each holds."""

from typing import Any

from sqlalchemy import update

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden
from portal.events.actions import record
from portal.people.viewer import Viewer
from portal.questions.actions.clocks import question_of, settle_clock
from portal.questions.models import Acceptance, Question, Verification
from portal.questions.policy import can_accept, can_lock_choice, can_verify
from portal.threads.actions.posting import change
from portal.threads.actions.reasons import said
from portal.threads.models import Post, Thread
from portal.threads.queries import get_visible, get_visible_post

KEPT_IN: dict[Any, Any] = {Acceptance: Thread.accepted_post_id, Verification: Thread.verified_post_id}


def set_accepted(viewer: Viewer, post_id: int, *, on: bool) -> None:
    """Bring about that this answer is the accepted one, or is not; accepting another one replaces it at once."""
    post = get_visible_post(viewer, post_id, for_update=True)
    thread: Thread = post.thread
    locked = thread.kind == "question" and question_of(thread).choice_locked_event_id is not None
    if not can_accept(viewer, post, thread, choice_locked=locked):
        raise Forbidden
    if _choose(viewer, thread, post, Acceptance, on=on):
        kind = "answer.accepted" if on else "answer.unaccepted"
        asker = viewer.id == thread.author_id
        tells = clock.now() if on else None
        record(kind, actor_id=viewer.id, thread_id=thread.id, post_id=post.id, logged=not asker, due_at=tells)
        settle_clock(thread)


def set_verified(viewer: Viewer, post_id: int, *, on: bool) -> None:
    """Staff say that this answer is right, or take that back."""
    post = get_visible_post(viewer, post_id, for_update=True)
    thread: Thread = post.thread
    if not can_verify(viewer, post, thread):
        raise Forbidden
    if _choose(viewer, thread, post, Verification, on=on):
        kind = "answer.verified" if on else "answer.unverified"
        tells = clock.now() if on else None
        record(kind, actor_id=viewer.id, thread_id=thread.id, post_id=post.id, logged=True, due_at=tells)


def set_choice_locked(viewer: Viewer, thread_id: int, *, on: bool, reason: str = "") -> None:
    """While it is locked the asker cannot accept, change or clear."""
    thread = get_visible(viewer, thread_id, for_update=True)
    if not can_lock_choice(viewer, thread):
        raise Forbidden
    question = question_of(thread)
    if on == (question.choice_locked_event_id is not None):
        return
    kind = "choice.locked" if on else "choice.unlocked"
    event = record(kind, actor_id=viewer.id, thread_id=thread.id, reason=said(reason, needed=on), logged=True)
    chosen = update(Question).where(Question.thread_id == thread.id)
    db.session.execute(chosen.values(choice_locked_event_id=event.id if on else None))


def post_gone(viewer: Viewer, thread: Thread, post: Post, because: str) -> None:
    """A post went: if it was the accepted or the verified answer, it no longer is; another one's going changes
    nothing but the clock."""
    if thread.kind != "question":
        return
    if thread.accepted_post_id == post.id:
        end_choice(viewer, thread, Acceptance, because)
        record("answer.unaccepted", actor_id=viewer.id, thread_id=thread.id, post_id=post.id, because=because)
    if thread.verified_post_id == post.id:
        end_choice(viewer, thread, Verification, because)
        record("answer.unverified", actor_id=viewer.id, thread_id=thread.id, post_id=post.id, because=because)
    settle_clock(thread)


def _choose(viewer: Viewer, thread: Thread, post: Post, table: Any, *, on: bool) -> bool:
    """Whether anything changed."""
    column = KEPT_IN[table]
    chosen = getattr(thread, column.key)
    if on == (chosen == post.id):
        return False
    if chosen is not None:
        end_choice(viewer, thread, table, "changed" if on else "cleared")
    if on:
        db.session.add(table(thread_id=thread.id, post_id=post.id, by_id=viewer.id, at=clock.now()))
        db.session.flush()
        change(thread, {column: post.id})
    return True


def end_choice(viewer: Viewer, thread: Thread, table: Any, because: str) -> None:
    """What was chosen no longer is."""
    in_force = update(table).where(table.thread_id == thread.id, table.ended_at.is_(None))
    db.session.execute(in_force.values(ended_at=clock.now(), ended_by_id=viewer.id, ended_because=because))
    change(thread, {KEPT_IN[table]: None})
