"""A post is put into its thread: the counters moved, the row added, what happened noted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import case, update
from sqlalchemy.orm.attributes import set_committed_value

from portal.core.db import db
from portal.core.markup import RENDERER
from portal.events.actions import record
from portal.people.actions.profile import set_welcomed
from portal.people.viewer import Viewer
from portal.threads import hooks
from portal.threads.actions.bodies import Body, record_mentions
from portal.threads.models import Post, Thread


def post_key(thread_id: int, activity: int) -> str:
    """What makes the ids within a post's HTML its own, before the post has an id."""
    return f"p{thread_id}-{activity}"


def change(thread: Thread, values: Mapping[Any, Any]) -> None:
    """Change the thread's row by SQL (so counters are moved, not set), and read back what was changed."""
    changed: Any = update(Thread).where(Thread.id == thread.id).values(dict(values)).returning
    now = db.session.execute(changed(*values).execution_options(synchronize_session=False)).one()
    for key, value in zip(values, now, strict=True):
        set_committed_value(thread, key.key, value)


def count_post(viewer: Viewer, thread: Thread, at: datetime, *, replies: int) -> None:
    """Make room for a reply (`replies=1`) or a comment: afterwards the counters are the new post's place."""
    values: dict[Any, Any] = {
        Thread.activity: Thread.activity + 1,
        Thread.last_number: Thread.last_number + replies,
        Thread.replies: Thread.replies + replies,
        Thread.last_activity_at: at,
        Thread.last_poster_id: viewer.id,
        Thread.last_poster_name: "",
    }
    if replies and viewer.id != thread.author_id:
        values[Thread.first_reply_at] = case((Thread.first_reply_at.is_(None), at), else_=Thread.first_reply_at)
    change(thread, values)


def add_post(
    viewer: Viewer, thread: Thread, text: Body, at: datetime, *, number: int | None = None, parent_id: int | None = None
) -> Post:
    """Add the row at the place that was counted for it."""
    post = Post(
        thread_id=thread.id,
        number=number,
        parent_id=parent_id,
        activity=thread.activity,
        author_id=viewer.id,
        by_staff=viewer.is_staff,
        source=text.source,
        html=text.html,
        renderer=RENDERER,
        created_at=at,
    )
    db.session.add(post)
    db.session.flush()
    if not viewer.is_welcomed:
        set_welcomed(viewer)
    unreached = record_mentions(thread, post, text, is_new=True)
    kind = "thread.started" if number == 1 else "post.written"
    record(kind, actor_id=viewer.id, thread_id=thread.id, post_id=post.id, due_at=at, unreached=unreached)
    for hook in hooks.text_written:
        hook(viewer, thread, post)
    return post
