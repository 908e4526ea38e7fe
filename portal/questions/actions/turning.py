"""A conversation becomes a question, or is one no longer."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from portal.core.db import db
from portal.people.viewer import Viewer
from portal.questions.actions.choosing import KEPT_IN, end_choice
from portal.questions.actions.clocks import question_of
from portal.questions.models import Question, SameQuestion
from portal.threads.models import Post, Thread

STOPPED: dict[str, Any] = {
    "waiting_since": None,
    "first_reply_due_at": None,
    "waiting_due_at": None,
    "due_at": None,
    "snoozed_until": None,
    "snoozed_event_id": None,
}


def left(thread: Thread) -> None:
    """It is no question any more: it waits for nobody. Which answer was accepted stays, for when it is one again."""
    db.session.execute(update(Question).where(Question.thread_id == thread.id).values(STOPPED))


def entered(viewer: Viewer, thread: Thread) -> None:
    """It is a question from now on. An answer that went meanwhile is no longer the accepted or the verified one."""
    question_of(thread)
    for table, column in KEPT_IN.items():
        chosen = getattr(thread, column.key)
        post = db.session.get(Post, chosen, populate_existing=True) if chosen is not None else None
        if chosen is not None and (post is None or not post.stands or post.thread_id != thread.id):
            end_choice(viewer, thread, table, "deleted")


def take_same(thread: Thread) -> dict[int, datetime]:
    """Who had the question too, and since when; it is kept elsewhere from now on."""
    of_thread = SameQuestion.thread_id == thread.id
    rows = db.session.execute(select(SameQuestion.person_id, SameQuestion.at).where(of_thread)).all()
    db.session.execute(delete(SameQuestion).where(of_thread))
    _count(thread.id)
    return {row.person_id: row.at for row in rows}


def give_same(thread: Thread, people: dict[int, datetime]) -> None:
    """These have the question too, besides those who did already."""
    there = set(db.session.scalars(select(SameQuestion.person_id).where(SameQuestion.thread_id == thread.id)))
    rows = [
        {"thread_id": thread.id, "person_id": person_id, "at": at}
        for person_id, at in people.items()
        if person_id not in there and person_id != thread.author_id
    ]
    if rows:
        db.session.execute(insert(SameQuestion), rows)
    _count(thread.id)


def _count(thread_id: int) -> None:
    count = select(func.count()).select_from(SameQuestion).where(SameQuestion.thread_id == thread_id)
    counted = update(Question).where(Question.thread_id == thread_id).values(same=count.scalar_subquery())
    db.session.execute(counted)
