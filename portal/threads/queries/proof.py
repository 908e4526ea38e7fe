"""What a thread and its posts keep, worked out again from the rows that it was counted from.

In plain Python and not by the SQL that keeps it, so that one proves the other."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from portal.core.db import db
from portal.threads.models import Post, PostVote, Thread


@dataclass(frozen=True, slots=True)
class Difference:
    """Something kept is not what its rows say."""

    noun: str
    id: int
    column: str
    kept: object
    found: object

    def __str__(self) -> str:
        return f"{self.noun} {self.id}: {self.column} is {self.kept}, should be {self.found}"


def batches(size: int = 500) -> Iterator[list[int]]:
    """The ids of all threads, some at a time."""
    last = 0
    while ids := list(db.session.scalars(select(Thread.id).where(Thread.id > last).order_by(Thread.id).limit(size))):
        yield ids
        last = ids[-1]


def differences(thread_ids: Sequence[int]) -> list[Difference]:
    """Where these threads and their posts keep something else than their rows say."""
    posts = posts_of(thread_ids)
    found = list(_votes(thread_ids, posts))
    for thread in _threads(thread_ids):
        for column, value in _derived(thread, posts.get(thread.id, [])).items():
            kept = getattr(thread, column)
            if kept != value:
                found.append(Difference("thread", thread.id, column, kept, value))
    return found


def posts_of(thread_ids: Sequence[int]) -> Mapping[int, list[Any]]:
    """What counting needs of all posts of these threads, in the order of their times."""
    query = select(
        Post.id,
        Post.thread_id,
        Post.number,
        Post.parent_id,
        Post.activity,
        Post.author_id,
        Post.author_name,
        Post.by_staff,
        Post.created_at,
        Post.helpful,
        Post.imported_votes,
        (Post.hidden_event_id.is_(None) & Post.deleted_event_id.is_(None)).label("stands"),
    )
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for post in db.session.execute(query.where(Post.thread_id.in_(thread_ids)).order_by(Post.created_at, Post.id)):
        found[post.thread_id].append(post)
    return found


def standing_of(posts: Sequence[Any]) -> list[Any]:
    """Those that stand; a comment does only if its post does."""
    fallen = {post.id for post in posts if not post.stands}
    return [post for post in posts if post.stands and post.parent_id not in fallen]


def _threads(thread_ids: Sequence[int]) -> Sequence[Any]:
    query = select(
        Thread.id,
        Thread.author_id,
        Thread.author_name,
        Thread.created_at,
        Thread.replies,
        Thread.helpful,
        Thread.last_number,
        Thread.activity,
        Thread.first_reply_at,
        Thread.last_activity_at,
        Thread.last_poster_id,
        Thread.last_poster_name,
    )
    return db.session.execute(query.where(Thread.id.in_(thread_ids)).order_by(Thread.id)).all()


def _derived(thread: Any, posts: Sequence[Any]) -> dict[str, object]:
    there = standing_of(posts)
    replies = [post for post in there if post.number is not None and post.number > 1]
    others = [post for post in replies if post.author_id is None or post.author_id != thread.author_id]
    last = there[-1] if there else thread
    return {
        "replies": len(replies),
        "helpful": sum(post.helpful + post.imported_votes for post in posts if post.number == 1),
        # Numbers are never reused, so those of posts that moved away count still.
        "last_number": max([thread.last_number, *(post.number for post in posts if post.number)]),
        "activity": max([thread.activity, *(post.activity for post in posts)]),
        "first_reply_at": others[0].created_at if others else None,
        "last_activity_at": last.created_at,
        "last_poster_id": last.author_id,
        "last_poster_name": last.author_name,
    }


def _votes(thread_ids: Sequence[int], posts: Mapping[int, list[Any]]) -> Iterator[Difference]:
    query = select(PostVote.post_id, func.count()).join(Post, Post.id == PostVote.post_id)
    query = query.where(Post.thread_id.in_(thread_ids)).group_by(PostVote.post_id)
    votes: Counter[int] = Counter()
    for post_id, count in db.session.execute(query):
        votes[post_id] = count
    for post in (post for each in posts.values() for post in each):
        if post.helpful != votes[post.id]:
            yield Difference("post", post.id, "helpful", post.helpful, votes[post.id])
