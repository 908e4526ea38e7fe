"""What questions do when something happens to their threads."""

from portal.people import hooks as people_hooks
from portal.people.viewer import Viewer
from portal.questions.actions.caring import asker_wrote
from portal.questions.actions.caring import forget_person as forget_assignee
from portal.questions.actions.choosing import post_gone
from portal.questions.actions.clocks import question_of, settle_clock
from portal.questions.actions.merging import posts_split, threads_merged
from portal.questions.actions.targets import hours_changed, threads_moved
from portal.questions.actions.views import forget_person as forget_views
from portal.site.hooks import on_hours
from portal.threads import hooks
from portal.threads.models import Post, Thread


def register() -> None:
    """Called once an application is made."""
    hooks.register(hooks.thread_started, _started)
    hooks.register(hooks.post_written, _written)
    hooks.register(hooks.post_back, _changed)
    hooks.register(hooks.post_gone, post_gone)
    hooks.register(hooks.posts_split, posts_split)
    hooks.register(hooks.threads_merged, threads_merged)
    hooks.register(hooks.thread_changed, settle_clock)
    hooks.register(hooks.category_filled, threads_moved)
    hooks.register(on_hours, hours_changed)
    for forget in (forget_assignee, forget_views):
        if forget not in people_hooks.erased:
            people_hooks.erased.append(forget)


def _started(viewer: Viewer, thread: Thread) -> None:
    if thread.kind == "question":
        question_of(thread)


def _written(viewer: Viewer, thread: Thread, post: Post) -> None:
    settle_clock(thread)
    if thread.kind == "question" and viewer.id == thread.author_id:
        asker_wrote(thread.id)


def _changed(viewer: Viewer, thread: Thread, post: Post) -> None:
    settle_clock(thread)
