"""Merge two threads, or split replies off into one of their own."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import delete, select

from portal.core.db import db
from portal.core.errors import Forbidden, Invalid
from portal.core.text import one_line, slug_of
from portal.events.actions import record
from portal.people.viewer import Viewer
from portal.threads import hooks
from portal.threads.actions.carrying import carry, with_comments
from portal.threads.actions.drafts import carry_drafts
from portal.threads.actions.posting import change
from portal.threads.actions.reasons import said
from portal.threads.actions.recounting import hold
from portal.threads.actions.starting import check_title
from portal.threads.actions.watching import watch_because
from portal.threads.models import Category, Post, ReadMark, Thread, ThreadLink, Watch
from portal.threads.policy import can_merge, can_split
from portal.threads.queries.doors import get_visible


def merge(viewer: Viewer, thread_id: int, *, into: int, reason: str = "", keep: int | None = None) -> None:
    """All posts of the thread go to the end of the other, and its address leads there.

    Where both have an accepted answer, `keep` is the post whose mark stays; without it Invalid names the field."""
    get_visible(viewer, thread_id)
    get_visible(viewer, into)
    hold([thread_id, into])
    source, target = get_visible(viewer, thread_id), get_visible(viewer, into)
    if not can_merge(viewer, source, target):
        raise Forbidden(_("These two cannot be merged."))
    if source.id == target.id:
        raise Invalid(fields={"into": _("Choose another thread.")})
    reason = said(reason, needed=True)
    posts = db.session.scalars(select(Post).where(Post.thread_id == source.id)).all()
    carry(source, target, posts)
    for hook in hooks.threads_merged:
        hook(viewer, source, target, keep)
    _settled(source, target)
    db.session.execute(delete(ReadMark).where(ReadMark.thread_id == source.id))
    _carry_watches(source.id, target.id)
    _carry_links(source.id, target.id)
    carry_drafts(source, target)
    event = record("thread.merged", actor_id=viewer.id, thread_id=source.id, reason=reason, logged=True, into=target.id)
    change(source, {Thread.deleted_event_id: event.id})
    change(target, {Thread.views: Thread.views + source.views})
    hooks.changed(source)


def split(
    viewer: Viewer, thread_id: int, *, post_ids: Sequence[int], title: str, category_id: int, reason: str = ""
) -> int:
    """These replies, with their comments, become a thread of their own; returns its id. The first of them opens it."""
    source = get_visible(viewer, thread_id, for_update=True)
    if not can_split(viewer, source):
        raise Forbidden
    posts = _replies(source, post_ids)
    category = db.session.get(Category, category_id)
    if category is None or source.kind not in category.kinds:
        raise Invalid(fields={"category": _("Choose a category that takes this kind of thread.")})
    title, reason = check_title(title), said(reason, needed=True)
    target = _begin(source, posts[0], title, category_id)
    carry(source, target, with_comments(posts))
    for started in hooks.thread_started:
        started(viewer, target)
    for left in hooks.posts_split:
        left(viewer, source, post_ids)
    _settled(source, target)
    if target.author_id is not None:
        watch_because(target.author_id, target, "started")
    record("thread.split", actor_id=viewer.id, thread_id=source.id, reason=reason, logged=True, into=target.id)
    return target.id


def _replies(source: Thread, post_ids: Sequence[int]) -> list[Post]:
    """In the order of their times. Raises Invalid if one of them is no reply of this thread that stands."""
    query = select(Post).where(Post.id.in_(post_ids), Post.thread_id == source.id, Post.number > 1)
    posts = [post for post in db.session.scalars(query.order_by(Post.created_at, Post.id)) if post.stands]
    if not posts or len(posts) != len(set(post_ids)):
        raise Invalid(fields={"posts": _("Choose replies of this thread.")})
    return posts


def _begin(source: Thread, first: Post, title: str, category_id: int) -> Thread:
    thread = Thread(
        kind=source.kind,
        category_id=category_id,
        author_id=first.author_id,
        author_name=first.author_name,
        title=one_line(title),
        slug=slug_of(title, otherwise=source.kind),
        language=source.language,
        created_at=first.created_at,
        last_activity_at=first.created_at,
        last_number=0,
        activity=0,
    )
    db.session.add(thread)
    db.session.flush()
    return thread


def _settled(*threads: Thread) -> None:
    for thread in threads:
        hooks.changed(thread)


def _carry_watches(source_id: int, target_id: int) -> None:
    """Who follows the one follows the other, unless they follow it in a way of their own."""
    there = set(db.session.scalars(select(Watch.person_id).where(Watch.thread_id == target_id)))
    for watch in db.session.scalars(select(Watch).where(Watch.thread_id == source_id)).all():
        if watch.person_id in there:
            db.session.delete(watch)
        else:
            watch.thread_id = target_id
    db.session.flush()


def _carry_links(source_id: int, target_id: int) -> None:
    """Links to and from the one are links of the other, each once, and none to itself."""
    of_source = (ThreadLink.from_id == source_id) | (ThreadLink.to_id == source_id)
    links = db.session.execute(select(*ThreadLink.__table__.c).where(of_source)).all()
    db.session.execute(delete(ThreadLink).where(of_source))
    for link in links:
        ends = [target_id if end == source_id else end for end in (link.from_id, link.to_id)]
        if ends[0] != ends[1] and db.session.get(ThreadLink, (*ends, link.kind)) is None:
            db.session.add(ThreadLink(from_id=ends[0], to_id=ends[1], kind=link.kind, at=link.at))
            db.session.flush()
