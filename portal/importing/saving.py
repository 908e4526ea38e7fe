"""Writes what conversations gained. Called inside the write transaction, and only there."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.db import db
from portal.events.models import Event
from portal.importing.growing import Growth, NewPost
from portal.importing.kinds import begin_kinds, decide_ideas
from portal.importing.placing import Counters
from portal.importing.running import add, add_external, add_numbered
from portal.questions.actions.targets import settle_dues
from portal.questions.models import Acceptance, Question
from portal.search.actions.indexing import index_posts
from portal.threads.models import Post, PostRevision, Tag, Thread, ThreadTag

THREAD, POST, COMMENT = "thread", "post", "comment"


def save(source: str, growths: Sequence[Growth], known_posts: Mapping[int, int]) -> Mapping[int, int]:
    """Write all of it. `known_posts` has the posts that are here already, by their ids there; so has the answer, with
    those that were written."""
    new = [growth for growth in growths if growth.thread_id is None]
    threads = _begin(source, new) | _extend([growth for growth in growths if growth.thread_id is not None])
    posts = [(threads[growth.external], post) for growth in growths for post in growth.posts]
    added = _add(posts, {})
    add_external(source, POST, added)
    known = {**known_posts, **added}
    comments = [(threads[growth.external], comment) for growth in growths for comment in growth.comments]
    commented = _add(comments, known)
    add_external(source, COMMENT, commented)
    add(PostRevision, [{"post_id": added[post.external], **version} for _, post in posts for version in post.revisions])
    _mark(new, threads)
    _accept(new, threads, known)
    _begin_states(source, new, threads)
    decide_ideas(growths, threads, known)
    settle_dues([threads[growth.external] for growth in growths])
    index_posts([*added.values(), *commented.values()])
    return known


def _begin(source: str, new: Sequence[Growth]) -> dict[int, int]:
    rows: list[dict[str, Any]] = []
    for growth in new:
        counters = Counters((growth.values["author_id"], growth.values["author_name"]))
        counters.place(growth.posts, growth.comments)
        rows.append(growth.values | counters.values())
    ids = dict(zip((growth.external for growth in new), add_numbered(Thread, rows), strict=True))
    add_external(source, THREAD, ids)
    begin_kinds(new, ids)
    return ids


def _extend(growths: Sequence[Growth]) -> dict[int, int]:
    """Places in threads that are here already, whatever people did with them since."""
    ids = {growth.external: growth.thread_id for growth in growths if growth.thread_id is not None}
    query = select(Thread).where(Thread.id.in_(ids.values())).order_by(Thread.id).with_for_update()
    threads = {thread.id: thread for thread in db.session.scalars(query.execution_options(populate_existing=True))}
    for growth in growths:
        thread = threads[ids[growth.external]]
        counters = Counters.of(thread)
        counters.place(growth.posts, growth.comments)
        for column, value in counters.values().items():
            setattr(thread, column, value)
        db.session.flush()
    quiet = update(Question).where(Question.thread_id.in_(ids.values()), Question.waiting_since.is_(None))
    db.session.execute(quiet.values(quiet_until=now()))
    return ids


def _add(placed: Sequence[tuple[int, NewPost]], parents: Mapping[int, int]) -> dict[int, int]:
    rows = [
        {
            "number": None,
            "by_staff": False,
            **post.values,
            "thread_id": thread_id,
            "parent_id": None if post.parent is None else parents[post.parent],
        }
        for thread_id, post in placed
    ]
    return dict(zip((post.external for _, post in placed), add_numbered(Post, rows), strict=True))


def _mark(new: Sequence[Growth], threads: Mapping[int, int]) -> None:
    names = {name for growth in new for name in growth.tags}
    ids = dict(db.session.execute(select(Tag.name, Tag.id).where(Tag.name.in_(names))).all())
    add(
        ThreadTag,
        [{"thread_id": threads[growth.external], "tag_id": ids[name]} for growth in new for name in growth.tags],
    )


def _accept(new: Sequence[Growth], threads: Mapping[int, int], posts: Mapping[int, int]) -> None:
    rows = [
        {
            "thread_id": threads[growth.external],
            "post_id": posts[growth.accepted],
            "by_id": growth.values["author_id"],
            "at": growth.accepted_at,
        }
        for growth in new
        if growth.accepted is not None
    ]
    add(Acceptance, rows)
    _update([{"id": row["thread_id"], "accepted_post_id": row["post_id"]} for row in rows])


def _begin_states(source: str, new: Sequence[Growth], threads: Mapping[int, int]) -> None:
    begun = [(threads[growth.external], state, event) for growth in new for state, event in growth.events.items()]
    rows = [{**event, "thread_id": thread_id, "data": {"imported_from": source}} for thread_id, _, event in begun]
    events = add_numbered(Event, rows)
    for (thread_id, state, _), event_id in zip(begun, events, strict=True):
        _update([{"id": thread_id, state: event_id}])


def _update(rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(update(Thread), rows)
