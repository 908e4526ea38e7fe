"""Posts go from one thread to another: they keep their ids and so their addresses, and get new places at the end."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from portal.core.db import db
from portal.threads.actions.counting import settle
from portal.threads.actions.posting import change
from portal.threads.actions.reading import Moved, carry_marks
from portal.threads.models import Post, Thread


def carry(source: Thread, target: Thread, posts: Sequence[Post]) -> None:
    """Move these posts (with every comment under them) in the order of their times.

    Numbers are never reused: they get those that come next in the target, and leave theirs behind in the source."""
    number, activity = target.last_number, target.activity
    moved = sorted(posts, key=lambda post: (post.created_at, post.id))
    standing = [post for post in moved if post.number is not None and post.stands]
    left = sum(post.number != 1 for post in standing)
    # The first post of a new thread opens it, and is no reply.
    arrived = len(standing) - (1 if number == 0 else 0)
    read: list[Moved] = []
    for post in moved:
        activity += 1
        number += post.number is not None
        read.append(Moved(post.activity, activity, post.author_id, post.created_at, post.stands))
        place: dict[str, Any] = {"thread_id": target.id, "activity": activity}
        if post.number is not None:
            place["number"] = number
        db.session.execute(update(Post).where(Post.id == post.id).values(**place))
    carry_marks(source.id, target.id, read, until=target.activity)
    db.session.expire_all()
    change(target, {Thread.last_number: number, Thread.activity: activity})
    _settle(source, -left)
    _settle(target, arrived)


def with_comments(posts: Sequence[Post]) -> list[Post]:
    """The posts, and all comments under them, gone ones too."""
    ids = [post.id for post in posts]
    return [*posts, *db.session.scalars(select(Post).where(Post.parent_id.in_(ids)))]


def _settle(thread: Thread, replies: int) -> None:
    settle(thread, replies=replies)
    opening = select(Post.helpful + Post.imported_votes).where(Post.thread_id == thread.id, Post.number == 1)
    change(thread, {Thread.helpful: db.session.scalar(opening) or 0})
