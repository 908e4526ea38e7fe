"""Questions that wait for us, for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden, NotFound
from portal.core.hours import Hours
from portal.core.paging import Order, Page, page
from portal.events.models import Event
from portal.people.models import STAFF, Organisation, Person
from portal.people.viewer import Viewer
from portal.questions.models import Question
from portal.questions.policy import can_see_waiting
from portal.questions.queries.clocks import Care, Clock, care_of, clock_of
from portal.threads.models import Category, Thread, path_of
from portal.threads.policy import NEW_FOR, is_new, visible_to

PARTS = ("", "unanswered", "snoozed")
ME, NOBODY = "me", "nobody"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which questions of the inbox. `part`: those that wait for us, that nobody answered, or that are put off."""

    part: str = ""
    assignee: str = ""
    """Of anyone (''), of whoever looks (ME), of NOBODY, or of the person with this id."""
    category_id: int | None = None
    organisation_id: int | None = None
    new: bool = False
    """Only those of new members."""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A question in the staff inbox. `since`: when it began to wait."""

    id: int
    path: str
    title: str
    language: str
    privacy: str
    category_name: str
    category_slug: str
    category_colour: str
    created_at: datetime
    since: datetime
    first_reply: Clock | None
    """Until anyone else replies."""
    waiting: Clock | None
    """Until someone on the team does, or an answer is accepted."""
    care: Care
    replies: int
    same: int
    is_answered: bool
    asker_name: str
    asker_username: str
    asker_joined: datetime | None
    asker_is_new: bool
    asker_questions: int
    """How many questions they have asked, this one included."""
    asker_waiting: int
    """How many of them wait for us."""
    organisation: str
    organisation_id: int | None


def waiting(
    viewer: Viewer, choice: Choice, *, hours: Hours, cursor: str | None = None, limit: int = 30
) -> Page[WaitingRow]:
    """Those that are due next first, and those to whom nothing is promised after them, the longest waiting first.

    Two statements. Raises Forbidden."""
    if not can_see_waiting(viewer):
        raise Forbidden
    by = Question.first_reply_due_at if choice.part == "unanswered" else Question.due_at
    query = _query().where(visible_to(viewer), by.is_not(None), *_chosen(viewer, choice))
    found = page(query, Order(by, Question.thread_id, ascending=True), cursor=cursor, limit=limit, make=_same)
    return Page(tuple(_rows(found.rows, hours)), found.older, found.newer)


def waiting_row(viewer: Viewer, thread_id: int, *, hours: Hours) -> WaitingRow:
    """One question, whether or not it waits. Raises NotFound."""
    if not can_see_waiting(viewer):
        raise NotFound
    found = db.session.execute(_query().where(visible_to(viewer), Question.thread_id == thread_id)).all()
    if not found:
        raise NotFound
    return _rows(found, hours)[0]


def _chosen(viewer: Viewer, choice: Choice) -> list[ColumnElement[bool]]:
    snoozed = Question.snoozed_until > clock.now()
    where = [snoozed if choice.part == "snoozed" else or_(Question.snoozed_until.is_(None), ~snoozed)]
    if choice.assignee == NOBODY:
        where.append(or_(Question.assignee_id.is_(None), ASSIGNEE.role.not_in(STAFF)))
    elif choice.assignee:
        where.append(Question.assignee_id == (viewer.id if choice.assignee == ME else int(choice.assignee)))
    if choice.category_id is not None:
        where.append(Thread.category_id == choice.category_id)
    if choice.organisation_id is not None:
        where.append(Person.organisation_id == choice.organisation_id)
    if choice.new:
        where.append(Person.created_at > clock.now() - NEW_FOR)
    return where


ASSIGNEE, _ASSIGNER, _SNOOZER = aliased(Person), aliased(Person), aliased(Person)
_ASSIGNED, _SNOOZED = aliased(Event), aliased(Event)
CARING: Any = (
    ASSIGNEE.id.label("assignee_id"),
    ASSIGNEE.role.label("assignee_role"),
    ASSIGNEE.name.label("assignee_name"),
    ASSIGNEE.username.label("assignee_username"),
    _ASSIGNER.name.label("assigner_name"),
    _ASSIGNER.username.label("assigner_username"),
    _ASSIGNED.at.label("assigned_at"),
    _ASSIGNED.reason.label("assigned_note"),
    Question.snoozed_until,
    _SNOOZER.name.label("snoozer_name"),
    _SNOOZER.username.label("snoozer_username"),
    _SNOOZED.reason.label("snooze_note"),
)


def with_care(query: Any) -> Any:
    """Join what CARING is taken from."""
    return (
        query.outerjoin(ASSIGNEE, ASSIGNEE.id == Question.assignee_id)
        .outerjoin(_ASSIGNED, _ASSIGNED.id == Question.assigned_event_id)
        .outerjoin(_ASSIGNER, _ASSIGNER.id == _ASSIGNED.actor_id)
        .outerjoin(_SNOOZED, _SNOOZED.id == Question.snoozed_event_id)
        .outerjoin(_SNOOZER, _SNOOZER.id == _SNOOZED.actor_id)
    )


def _query() -> Any:
    query = (
        select(
            Thread.id,
            Thread.kind,
            Thread.slug,
            Thread.title,
            Thread.language,
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
            Question.first_reply_due_at,
            Question.waiting_due_at,
            Person.name,
            Person.username,
            Person.created_at.label("joined"),
            Person.organisation_id,
            Organisation.name.label("organisation"),
            *CARING,
        )
        .select_from(Question)
        .join(Thread, Thread.id == Question.thread_id)
        .join(Category, Category.id == Thread.category_id)
        .outerjoin(Person, Person.id == Thread.author_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    )
    return with_care(query)


def _asked(rows: Sequence[Any]) -> dict[int, tuple[int, int]]:
    """How many questions these people asked, and how many of them wait."""
    ids = {row.author_id for row in rows if row.author_id is not None}
    if not ids:
        return {}
    query = (
        select(Thread.author_id, func.count(), func.count(Question.due_at))
        .outerjoin(Question, Question.thread_id == Thread.id)
        .where(Thread.kind == "question", Thread.author_id.in_(ids))
    )
    found: Any = db.session.execute(query.group_by(Thread.author_id))
    return {id_: (asked, wait) for id_, asked, wait in found}


def _same(row: Any) -> Any:
    return row


def _rows(rows: Sequence[Any], hours: Hours) -> list[WaitingRow]:
    asked = _asked(rows)
    return [_row(row, asked.get(row.author_id, (0, 0)), hours) for row in rows]


def _row(row: Any, asked: tuple[int, int], hours: Hours) -> WaitingRow:
    since = row.waiting_since or row.created_at
    return WaitingRow(
        id=row.id,
        path=path_of(row.kind, row.id, row.slug),
        title=row.title,
        language=row.language,
        privacy=row.privacy,
        category_name=row.category_name,
        category_slug=row.category_slug,
        category_colour=row.category_colour,
        created_at=row.created_at,
        since=since,
        first_reply=clock_of(row.created_at, row.first_reply_due_at, hours),
        waiting=clock_of(since, row.waiting_due_at, hours),
        care=care_of(row),
        replies=row.replies,
        same=row.same,
        is_answered=row.first_reply_at is not None,
        asker_name=row.name or row.username or row.author_name,
        asker_username=row.username or "",
        asker_joined=row.joined,
        asker_is_new=row.joined is not None and is_new(row.joined),
        asker_questions=asked[0],
        asker_waiting=asked[1],
        organisation=row.organisation or "",
        organisation_id=row.organisation_id,
    )
