"""Reply and comment."""

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden
from portal.people.viewer import Viewer
from portal.threads import hooks
from portal.threads.actions.bodies import read_body, read_comment
from portal.threads.actions.drafts import discard_draft
from portal.threads.actions.posting import add_post, count_post, post_key
from portal.threads.actions.sent_forms import digest_of, made_by, remember
from portal.threads.actions.watching import watch_because
from portal.threads.models import FormPlace, Post, Thread
from portal.threads.policy import UNCONFIRMED_POSTS, can_comment, why_no_reply
from portal.threads.queries.doors import get_meant, get_visible_post


def reply(viewer: Viewer, thread_id: int, *, body: str, form_key: str = "") -> int:
    """Answer in a thread, or in the one that it was merged into meanwhile; returns the post's id."""
    thread = get_meant(viewer, thread_id)
    digest = digest_of("reply", thread_id, body)
    old = made_by(viewer, form_key, digest, typed={"body": body})
    if old is not None:
        return old
    _check_may_reply(viewer, thread)
    text = read_body(viewer, body, post_key=post_key(thread.id, thread.activity + 1))
    at = max(clock.now(), thread.last_activity_at)
    count_post(viewer, thread, at, replies=1)
    post = add_post(viewer, thread, text, at, number=thread.last_number)
    _written(viewer, thread, post, "answered")
    remember(viewer, form_key, digest, post.id)
    if not discard_draft(viewer, FormPlace("reply", thread_id)) and thread.id != thread_id:
        discard_draft(viewer, FormPlace("reply", thread.id))
    return post.id


def comment(viewer: Viewer, post_id: int, *, body: str, form_key: str = "") -> int:
    """Write under a post; returns the comment's id."""
    parent = get_visible_post(viewer, post_id, for_update=True)
    thread: Thread = parent.thread
    digest = digest_of("comment", post_id, body)
    old = made_by(viewer, form_key, digest, typed={"body": body})
    if old is not None:
        return old
    _check_may_reply(viewer, thread)
    if not can_comment(viewer, parent, thread):
        raise Forbidden
    text = read_comment(viewer, body, post_key=post_key(thread.id, thread.activity + 1))
    at = max(clock.now(), thread.last_activity_at)
    count_post(viewer, thread, at, replies=0)
    post = add_post(viewer, thread, text, at, parent_id=parent.id)
    _written(viewer, thread, post, "commented")
    remember(viewer, form_key, digest, post.id)
    discard_draft(viewer, FormPlace("comment", post_id))
    return post.id


def _check_may_reply(viewer: Viewer, thread: Thread) -> None:
    sentences = {
        "deleted": _("Nobody can reply to this any more."),
        "draft": _("Replies are possible once it is published."),
        "locked": _("This conversation is locked."),
        "closed": _("This conversation is closed."),
    }
    why = why_no_reply(viewer, thread)
    if viewer.id is None or why:
        raise Forbidden(sentences.get(why, ""))
    if not (viewer.is_confirmed or viewer.is_staff or viewer.id == thread.author_id):
        elsewhere = select(func.count()).select_from(Post).join(Thread, Thread.id == Post.thread_id)
        elsewhere = elsewhere.where(Post.author_id == viewer.id, Thread.author_id.is_distinct_from(viewer.id))
        if (db.session.scalar(elsewhere) or 0) >= UNCONFIRMED_POSTS:
            raise Forbidden(
                _("To write more, confirm your address first: open the link in the letter that we sent you.")
            )


def _written(viewer: Viewer, thread: Thread, post: Post, because: str) -> None:
    assert viewer.id is not None
    watch_because(viewer.id, thread, because)
    for hook in hooks.post_written:
        hook(viewer, thread, post)
