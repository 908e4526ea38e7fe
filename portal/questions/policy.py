"""Who may choose, verify and lock answers, and say "I have this too"; and when a reply is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.core.hours import Hours
from portal.people.viewer import Viewer
from portal.threads.policy import AnyPost, AnyThread, stands


def is_answer(post: AnyPost, thread: AnyThread) -> bool:
    """A reply that stands, in a question that stands: not the opening post, not a comment."""
    reply = post.number is not None and post.number > 1
    return thread.kind == "question" and reply and stands(post) and stands(thread)


def can_choose(viewer: Viewer, thread: AnyThread, *, choice_locked: bool) -> bool:
    """Have a say in which answer is the accepted one: staff (a manager may all that an agent may), and the asker while
    the thread is open and the choice is not locked."""
    if thread.kind != "question" or not stands(thread):
        return False
    if viewer.is_staff:
        return True
    is_open = thread.closed_event_id is None and thread.locked_event_id is None
    return viewer.id is not None and viewer.id == thread.author_id and is_open and not choice_locked


def can_accept(viewer: Viewer, post: AnyPost, thread: AnyThread, *, choice_locked: bool) -> bool:
    """Accept this reply, or take that back; also one's own."""
    return is_answer(post, thread) and can_choose(viewer, thread, choice_locked=choice_locked)


def can_verify(viewer: Viewer, post: AnyPost, thread: AnyThread) -> bool:
    """Say as staff that this reply is right."""
    return viewer.is_staff and is_answer(post, thread)


def can_lock_choice(viewer: Viewer, thread: AnyThread) -> bool:
    return viewer.is_staff and thread.kind == "question" and stands(thread)


def can_have_same(viewer: Viewer, thread: AnyThread) -> bool:
    """Anyone but the asker; a visitor is led to sign in."""
    if thread.kind != "question" or not stands(thread):
        return False
    if viewer.is_staff:
        return viewer.id != thread.author_id
    if not viewer.is_signed_in:
        return thread.locked_event_id is None
    return viewer.id != thread.author_id and thread.locked_event_id is None


def can_see_waiting(viewer: Viewer) -> bool:
    """The staff inbox."""
    return viewer.is_staff


def can_see_to(viewer: Viewer) -> bool:
    """Assign a question, snooze it, keep views of the inbox."""
    return viewer.is_staff


# When a reply is due


def is_open(thread: Any) -> bool:
    """A thread, or a row of its states, in which anyone can be expected to reply."""
    states = (thread.closed_event_id, thread.locked_event_id, thread.hidden_event_id, thread.deleted_event_id)
    return not any(states)


NO_TARGET = timedelta(days=36525)
"""A hundred years: where nothing is promised, a clock sorts behind all that have a target, the oldest first."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a category promises its askers: minutes of business time, or None."""

    hours: Hours
    first_reply: int | None = None
    waiting: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What a question keeps of its clocks, by the names of its columns; None for a clock that stands."""

    first_reply_due_at: datetime | None = None
    waiting_due_at: datetime | None = None
    due_at: datetime | None = None

    @property
    def values(self) -> dict[str, datetime | None]:
        """By the names of the columns. (`asdict` copies deeply, and takes thirty times as long.)"""
        return {
            "first_reply_due_at": self.first_reply_due_at,
            "waiting_due_at": self.waiting_due_at,
            "due_at": self.due_at,
        }


def due(
    promise: Promise,
    *,
    created_at: datetime,
    waits_for_first: bool,
    waiting_since: datetime | None,
    quiet_until: datetime | None,
) -> Due:
    """When replies are due. `waits_for_first`, `waiting_since`: of a question that is open, else False and None.

    Nothing is promised to those who asked before `quiet_until`, until they write again."""
    first = waiting = None
    if waits_for_first:
        is_old = quiet_until is not None and created_at <= quiet_until
        first = _due(promise.hours, created_at, None if is_old else promise.first_reply)
    if waiting_since is not None:
        waiting = _due(promise.hours, waiting_since, promise.waiting)
    return Due(first, waiting, waiting if first is None or waiting is None else min(first, waiting))


def _due(hours: Hours, since: datetime, minutes: int | None) -> datetime:
    found = None if minutes is None else hours.after(since, minutes)
    return since + NO_TARGET if found is None else found


def has_target(since: datetime, due_at: datetime) -> bool:
    """Whether something was promised."""
    return due_at - since < NO_TARGET
