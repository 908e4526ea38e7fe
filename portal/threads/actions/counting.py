"""What a thread's row keeps about its posts, found again after one of them went or came back."""

from typing import Any

from sqlalchemy import select

from portal.core.db import db
from portal.people.viewer import Viewer
from portal.threads import hooks
from portal.threads.actions.posting import change
from portal.threads.models import Post, Thread
from portal.threads.policy import standing


def post_went(viewer: Viewer, thread: Thread, post: Post, because: str) -> None:
    """A post that stood was deleted, hidden or moved away: the counters, and whoever registered."""
    settle(thread, replies=-1 if _is_reply(post) else 0)
    for hook in hooks.post_gone:
        hook(viewer, thread, post, because)


def post_came(viewer: Viewer, thread: Thread, post: Post) -> None:
    """A post stands again, or came from another thread."""
    settle(thread, replies=1 if _is_reply(post) else 0)
    for hook in hooks.post_back:
        hook(viewer, thread, post)


def settle(thread: Thread, *, replies: int) -> None:
    """Move the count of replies, and look up again who wrote last and who answered first."""
    db.session.flush()
    here = (Post.thread_id == thread.id, standing())
    last = db.session.execute(
        select(Post.created_at, Post.author_id, Post.author_name)
        .where(*here)
        .order_by(Post.created_at.desc(), Post.id.desc())
        .limit(1)
    ).first()
    values: dict[Any, Any] = {
        Thread.replies: Thread.replies + replies,
        Thread.first_reply_at: db.session.scalar(first_reply(thread.id, thread.author_id)),
        Thread.last_activity_at: last.created_at if last else thread.created_at,
        Thread.last_poster_id: last.author_id if last else thread.author_id,
        Thread.last_poster_name: last.author_name if last else thread.author_name,
    }
    change(thread, values)


def first_reply(thread_id: int, author_id: int | None) -> Any:
    """When someone other than the author first replied, of the replies that stand."""
    return (
        select(Post.created_at)
        .where(
            Post.thread_id == thread_id,
            Post.number > 1,
            Post.hidden_event_id.is_(None),
            Post.deleted_event_id.is_(None),
            Post.author_id.is_distinct_from(author_id) | Post.author_id.is_(None),
        )
        .order_by(Post.created_at, Post.id)
        .limit(1)
    )


def _is_reply(post: Post) -> bool:
    return post.number is not None and post.number > 1
