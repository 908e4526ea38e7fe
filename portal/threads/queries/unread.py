"""What counts as unread: the rule, as conditions. It stands here once; every list and count goes by it."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from portal.people.viewer import NEVER, Viewer
from portal.threads.models import CategoryWatch, Post, ReadMark, TagWatch, Thread, ThreadTag, Watch
from portal.threads.policy import standing, visible_to

LOOKED_AT = 300
"""The threads, newest activity first, that totals and the list of what is unread look at."""


def since(viewer: Viewer) -> Any:
    """What was written up to then counts as read."""
    return NEVER if viewer.read_since is None else viewer.read_since


def unread(viewer: Viewer, read_to: Any) -> ColumnElement[bool]:
    """Condition on Post, in a thread that they see and have read up to a place: it stands, someone else wrote it, and
    it came after what they have read."""
    return and_(
        Post.activity > read_to,
        Post.created_at > since(viewer),
        Post.author_id.is_distinct_from(viewer.id),
        standing(),
    )


def read_to(viewer: Viewer, thread: Any) -> Any:
    """How far they have read it: all activity up to this number."""
    mark = select(ReadMark.activity).where(ReadMark.person_id == viewer.id, ReadMark.thread_id == thread.id)
    return func.coalesce(mark.correlate_except(ReadMark).scalar_subquery(), 0)


def has_unread(viewer: Viewer, thread: Any) -> ColumnElement[bool]:
    """Condition on a thread that they see (or on rows that have its id and activity)."""
    mark = read_to(viewer, thread)
    return and_(mark < thread.activity, exists().where(Post.thread_id == thread.id, unread(viewer, mark)))


def is_heard(viewer: Viewer, thread: Any) -> ColumnElement[bool]:
    """Condition on a thread: not muted, neither itself nor by its category or a tag. Following it outweighs those."""
    own = select(Watch.level).where(Watch.person_id == viewer.id, Watch.thread_id == thread.id).scalar_subquery()
    of_category = select(CategoryWatch.category_id).where(
        CategoryWatch.person_id == viewer.id, CategoryWatch.level == "mute"
    )
    of_tag = exists().where(
        ThreadTag.thread_id == thread.id,
        TagWatch.tag_id == ThreadTag.tag_id,
        TagWatch.person_id == viewer.id,
        TagWatch.level == "mute",
    )
    said = func.coalesce(own, "none")
    return or_(and_(thread.category_id.not_in(of_category), ~of_tag, said != "mute"), said.in_(("watch", "follow")))


def listed(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Conditions on Thread: they see it in lists."""
    return visible_to(viewer), Thread.hidden_event_id.is_(None), Thread.deleted_event_id.is_(None)


def recent(viewer: Viewer) -> Any:
    """The threads that a total looks at, as far as something can be unread in them."""
    query = select(Thread.id, Thread.category_id, Thread.activity).where(
        *listed(viewer), Thread.last_activity_at > since(viewer)
    )
    return query.order_by(Thread.last_activity_at.desc(), Thread.id.desc()).limit(LOOKED_AT).subquery("recent")


def waiting_to_be_read(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Conditions on Thread, for the list of what is unread: of the same threads as the totals."""
    oldest = (
        select(Thread.last_activity_at)
        .where(*listed(viewer))
        .order_by(Thread.last_activity_at.desc(), Thread.id.desc())
        .offset(LOOKED_AT - 1)
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )
    is_recent = Thread.last_activity_at >= func.coalesce(oldest, since(viewer), type_=Thread.last_activity_at.type)
    return Thread.last_activity_at > since(viewer), is_recent, has_unread(viewer, Thread), is_heard(viewer, Thread)
