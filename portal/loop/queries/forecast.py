"""Who would be told, and who not and why, before anything is published: by the same SELECT that then tells them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, exists, false, func, literal, select, union, union_all
from sqlalchemy.orm import joinedload

from portal.core.db import db
from portal.core.errors import NotFound
from portal.ideas.models import Idea
from portal.loop.models import CAUSES, REASONS, Debt
from portal.loop.telling.claims import Claim, who
from portal.loop.telling.following import callees, idea_followers, subscribers
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.threads.models import Thread

Items = Sequence[tuple[int, int | None]]
NAMES = 100
"""Of each cause, so many are named."""


@dataclass(frozen=True, slots=True)
class Unreached:
    """Someone who will not be told."""

    id: int
    name: str
    username: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Why so many people will not be told; some of them, by name."""

    cause: str
    count: int
    people: tuple[Unreached, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """Someone who will be, so that one can look at what they will read."""

    id: int
    name: str
    username: str
    reason: str
    """Of REASONS."""
    asked: tuple[tuple[int, str, str], ...]
    """Their own ideas: the id, the title, and the reason of each."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """`told`: people, each counted once. `known`: those of the requesters who had been told already. `called`: who
    asked for none of the ideas, and is mentioned in the text. `followers`: who follows one of them. `subscribers`: who
    only follows announcements and gets the plain release note."""

    told: int
    known: int
    called: int
    followers: int
    subscribers: int
    causes: tuple[Cause, ...]

    @property
    def untold(self) -> int:
        return sum(each.count for each in self.causes)


def forecast(viewer: Viewer, announcement: Thread, items: Items, called: Sequence[str] = ()) -> Forecast:
    """For staff. `announcement`: its thread as it would be once published, with its category, and not added to the
    session. `items`: the ids of ideas, each with the outcome that it names already, or None. `called`: whom its text
    mentions, by the key of their username. Raises NotFound."""
    _staff_only(viewer)
    people = _people(announcement, items)
    counted = db.session.execute(select(people.c.fate, func.count()).group_by(people.c.fate)).all()
    by_fate: dict[str, int] = {row[0]: row[1] for row in counted}
    causes = [Cause(cause, by_fate[cause], _names(people, cause)) for cause in CAUSES if by_fate.get(cause)]
    told = select(people.c.person_id).where(people.c.fate == "told")
    named = select(Person.id.label("person_id")).where(Person.username_key.in_(called))
    mentioned = _besides(callees(named, announcement, besides=viewer.id), told)
    heard = _besides(_followers(announcement, items, besides=viewer.id), select(people.c.person_id), mentioned)
    fans = _besides(subscribers(announcement, besides=viewer.id), told, mentioned, heard)
    return Forecast(
        told=by_fate.get("told", 0),
        known=by_fate.get("known", 0),
        called=_count(mentioned) if called else 0,
        followers=_count(heard),
        subscribers=_count(fans),
        causes=tuple(causes),
    )


def _besides(people: Any, *others: Any) -> Any:
    """SELECT person_id of these, without all those others."""
    theirs = people.subquery().c.person_id
    return select(theirs).where(*(theirs.not_in(other) for other in others))


def _count(people: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(people.subquery())) or 0


def _followers(announcement: Thread, items: Items, *, besides: int | None) -> Any:
    """A SELECT of those who are told because they follow one of the ideas."""
    parts = [_besides(idea_followers(claim.idea, announcement, besides=besides)) for claim, _ in _claims(items)]
    return union(*parts) if parts else select(Person.id.label("person_id")).where(false())


def recipients(viewer: Viewer, announcement: Thread, items: Items, *, limit: int = 20) -> tuple[Reached, ...]:
    """Some of those who would be told, the strongest reasons first: to look at the message as one of them will."""
    _staff_only(viewer)
    people = _people(announcement, items)
    query = (
        select(Person.id, Person.name, Person.username, people.c.rank)
        .join(people, people.c.person_id == Person.id)
        .where(people.c.fate == "told")
        .order_by(people.c.rank, Person.id)
        .limit(limit)
    )
    rows: list[Any] = [*db.session.execute(query)]
    ids = [int(row.id) for row in rows]
    asked = _asked(announcement, items, ids)
    return tuple(
        Reached(id_, row.name or row.username or "", row.username or "", REASONS[int(row.rank)], asked.get(id_, ()))
        for id_, row in zip(ids, rows, strict=True)
    )


def _staff_only(viewer: Viewer) -> None:
    if not viewer.is_staff:
        raise NotFound


def _claims(items: Items) -> list[tuple[Claim, int | None]]:
    asked = [idea_id for idea_id, _outcome_id in items]
    query = select(Thread).join(Idea, Idea.thread_id == Thread.id).where(Thread.id.in_(asked))
    threads = {each.id: each for each in db.session.scalars(query.options(joinedload(Thread.category)))}
    return [
        (Claim(outcome_id or 0, "", threads[idea_id], idea_id), outcome_id)
        for idea_id, outcome_id in items
        if idea_id in threads
    ]


def _rows(announcement: Thread, items: Items) -> Any:
    """One row for each requester of each item: with what becomes of it."""
    parts: list[Any] = []
    for number, (claim, outcome_id) in enumerate(_claims(items)):
        each = who(number, claim, announcement).subquery()
        is_known: Any = literal(False)
        if outcome_id is not None:
            is_known = exists().where(
                Debt.outcome_id == outcome_id, Debt.person_id == each.c.person_id, Debt.state != "undeliverable"
            )
        # Told comes before known, and that before not told at all.
        fate = case((is_known, "1known"), (each.c.cause.is_(None), "0told"), else_=literal("2").concat(each.c.cause))
        parts.append(select(each.c.person_id, each.c.rank, each.c.asked_idea_id, fate.label("fate")))
    if not parts:
        nobody = (Person.id.label("person_id"), literal(0).label("rank"), literal(0).label("asked_idea_id"))
        parts.append(select(*nobody, literal("0told").label("fate")).where(Person.id.is_(None)))
    return union_all(*parts).subquery("rows")


def _people(announcement: Thread, items: Items) -> Any:
    """Each person once, with the best that becomes of them."""
    rows = _rows(announcement, items)
    best = func.min(rows.c.fate)
    return (
        select(rows.c.person_id, func.min(rows.c.rank).label("rank"), func.substr(best, 2).label("fate"))
        .group_by(rows.c.person_id)
        .subquery("people")
    )


def _names(people: Any, cause: str) -> tuple[Unreached, ...]:
    query = (
        select(Person.id, Person.name, Person.username)
        .join(people, people.c.person_id == Person.id)
        .where(people.c.fate == cause)
        .order_by(Person.name_key, Person.id)
        .limit(NAMES)
    )
    rows = db.session.execute(query)
    return tuple(Unreached(row.id, row.name or row.username or "", row.username or "") for row in rows)


def _asked(announcement: Thread, items: Items, people: Sequence[int]) -> dict[int, tuple[tuple[int, str, str], ...]]:
    if not people:
        return {}
    rows = _rows(announcement, items)
    query = (
        select(rows.c.person_id, rows.c.asked_idea_id, Thread.title, rows.c.rank)
        .join(Thread, Thread.id == rows.c.asked_idea_id)
        .where(rows.c.person_id.in_(people), rows.c.fate == "0told")
        .order_by(rows.c.rank, rows.c.asked_idea_id)
    )
    found: dict[int, tuple[tuple[int, str, str], ...]] = {}
    for row in db.session.execute(query):
        found[row.person_id] = (*found.get(row.person_id, ()), (row.asked_idea_id, row.title, REASONS[row.rank]))
    return found
