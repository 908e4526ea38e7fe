"""What makes a loop open, each cause as a SELECT of the ideas that it holds for."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portal.announcements.models import Announcement, AnnouncementItem
from portal.core.db import UtcDateTime, param
from portal.ideas.models import Idea, Outcome
from portal.loop.models import Confirmation, Debt, IdeaWorth
from portal.loop.policy import MENDABLE
from portal.loop.queries.spans import Epoch
from portal.people.models import Organisation, Person
from portal.threads.models import Post, Thread
from portal.threads.policy import standing_thread

CAUSES: tuple[str, ...] = ("no-response", "silent", "late", "revisit", "unannounced", "undeliverable", "not-solved")
"""No response for some days; planned, and no word for some days; past its date; the day to look at it again has come;
decided, but not announced; people who could not be told; people whose need it did not solve."""
UNDER_WAY = ("planned", "in-progress")


_TODAY = param("today", Date())
_MANY = case((Idea.supporters > 0, Idea.supporters), else_=1)
_LAST_POST = (
    select(func.max(Post.created_at))
    .where(Post.thread_id == Idea.thread_id, Post.by_staff.is_(True))
    .where(Post.hidden_event_id.is_(None), Post.deleted_event_id.is_(None))
    .correlate(Idea)
    .scalar_subquery()
)
_LAST_WORD = case((Idea.decided_at < _LAST_POST, _LAST_POST), else_=Idea.decided_at)


def _unanswered() -> ColumnElement[bool]:
    since = param("unanswered_since", UtcDateTime())
    return and_(Idea.first_response_at.is_(None), Idea.status == "open", Thread.created_at < since)


def _silent() -> ColumnElement[bool]:
    since = param("silent_since", UtcDateTime())
    not_late = or_(Idea.target_on.is_(None), Idea.target_on >= _TODAY)
    said = exists().where(
        Post.thread_id == Idea.thread_id,
        Post.by_staff.is_(True),
        Post.created_at >= since,
        Post.hidden_event_id.is_(None),
        Post.deleted_event_id.is_(None),
    )
    return and_(Idea.status.in_(UNDER_WAY), Idea.decided_at < since, not_late, ~said)


def _of_idea(cause: str, since: Any, condition: Any) -> Any:
    """Everyone who supports the idea waits."""
    return (
        select(
            literal(CAUSES.index(cause), Integer()).label("number"),
            Idea.thread_id.label("idea_id"),
            Epoch(since).label("since"),
            _MANY.label("people"),
            func.coalesce(IdeaWorth.value, 0).label("value"),
        )
        .select_from(Idea)
        .join(Thread, Thread.id == Idea.thread_id)
        .outerjoin(IdeaWorth, IdeaWorth.idea_id == Idea.thread_id)
        .where(Idea.merged_into_id.is_(None), condition)
        .where(standing_thread())
    )


def unannounced() -> ColumnElement[bool]:
    """Condition on Outcome and its Idea: it holds, and waits for an announcement."""
    named = exists().where(
        AnnouncementItem.outcome_id == Outcome.id,
        Announcement.thread_id == AnnouncementItem.announcement_id,
        Announcement.state == "published",
    )
    owed = exists().where(Debt.outcome_id == Outcome.id)
    newer = aliased(Outcome)
    newest = ~exists().where(
        newer.idea_id == Outcome.idea_id,
        newer.id > Outcome.id,
        newer.ended_event_id.is_(None),
        newer.tell != "quiet",
    )
    holds = and_(Outcome.ended_event_id.is_(None), Outcome.status == Idea.status, newest)
    return and_(Outcome.tell == "with-announcement", holds, ~named, ~owed)


def _unannounced() -> Any:
    waits = select(Outcome.idea_id, func.max(Outcome.at).label("at")).join(Idea, Idea.thread_id == Outcome.idea_id)
    found = waits.where(unannounced()).group_by(Outcome.idea_id).subquery("unannounced")
    query = _of_idea("unannounced", found.c.at, literal_column("1") == literal_column("1"))
    return query.join(found, found.c.idea_id == Idea.thread_id)


def _untold() -> Any:
    """People whose newest debt of an idea could not be paid, where a right address would mend it."""
    newer = aliased(Debt)
    superseded = exists().where(
        newer.person_id == Debt.person_id, newer.outcome_id > Debt.outcome_id, newer.idea_id == Debt.idea_id
    )
    return (
        select(Debt.idea_id, Debt.person_id, Debt.at)
        .join(Outcome, Outcome.id == Debt.outcome_id)
        .where(Debt.cause.is_not(None), Debt.cause.in_(MENDABLE), Outcome.ended_event_id.is_(None), ~superseded)
    )


UNSETTLED = and_(Confirmation.answer != literal_column("'solved'"), Confirmation.settled_event_id.is_(None))
"""Condition on Confirmation: someone's need is not solved, and nobody has answered them. Written so that SQLite sees
that its index is of just these."""


def _unsolved() -> Any:
    """People whose need it did not solve."""
    query = select(Confirmation.idea_id, Debt.person_id, Confirmation.at).join(Debt, Debt.id == Confirmation.debt_id)
    return query.where(UNSETTLED)


def _of_people(cause: str, those: Any, *, valued: bool) -> Any:
    """Only these people wait."""
    name = cause.replace("-", "_")
    waiting: Any = those.cte(name)  # read twice, looked for once
    counted = select(waiting.c.idea_id, func.count().label("people"), func.min(waiting.c.at).label("at"))
    counted = counted.group_by(waiting.c.idea_id).subquery(f"{name}_counted")
    worth = _worth_of(waiting, name) if valued else None
    query = (
        select(
            literal(CAUSES.index(cause), Integer()).label("number"),
            Idea.thread_id.label("idea_id"),
            Epoch(counted.c.at).label("since"),
            counted.c.people,
            (func.coalesce(worth.c.value, 0) if worth is not None else literal(0)).label("value"),
        )
        .select_from(counted)
        .join(Idea, Idea.thread_id == counted.c.idea_id)
        .join(Thread, Thread.id == Idea.thread_id)
        .where(standing_thread())
    )
    return query if worth is None else query.outerjoin(worth, worth.c.idea_id == Idea.thread_id)


def _worth_of(waiting: Any, name: str) -> Any:
    """By idea the yearly value of the organisations of those who wait, each once."""
    distinct = (
        select(waiting.c.idea_id, Organisation.id, Organisation.yearly_value)
        .join(Person, Person.id == waiting.c.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .distinct()
        .subquery(f"{name}_organisations")
    )
    # PostgreSQL makes a number of any length of a sum, which would not go into the address of a next page.
    value = cast(func.sum(distinct.c.yearly_value), BigInteger)
    worth = select(distinct.c.idea_id, value.label("value"))
    return worth.group_by(distinct.c.idea_id).subquery(f"{name}_worth")


def loops_of(cause: str = "", *, valued: bool = True) -> Any:
    """Every open loop, or those of one cause: the number of its cause in CAUSES, the idea, since when (seconds), how
    many people, and their value (0 where it is not `valued`, which spares looking at each of them).

    Parameters: `today`, `unanswered_since`, `silent_since`."""
    ways: dict[str, Callable[[], Any]] = {
        "no-response": lambda: _of_idea("no-response", Thread.created_at, _unanswered()),
        "silent": lambda: _of_idea("silent", _LAST_WORD, _silent()),
        "late": lambda: _of_idea("late", Idea.target_on, and_(Idea.status.in_(UNDER_WAY), Idea.target_on < _TODAY)),
        "revisit": lambda: _of_idea(
            "revisit", Idea.revisit_on, and_(Idea.status == "deferred", Idea.revisit_on <= _TODAY)
        ),
        "unannounced": _unannounced,
        "undeliverable": lambda: _of_people("undeliverable", _untold(), valued=valued),
        "not-solved": lambda: _of_people("not-solved", _unsolved(), valued=valued),
    }
    return ways[cause]() if cause else union_all(*(ways[each]() for each in CAUSES))
