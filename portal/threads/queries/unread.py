"""What counts as unread: the rule, as conditions. It stands here once; every list and count goes by it."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, not_, or_, select, true

from portal.people.viewer import NEVER, Viewer
from portal.threads.models import CategoryWatch, Post, ReadMark, TagWatch, Thread, ThreadTag, Watch
from portal.threads.policy import is_out, standing, standing_thread, visible_to

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


def has_unread(viewer: Viewer, thread: Any, mark: Any = None) -> ColumnElement[bool]:
    """Condition on a thread that they see, or on rows that have what it keeps of its posts; `mark`, where it is at
    hand: how far they have read it."""
    mark = read_to(viewer, thread) if mark is None else mark
    some = exists().where(Post.thread_id == thread.id, unread(viewer, mark))
    return and_(mark < thread.activity, or_(never_opened(viewer, thread, mark), some))


def never_opened(viewer: Viewer, thread: Any, mark: Any) -> ColumnElement[bool]:
    """Condition on a thread: of one that they never opened, the last of the posts that stand is unread. The thread
    keeps who wrote it and when, so no post is looked at."""
    by_other = thread.last_poster_id.is_distinct_from(viewer.id)
    return and_(mark == 0, by_other, thread.last_activity_at > since(viewer))


def is_heard(viewer: Viewer, thread: Any) -> ColumnElement[bool]:
    """Condition on a thread: not muted, neither itself nor by its category or a tag. Following it outweighs those."""
    own = select(Watch.level).where(Watch.person_id == viewer.id, Watch.thread_id == thread.id).scalar_subquery()
    muted = CategoryWatch.person_id == viewer.id, CategoryWatch.level == "mute"
    of_category = select(CategoryWatch.category_id).where(*muted)
    # Few mute a tag: whether they do is asked once, and the tags of each thread only where they do.
    muted = TagWatch.person_id == viewer.id, TagWatch.level == "mute"
    of_tag = exists().where(ThreadTag.thread_id == thread.id, TagWatch.tag_id == ThreadTag.tag_id, *muted)
    said_nothing = and_(thread.category_id.not_in(of_category), not_(and_(exists().where(*muted), of_tag)))
    return case({"mute": false(), "watch": true(), "follow": true()}, value=own, else_=said_nothing)


def listed(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Conditions on Thread: they see it in lists."""
    out = is_out() if viewer.is_staff else true()
    return visible_to(viewer), out, standing_thread()


def recent(viewer: Viewer) -> Any:
    """The threads that a total looks at, as far as something can be unread in them, and how far they are read."""
    mark = and_(ReadMark.thread_id == Thread.id, ReadMark.person_id == viewer.id)
    kept = Thread.category_id, Thread.activity, Thread.last_poster_id, Thread.last_activity_at
    query = (
        select(Thread.id, *kept, func.coalesce(ReadMark.activity, 0).label("mark"))
        .outerjoin(ReadMark, mark)
        .where(*listed(viewer), Thread.last_activity_at > since(viewer))
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
