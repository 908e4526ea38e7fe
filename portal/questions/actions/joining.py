"""What questions do when something happens to their threads."""

from portal.people.viewer import Viewer
from portal.questions.actions.choosing import post_gone
from portal.questions.actions.clocks import question_of, settle_clock
from portal.questions.actions.merging import posts_split, threads_merged
from portal.threads import hooks
from portal.threads.models import Post, Thread


def register() -> None:
    """Called once an application is made."""
    hooks.register(hooks.thread_started, _started)
    hooks.register(hooks.post_written, _changed)
    hooks.register(hooks.post_back, _changed)
    hooks.register(hooks.post_gone, post_gone)
    hooks.register(hooks.posts_split, posts_split)
    hooks.register(hooks.threads_merged, threads_merged)
    hooks.register(hooks.thread_changed, settle_clock)


def _started(viewer: Viewer, thread: Thread) -> None:
    if thread.kind == "question":
        question_of(thread)


def _changed(viewer: Viewer, thread: Thread, post: Post) -> None:
    settle_clock(thread)
