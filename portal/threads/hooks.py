"""Where higher rooms act in the transaction of a change here. Filled in create_app; nothing else calls rooms above."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from portal.people.viewer import Viewer
from portal.threads.models import Post, Thread

Hook = TypeVar("Hook", bound=Callable[..., None])

thread_started: list[Callable[[Viewer, Thread], None]] = []
"""A thread and its opening post are there."""
post_written: list[Callable[[Viewer, Thread, Post], None]] = []
"""A reply or a comment is there."""
text_written: list[Callable[[Viewer, Thread, Post], None]] = []
"""The text of a post is there for the first time, or was changed by an edit: of any post, by whoever may."""
post_gone: list[Callable[[Viewer, Thread, Post, str], None]] = []
"""A post of this thread no longer stands; the word says why: deleted, hidden or moved (to another thread)."""
post_back: list[Callable[[Viewer, Thread, Post], None]] = []
"""A post of this thread stands again, or came from another thread."""
posts_split: list[Callable[[Viewer, Thread, Sequence[int]], None]] = []
"""These posts left this thread for one of their own."""
threads_merged: list[Callable[[Viewer, Thread, Thread, int | None], None]] = []
"""All posts of the first thread went into the second. The last value is the post whose mark as the accepted answer
stays where both had one; None where nobody said."""
thread_changed: list[Callable[[Thread], None]] = []
"""Posts came or went by the dozen, or the thread was closed, locked, hidden, deleted or moved, or is so no longer: what
is worked out from it must be worked out again."""
tag_changed: list[Callable[[int], None]] = []
"""A tag has another name, or the threads of another one: its id."""
category_filled: list[Callable[[int], None]] = []
"""Threads were moved into this category by the dozen."""


def changed(thread: Thread) -> None:
    """Tell whoever works something out from it."""
    for hook in thread_changed:
        hook(thread)


def register(hooks: list[Hook], hook: Hook) -> None:
    """Add it, once: several applications may be made in one process."""
    if hook not in hooks:
        hooks.append(hook)
