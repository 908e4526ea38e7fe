"""Since when a question waits for us, and when replies are due."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import func, select, update

from portal.core.db import ask, db, param
from portal.questions.models import Acceptance, Question
from portal.questions.policy import Due, due, is_open
from portal.questions.queries.promises import promise_of
from portal.threads.models import Post, Thread
from portal.threads.policy import standing


def question_of(thread: Thread) -> Question:
    """What the question adds to its thread; made where it is missing."""
    question = db.session.get(Question, thread.id, populate_existing=True)
    if question is None:
        since = thread.created_at
        question = Question(thread_id=thread.id, waiting_since=since, **_due(thread, since, None).values)
        db.session.add(question)
        db.session.flush()
    return question


def settle_clock(thread: Thread) -> None:
    """Look up again since when the question waits and when replies are due, after anything that may have changed it."""
    if thread.kind != "question":
        return
    question = question_of(thread)
    since = waiting_since(thread.id, thread.author_id, question.quiet_until)
    now = {"waiting_since": since, **_due(thread, since, question.quiet_until).values}
    if changed := {name: value for name, value in now.items() if value != getattr(question, name)}:
        db.session.execute(update(Question).where(Question.thread_id == thread.id).values(changed))
        db.session.expire(question)


def _due(thread: Thread, since: datetime | None, quiet_until: datetime | None) -> Due:
    """Of a thread that is closed, locked, hidden or deleted nothing is."""
    if not is_open(thread):
        return Due()
    waits = thread.first_reply_at is None
    if not waits and since is None:
        return Due()
    return due(
        promise_of(thread.category_id),
        created_at=thread.created_at,
        waits_for_first=waits,
        waiting_since=since,
        quiet_until=quiet_until,
    )


def waiting_since(thread_id: int, asker_id: int | None, quiet_until: datetime | None) -> datetime | None:
    """When the asker first wrote after the last thing that stops the clock: a reply of staff, an accepted answer."""
    values = {"thread": thread_id, "asker": asker_id}
    stops = [quiet_until, *ask(_stops(), values).one()]
    stopped = max((stop for stop in stops if stop is not None), default=None)
    return ask(_written(stopped is not None), values | ({"stopped": stopped} if stopped else {})).scalar()


@cache
def _written(since: bool) -> Any:
    """When the asker first wrote since the clock was stopped, or the question itself was written."""
    writes = select(func.min(Post.created_at)).where(Post.thread_id == param("thread"), standing())
    if since:
        return writes.where(Post.author_id.is_not_distinct_from(param("asker")), Post.created_at > param("stopped"))
    return writes.where(Post.number == 1)


@cache
def _stops() -> Any:
    replied = select(func.max(Post.created_at)).where(
        Post.thread_id == param("thread"),
        Post.number > 1,
        Post.by_staff,
        Post.author_id.is_distinct_from(param("asker")),
        Post.hidden_event_id.is_(None),
        Post.deleted_event_id.is_(None),
    )
    accepted = select(Acceptance.at).where(Acceptance.thread_id == param("thread"), Acceptance.ended_at.is_(None))
    return select(replied.scalar_subquery(), accepted.scalar_subquery())
