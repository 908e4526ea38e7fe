"""What a hook may hear of: what a visitor may see; with a category, what stands there for its readers."""

from sqlalchemy import ColumnElement, and_, select

from portal.core.db import db
from portal.delivery.models import Hook
from portal.people.viewer import VISITOR
from portal.threads.models import Post, Thread
from portal.threads.policy import readable, standing_thread, visible_to

SHARED = ("none", "members")
"""The privacies of what all readers of a category may read: not what someone asked of staff alone, and not what is for
some groups."""


class NotShown(Exception):
    """It is not told of any more; why."""


def seen_by(hook: Hook) -> ColumnElement[bool]:
    """Condition on Thread: this hook may hear of it."""
    if hook.category_id is None:
        return visible_to(VISITOR)
    return and_(
        Thread.category_id == hook.category_id,
        Thread.privacy.in_(SHARED),
        standing_thread(),
    )


def thread_for(hook: Hook, thread_id: int) -> Thread:
    """The thread as it is now. Raises NotShown."""
    query = select(Thread).where(Thread.id == thread_id)
    fresh = query.where(seen_by(hook)).execution_options(populate_existing=True)
    found = db.session.scalars(fresh).one_or_none()
    if found is not None:
        return found
    elsewhere = select(Thread.id).where(Thread.id == thread_id, Thread.category_id != hook.category_id)
    if hook.category_id is not None and db.session.scalar(elsewhere) is not None:
        raise NotShown("it was moved into another category")
    raise NotShown("it may not be seen any more")


def post_for(hook: Hook, post_id: int) -> tuple[Post, Thread]:
    """The post and its thread, likewise. A post may have gone into another thread since."""
    query = select(Post).where(Post.id == post_id, readable(VISITOR)).execution_options(populate_existing=True)
    post = db.session.scalars(query).one_or_none()
    if post is None:
        raise NotShown("it may not be seen any more")
    return post, thread_for(hook, post.thread_id)


def may_see(hook: Hook, thread_id: int) -> bool:
    """Whether it may hear of this too, beside what it is told of."""
    return db.session.scalar(select(Thread.id).where(Thread.id == thread_id, seen_by(hook))) is not None
