"""Who may choose, verify and lock answers, and say "I have this too"."""

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
