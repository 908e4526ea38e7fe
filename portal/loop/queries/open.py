"""Open loops: ideas whose requesters still wait for something, by cause."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.core import clock
from portal.core.db import ask, param
from portal.core.errors import NotFound
from portal.core.paging import Order, Page, page
from portal.ideas.models import Idea, Outcome, StatusName, Supporter
from portal.loop.policy import can_see_loops
from portal.loop.queries.causes import CAUSES, loops_of
from portal.people.models import STAFF, Person
from portal.people.viewer import Viewer
from portal.threads.models import Category, Thread, path_of

ORDERS = ("people", "waiting", "value")
ME, NOBODY = "me", "nobody"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which open loops, in which order."""

    cause: str = ""
    order: str = "people"
    owner: str = ""
    """Of anyone (''), of whoever looks (ME), of NOBODY on the team, or of the person with this id."""
    category_id: int | None = None
    organisation_id: int | None = None
    """Only those where someone who works there waits."""


@dataclass(frozen=True, slots=True)
class Patience:
    """The days after which a loop counts as open."""

    respond: int = 7
    silence: int = 60


@dataclass(frozen=True, slots=True)
class OpenLoop:
    """One idea and why its loop is open. `people` wait since `since`; `value` is what their organisations are worth."""

    cause: str
    idea_id: int
    path: str
    title: str
    language: str
    status: str
    status_name: str
    category_name: str
    category_slug: str
    category_colour: str
    author_name: str
    owner_id: int | None
    owner_name: str
    people: int
    since: datetime
    value: int
    day: date | None
    """Its target date, or that on which it was to be looked at again."""


def open_loops(viewer: Viewer, choice: Choice, patience: Patience, *, cursor: str | None = None) -> Page[OpenLoop]:
    """One page of them: most people, longest waiting or most valuable first. One statement. Raises NotFound."""
    _for_staff(viewer)
    query, order = _paged(_sort_of(choice), choice.cause, choice.order)
    values = _values(viewer, choice, patience)
    return page(query, order, cursor=cursor, limit=viewer.rows_per_list, make=_row, values=values)


def count_open(viewer: Viewer, choice: Choice, patience: Patience) -> dict[str, int]:
    """How many there are of each of CAUSES, whichever is chosen. One statement."""
    _for_staff(viewer)
    found = dict.fromkeys(CAUSES, 0)
    for number, count in ask(_counted(_sort_of(choice)), _values(viewer, choice, patience)):
        found[CAUSES[number]] = count
    return found


_Sort = tuple[str, bool, bool]
"""Of a choice, what its statement is made by: of an owner, of nobody or of anyone; by category; by organisation."""


def _sort_of(choice: Choice) -> _Sort:
    owner = choice.owner if choice.owner in ("", NOBODY) else ME
    return owner, choice.category_id is not None, choice.organisation_id is not None


@lru_cache(maxsize=256)
def _paged(sort: _Sort, cause: str, order: str) -> tuple[Any, Order]:
    loops = loops_of(cause if cause in CAUSES else "").subquery("open_loop")
    query = _shown(loops).where(*_chosen(sort))
    by = {"people": loops.c.people, "waiting": loops.c.since, "value": loops.c.value}[order]
    return query, Order(by, loops.c.idea_id * len(CAUSES) + loops.c.number, ascending=order == "waiting")


@lru_cache(maxsize=32)
def _counted(sort: _Sort) -> Any:
    loops = loops_of(valued=False).subquery("open_loop")
    query = select(loops.c.number, func.count()).select_from(loops).join(Idea, Idea.thread_id == loops.c.idea_id)
    return query.join(Thread, Thread.id == Idea.thread_id).where(*_chosen(sort)).group_by(loops.c.number)


