"""What is said in threads: replies, comments, mentions, and answers that are accepted or verified."""

from typing import Any

from sqlalchemy import and_, case, exists, literal, or_, select
from sqlalchemy.orm import joinedload

from portal.core.db import db
from portal.events.models import Event
from portal.notices.models import Notice, NoticeChoice
from portal.notices.telling.audience import choice_of, muted, mutes, wants_inbox, why_not
from portal.notices.telling.making import RANKS, Word, make_notices
from portal.people.models import Person
from portal.threads.models import Mention, Post, Thread, Watch
from portal.threads.policy import stands
from portal.threads.queries import followers


def post_written(event: Event, above: int) -> int | None:
    """Whom it mentions, who watches the thread, and whose post it is a comment on. Of what was begun hear those who
    follow its category or a tag; of an announcement's own text, those whom it is told to by itself."""
    found = _post(event)
    if found is None:
        return None
    thread, post = found
    if thread.kind == "announcement" and post.is_opening:
        return None
    people = followers(thread).subquery()
    watching = people.c.level == "watch"
    if post.is_opening:
        watching = ~exists().where(Watch.thread_id == thread.id, Watch.person_id == people.c.person_id)
    parts = [
        _part(thread, event, "mentions", "mentioned", select(Mention.person_id).where(Mention.post_id == post.id)),
        _part(thread, event, "replies", "watcher", select(people.c.person_id).where(watching)),
    ]
    if post.parent_id is not None:
        of_mine = select(Post.author_id).where(Post.id == post.parent_id)
        parts.append(_part(thread, event, "replies", "wrote", of_mine))
    make_notices(Word(event, "reply", thread.id, post.id, kinds={"mentioned": "mention"}), parts)
    return None


def mentions_changed(event: Event, above: int) -> int | None:
    """A post was edited: whom it mentions now, and had not told of anything before."""
    found = _post(event)
    if found is None:
        return None
    thread, post = found
    of_it = Notice.post_id == post.id
    if post.is_opening and thread.kind == "announcement":
        of_it = or_(of_it, Notice.kind == "announcement")  # which tells of the whole text
        untold = (Event.kind == "announcement.published", Event.thread_id == thread.id, Event.done_at.is_(None))
        if db.session.scalar(select(exists().where(*untold))):
            return None  # it will, of the text as it is then
    told = select(Notice.person_id).where(Notice.thread_id == thread.id, of_it)
    called = select(Mention.person_id).where(Mention.post_id == post.id, Mention.person_id.not_in(told))
    part = _part(thread, event, "mentions", "mentioned", called)
    make_notices(Word(event, "mention", thread.id, post.id), [part])
    return None


def answer_accepted(event: Event, above: int) -> int | None:
    """Whoever wrote it, and who follows the question; of the same answer once."""
    return _chosen(event, "accepted")


def answer_verified(event: Event, above: int) -> int | None:
    """Likewise."""
    return _chosen(event, "verified")


def _chosen(event: Event, kind: str) -> int | None:
    found = _post(event)
    if found is None:
        return None
    thread, post = found
    still = thread.accepted_post_id if kind == "accepted" else thread.verified_post_id
    if still != post.id:
        return None
    # Chosen before, replaced, and chosen again: who has heard of it once hears nothing new.
    told = select(Notice.person_id).where(Notice.thread_id == thread.id, Notice.post_id == post.id, Notice.kind == kind)
    wrote = select(Post.author_id).where(Post.id == post.id, Post.author_id.not_in(told))
    people = followers(thread).subquery()
    parts = [
        _part(thread, event, "answers", "wrote", wrote),
        _part(thread, event, "answers", "watcher", select(people.c.person_id).where(people.c.person_id.not_in(told))),
    ]
    make_notices(Word(event, kind, thread.id, post.id), parts)
    return None


def _post(event: Event) -> tuple[Thread, Post] | None:
    """What it is about, as it stands now; None if it does not any more."""
    query = select(Thread, Post).join(Post, Post.thread_id == Thread.id).where(Post.id == event.post_id)
    query = query.options(joinedload(Thread.category)).execution_options(populate_existing=True)
    found = db.session.execute(query).one_or_none()
    if found is None or not (stands(found[0]) and stands(found[1])):
        return None
    if found[1].parent_id is not None and not stands(db.session.get_one(Post, found[1].parent_id)):
        return None
    return found[0], found[1]


def _part(thread: Thread, event: Event, sort: str, reason: str, people: Any) -> Any:
    """Those of these people who can hear of it: not who did it, nor who mutes them or the thread."""
    chosen = people.subquery()
    unheard = or_(muted(thread.id), mutes(event.actor_id))
    cause = why_not(thread, more=((unheard, "muted"),))
    return (
        select(
            Person.id.label("person_id"),
            literal(RANKS[reason]).label("rank"),
            case((wants_inbox(), 1), else_=0).label("in_inbox"),
        )
        .select_from(Person)
        .outerjoin(NoticeChoice, choice_of(sort))
        .where(
            and_(Person.id.in_(select(chosen)), Person.kind == "account", cause.is_(None)),
            Person.id.is_distinct_from(event.actor_id),
        )
    )
