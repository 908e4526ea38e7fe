"""What a category promises; and when replies are due, worked out again once promises or business hours are others."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select, update

from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.events.actions import record
from portal.people.policy import can_administer
from portal.people.viewer import Viewer
from portal.questions.models import CategoryTarget, Question
from portal.questions.policy import Due, due, is_open
from portal.questions.queries.promises import Promises
from portal.threads.models import Category, Thread

LONGEST = 1000 * 60
"""Minutes: half a year of office hours."""
BATCH = 1000
COLUMNS = ("first_reply_due_at", "waiting_due_at", "due_at")
STATES = (Thread.closed_event_id, Thread.locked_event_id, Thread.hidden_event_id, Thread.deleted_event_id)
KEPT: Any = (
    Question.thread_id,
    Thread.category_id,
    Thread.created_at,
    Question.waiting_since,
    Question.quiet_until,
    *(getattr(Question, name) for name in COLUMNS),
)


def set_targets(viewer: Viewer, category_id: int, *, first_reply: int | None, waiting: int | None) -> None:
    """Promise a first reply, and one by the team, within so many minutes of business time; None: nothing. What waits
    already is held to it. Raises Invalid."""
    if not can_administer(viewer):
        raise NotFound
    category = db.session.get(Category, category_id)
    if category is None:
        raise NotFound
    asked = {"first_reply": first_reply, "waiting": waiting}
    wrong = [name for name, minutes in asked.items() if minutes is not None and not 0 < minutes <= LONGEST]
    if wrong:
        raise Invalid(fields={name: _("More than nothing, and at most 1000 hours.") for name in wrong})
    target = db.session.get(CategoryTarget, category_id, populate_existing=True, with_for_update=True)
    before = {"first_reply": target.first_reply, "waiting": target.waiting} if target else dict.fromkeys(asked)
    if before == asked:
        return
    db.session.merge(CategoryTarget(category_id=category_id, **asked))
    db.session.flush()
    told = {"category_id": category_id, "name": category.name, "before": before, "after": asked}
    _record(viewer, **told)
    count_again(category_id)


def _record(viewer: Viewer, **told: Any) -> None:
    record("category.promised", actor_id=viewer.id, logged=True, **told)


def hours_changed() -> None:
    """The business hours are others."""
    count_again()


def threads_moved(category_id: int) -> None:
    """Threads came into this category by the dozen."""
    count_again(category_id)


def count_again(category_id: int | None = None) -> None:
    """Work out again when replies are due, in one category or in all. What is promised nothing because it is old stays
    as it is, so that an import of a million questions costs nothing here."""
    promises = Promises()
    for rows in _running(category_id):
        changed = [values for row in rows if (values := _again(row, promises))]
        if changed:
            db.session.execute(update(Question), changed)
    db.session.expire_all()


def _again(row: Any, promises: Promises) -> dict[str, object] | None:
    found = due(
        promises.of(row.category_id),
        created_at=row.created_at,
        waits_for_first=row.first_reply_due_at is not None,
        waiting_since=row.waiting_since if row.waiting_due_at is not None else None,
        quiet_until=row.quiet_until,
    )
    return _changed(row, found)


def settle_dues(thread_ids: Sequence[int]) -> None:
    """Work out when replies are due in these questions, whose rows were written past the actions."""
    promises = Promises()
    changed = [values for row in _written(thread_ids) if (values := _settled(row, promises))]
    if changed:
        db.session.execute(update(Question), changed)


def _settled(row: Any, promises: Promises) -> dict[str, object] | None:
    found = Due()
    if is_open(row):
        found = due(
            promises.of(row.category_id),
            created_at=row.created_at,
            waits_for_first=row.first_reply_at is None,
            waiting_since=row.waiting_since,
            quiet_until=row.quiet_until,
        )
    return _changed(row, found)


def _changed(row: Any, found: Due) -> dict[str, object] | None:
    values = found.values
    is_same = all(values[name] == getattr(row, name) for name in COLUMNS)
    return None if is_same else {"thread_id": row.thread_id, **values}


def _written(thread_ids: Sequence[int]) -> Sequence[Any]:
    query = (
        select(*KEPT, Thread.first_reply_at, *STATES)
        .join(Thread, Thread.id == Question.thread_id)
        .where(Question.thread_id.in_(thread_ids), Thread.kind == "question")
        .order_by(Question.thread_id)
    )
    return db.session.execute(query).all()


def _running(category_id: int | None) -> Iterator[Sequence[Any]]:
    """Whose clocks run, held, in the order of their ids. What says so is the question's own row, read after waiting for
    whoever changes it; the thread only says where it is."""
    is_old = (Question.quiet_until.is_not(None)) & (Thread.created_at <= Question.quiet_until)
    query = (
        select(*KEPT)
        .join(Thread, Thread.id == Question.thread_id)
        .where(or_(Question.waiting_due_at.is_not(None), Question.first_reply_due_at.is_not(None) & ~is_old))
        .order_by(Question.thread_id)
        .limit(BATCH)
        .with_for_update(of=Question)
    )
    if category_id is not None:
        query = query.where(Thread.category_id == category_id)
    last = 0
    while rows := db.session.execute(query.where(Question.thread_id > last)).all():
        yield rows
        last = rows[-1].thread_id