def _values(viewer: Viewer, choice: Choice, patience: Patience) -> dict[str, Any]:
    now = clock.now()
    return {
        "today": now.date(),
        "unanswered_since": now - timedelta(days=patience.respond),
        "silent_since": now - timedelta(days=patience.silence),
        "owner": viewer.id if choice.owner == ME else int(choice.owner) if choice.owner.isdecimal() else None,
        "category": choice.category_id,
        "organisation": choice.organisation_id,
    }


def _chosen(sort: _Sort) -> list[ColumnElement[bool]]:
    """Staff see every idea, so nothing else narrows what they see."""
    owner, category, organisation = sort
    where: list[ColumnElement[bool]] = []
    if owner:
        where.append(_unseen_to() if owner == NOBODY else Idea.owner_id == param("owner", BigInteger()))
    if category:
        where.append(Thread.category_id == param("category", BigInteger()))
    if organisation:
        there = Person.organisation_id == param("organisation", BigInteger())
        voted = select(Supporter.root_id).join(Person, Person.id == Supporter.person_id).where(there)
        where.append(or_(Idea.thread_id.in_(voted), exists().where(Person.id == Thread.author_id, there)))
    return where


def _unseen_to() -> ColumnElement[bool]:
    """Nobody on the team sees to it: nobody at all, or someone who is not on the team any more."""
    return or_(Idea.owner_id.is_(None), exists().where(Person.id == Idea.owner_id, Person.role.not_in(STAFF)))


_AUTHOR, _OWNER = aliased(Person), aliased(Person)


def _shown(loops: Any) -> Any:
    return (
        select(
            *loops.c,
            Thread.slug,
            Thread.title,
            Thread.language,
            Thread.author_name,
            Idea.status,
            Idea.target_on,
            Idea.revisit_on,
            Idea.owner_id,
            StatusName.name.label("status_name"),
            Category.name.label("category_name"),
            Category.slug.label("category_slug"),
            Category.colour.label("category_colour"),
            _AUTHOR.name.label("author"),
            _AUTHOR.username.label("author_username"),
            _OWNER.name.label("owner"),
            _OWNER.username.label("owner_username"),
        )
        .select_from(loops)
        .join(Idea, Idea.thread_id == loops.c.idea_id)
        .join(Thread, Thread.id == Idea.thread_id)
        .join(Category, Category.id == Thread.category_id)
        .outerjoin(StatusName, StatusName.status == Idea.status)
        .outerjoin(_AUTHOR, _AUTHOR.id == Thread.author_id)
        .outerjoin(_OWNER, _OWNER.id == Idea.owner_id)
    )


def _row(row: Any) -> OpenLoop:
    number: int = row.number
    cause = CAUSES[number]
    return OpenLoop(
        cause=cause,
        idea_id=row.idea_id,
        path=path_of("idea", row.idea_id, row.slug),
        title=row.title,
        language=row.language,
        status=row.status,
        status_name=row.status_name or "",
        category_name=row.category_name,
        category_slug=row.category_slug,
        category_colour=row.category_colour,
        author_name=row.author or row.author_username or row.author_name,
        owner_id=row.owner_id,
        owner_name=row.owner or row.owner_username or "",
        people=row.people,
        since=datetime.fromtimestamp(row.since, UTC),
        value=int(row.value),
        day=row.revisit_on if cause == "revisit" else row.target_on,
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """What holds of an idea: its status, the public reason, and its target date, or the day to look at it again."""

    status: str
    reason: str
    day: date | None


def standing_decision(viewer: Viewer, idea_id: int) -> Decision:
    """What was decided last, to be amended. Raises NotFound where nothing was."""
    _for_staff(viewer)
    query = select(Outcome.status, Outcome.reason, Outcome.target_on, Outcome.revisit_on)
    row = ask(query.join(Idea, Idea.outcome_id == Outcome.id).where(Idea.thread_id == idea_id)).first()
    if row is None:
        raise NotFound
    return Decision(row.status, row.reason, row.revisit_on if row.status == "deferred" else row.target_on)


def _for_staff(viewer: Viewer) -> None:
    if not can_see_loops(viewer):
        raise NotFound
