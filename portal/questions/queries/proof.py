"""What a question keeps, worked out again from its rows, likewise."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from portal.core.db import db
from portal.questions.models import Acceptance, Question, SameQuestion, Verification
from portal.questions.policy import Due, due, is_open
from portal.questions.queries.promises import Promises
from portal.threads.models import Thread
from portal.threads.queries.proof import Difference, posts_of, standing_of


def differences(thread_ids: Sequence[int]) -> list[Difference]:
    """Where these questions keep something else than their rows say."""
    posts, same = posts_of(thread_ids), _same(thread_ids)
    accepted, verified = in_force(Acceptance, thread_ids), in_force(Verification, thread_ids)
    promises = Promises()
    found: list[Difference] = []
    for row in _questions(thread_ids):
        if row.question_id is None:
            found.append(Difference("question", row.id, "row", None, row.id))
            continue
        there = posts.get(row.id, [])
        right, checked = _answer(accepted.get(row.id), there), _answer(verified.get(row.id), there)
        found += _chosen(row, "accepted_post_id", row.accepted_post_id, accepted.get(row.id), right)
        found += _chosen(row, "verified_post_id", row.verified_post_id, verified.get(row.id), checked)
        since = _waiting_since(row, there, accepted[row.id].at if right else None)
        values = {"same": same.get(row.id, 0), "waiting_since": since, **_due(row, there, since, promises).values}
        found += [
            Difference("question", row.id, column, getattr(row, column), value)
            for column, value in values.items()
            if getattr(row, column) != value
        ]
    return found


def in_force(table: Any, thread_ids: Sequence[int]) -> dict[int, Any]:
    """The acceptance (or verification) that holds, by thread."""
    query = select(table.thread_id, table.post_id, table.at).where(
        table.thread_id.in_(thread_ids), table.ended_at.is_(None)
    )
    return {row.thread_id: row for row in db.session.execute(query)}


def _questions(thread_ids: Sequence[int]) -> Sequence[Any]:
    query = (
        select(
            Thread.id,
            Thread.author_id,
            Thread.accepted_post_id,
            Thread.verified_post_id,
            Thread.category_id,
            Thread.created_at,
            Thread.closed_event_id,
            Thread.locked_event_id,
            Thread.hidden_event_id,
            Thread.deleted_event_id,
            Question.thread_id.label("question_id"),
            Question.same,
            Question.waiting_since,
            Question.quiet_until,
            Question.first_reply_due_at,
            Question.waiting_due_at,
            Question.due_at,
        )
        .outerjoin(Question, Question.thread_id == Thread.id)
        .where(Thread.id.in_(thread_ids), Thread.kind == "question")
    )
    return db.session.execute(query.order_by(Thread.id)).all()


def _same(thread_ids: Sequence[int]) -> Mapping[int, int]:
    query = select(SameQuestion.thread_id, func.count()).where(SameQuestion.thread_id.in_(thread_ids))
    return {row[0]: row[1] for row in db.session.execute(query.group_by(SameQuestion.thread_id))}


def _answer(chosen: Any, posts: Sequence[Any]) -> int | None:
    """The post that was chosen, if it is a reply of this thread that stands."""
    replies = {post.id for post in posts if post.stands and (post.number or 0) > 1}
    return chosen.post_id if chosen is not None and chosen.post_id in replies else None


def _chosen(row: Any, column: str, kept: int | None, held: Any, right: int | None) -> Iterator[Difference]:
    """The thread's column differs, or a row holds that must not."""
    if kept != right or (held is not None and right is None):
        yield Difference("question", row.id, column, kept if kept != right else held.post_id, right)


def _waiting_since(row: Any, posts: Sequence[Any], accepted_at: Any) -> Any:
    """Since the asker first wrote after a reply of staff, an accepted answer, or the import."""
    there = standing_of(posts)
    replies = [post for post in there if post.by_staff and (post.number or 0) > 1 and post.author_id != row.author_id]
    stops = [post.created_at for post in replies] + [at for at in (accepted_at, row.quiet_until) if at is not None]
    if not stops:
        return next((post.created_at for post in there if post.number == 1), None)
    asked = [post for post in there if post.author_id is not None and post.author_id == row.author_id]
    return next((post.created_at for post in asked if post.created_at > max(stops)), None)


def _due(row: Any, posts: Sequence[Any], since: Any, promises: Promises) -> Due:
    """When replies are due by what was promised, in a thread in which anyone can reply."""
    if not is_open(row):
        return Due()
    replies = [post for post in standing_of(posts) if (post.number or 0) > 1]
    return due(
        promises.of(row.category_id),
        created_at=row.created_at,
        waits_for_first=all(post.author_id is not None and post.author_id == row.author_id for post in replies),
        waiting_since=since,
        quiet_until=row.quiet_until,
    )
