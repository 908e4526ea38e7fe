"""Questions that wait for us, for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden
from portal.core.paging import Order, Page, page
from portal.people.models import Organisation, Person
from portal.people.viewer import Viewer
from portal.questions.models import Question
from portal.questions.policy import can_see_waiting
from portal.threads.models import Category, Thread, path_of
from portal.threads.policy import is_new, visible_to


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A question in the staff inbox. `since`: when it began to wait."""

    id: int
    path: str
    title: str
    privacy: str
    category_name: str
    category_slug: str
    category_colour: str
    created_at: datetime
    since: datetime
    age: timedelta
    replies: int
    same: int
    is_answered: bool
    asker_name: str
    asker_username: str
    asker_joined: datetime | None
    asker_is_new: bool
    asker_questions: int
    """How many questions they have asked, this one included."""
    organisation: str


def waiting(
    viewer: Viewer, *, unanswered: bool = False, cursor: str | None = None, limit: int = 30
) -> Page[WaitingRow]:
    """Those that wait for a reply of staff, longest first; or (`unanswered`) those that nobody else has answered.

    Two statements. Raises Forbidden."""
    if not can_see_waiting(viewer):
        raise Forbidden
    query = _query().where(
        visible_to(viewer),
        Thread.hidden_event_id.is_(None),
        Thread.deleted_event_id.is_(None),
        Thread.closed_event_id.is_(None),
        Thread.locked_event_id.is_(None),
    )
    if unanswered:
        query = query.where(Thread.kind == "question", Thread.first_reply_at.is_(None))
        order = Order(Thread.created_at, Thread.id, ascending=True)
    else:
        query = query.where(Question.waiting_since.is_not(None))
        order = Order(Question.waiting_since, Question.thread_id, ascending=True)
    found = page(query, order, cursor=cursor, limit=limit, make=_same)
    asked = _asked([row.author_id for row in found.rows])
    rows = tuple(_row(row, asked.get(row.author_id, 0), unanswered=unanswered) for row in found.rows)
    return Page(rows, found.older, found.newer)


def _query() -> Any:
    return (
        select(
            Thread.id,
            Thread.kind,
            Thread.slug,
            Thread.title,
            Thread.privacy,
            Thread.created_at,
            Thread.replies,
            Thread.first_reply_at,
            Thread.author_id,
            Thread.author_name,
            Category.name.label("category_name"),
            Category.slug.label("category_slug"),
            Category.colour.label("category_colour"),
            Question.same,
            Question.waiting_since,
            Person.name,
            Person.username,
            Person.created_at.label("joined"),
            Organisation.name.label("organisation"),
        )
        .join(Question, Question.thread_id == Thread.id)
        .join(Category, Category.id == Thread.category_id)
        .outerjoin(Person, Person.id == Thread.author_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    )


def _asked(person_ids: Sequence[int | None]) -> dict[int, int]:
    ids = {person_id for person_id in person_ids if person_id is not None}
    if not ids:
        return {}
    query = select(Thread.author_id, func.count()).where(Thread.kind == "question", Thread.author_id.in_(ids))
    found = db.session.execute(query.group_by(Thread.author_id))
    return {person_id: count for person_id, count in found if person_id is not None}


def _same(row: Any) -> Any:
    return row


def _row(row: Any, asked: int, *, unanswered: bool) -> WaitingRow:
    since = row.created_at if unanswered else row.waiting_since
    return WaitingRow(
        id=row.id,
        path=path_of(row.kind, row.id, row.slug),
        title=row.title,
        privacy=row.privacy,
        category_name=row.category_name,
        category_slug=row.category_slug,
        category_colour=row.category_colour,
        created_at=row.created_at,
        since=since,
        age=clock.now() - since,
        replies=row.replies,
        same=row.same,
        is_answered=row.first_reply_at is not None,
        asker_name=row.name or row.username or row.author_name,
        asker_username=row.username or "",
        asker_joined=row.joined,
        asker_is_new=row.joined is not None and is_new(row.joined),
        asker_questions=asked,
        organisation=row.organisation or "",
    )
