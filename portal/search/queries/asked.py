"""What people looked for, for staff: the words that were searched for, and what became of suggestions, by week."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.search.models.asked import SearchAsked, SuggestionCount
from portal.search.policy import can_read_searches

MOST = 100
"""Rows of a list of words."""
LISTS = ("asked", "nothing", "unopened", "anyway")
"""Searched most; found nothing; found, and nothing opened; opened, and asked all the same."""


@dataclass(frozen=True, slots=True)
class AskedRow:
    """Words that were searched for, over some days."""

    words: str
    language: str
    asked: int
    found_nothing: int
    opened: int
    asked_anyway: int
    dealt_with_at: datetime | None
    dealt_with_by: str


@dataclass(frozen=True, slots=True)
class Searched:
    """All searches of one week, which is named by its Monday."""

    week: date
    asked: int = 0
    found_nothing: int = 0
    opened: int = 0
    asked_anyway: int = 0


@dataclass(frozen=True, slots=True)
class Suggested:
    """All suggestions of one week, likewise."""

    week: date
    shown: int = 0
    opened: int = 0
    deflected: int = 0
    posted: int = 0
    voted: int = 0

    @property
    def share(self) -> float | None:
        """Of those whose end is known, how many left without posting; None where nobody did anything."""
        ended = self.deflected + self.posted + self.voted
        return (self.deflected + self.voted) / ended if ended else None


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def searches(
    viewer: Viewer, which: str, *, since: date, until: date, language: str = "", dealt_with: bool = False
) -> tuple[AskedRow, ...]:
    """One of LISTS over the days from `since` to `until`, the most first: what nobody dealt with, or the rest."""
    _staff(viewer)
    asked, nothing, opened, anyway = (func.sum(getattr(SearchAsked, name)) for name in SEARCHED)
    wanted: dict[str, tuple[ColumnElement[bool], ColumnElement[Any]]] = {
        "asked": (asked > 0, asked),
        "nothing": (nothing > 0, nothing),
        "unopened": ((asked > nothing) & (opened == 0), asked),
        "anyway": ((opened > 0) & (anyway > 0), anyway),
    }
    having, order = wanted[which]
    done = SearchAsked.dealt_with_at
    query = (
        select(
            SearchAsked.words,
            SearchAsked.language,
            asked,
            nothing,
            opened,
            anyway,
            func.max(done),
            func.max(Person.name),
        )
        .outerjoin(Person, Person.id == SearchAsked.dealt_with_by_id)
        .where(_within(SearchAsked.day, since, until), done.is_not(None) if dealt_with else done.is_(None))
        .group_by(SearchAsked.words, SearchAsked.language)
        .having(having)
        .order_by(order.desc(), SearchAsked.words, SearchAsked.language)
        .limit(MOST)
    )
    if language:
        query = query.where(SearchAsked.language == language)
    return tuple(AskedRow(*row[:7], row[7] or "") for row in db.session.execute(query))


def searched_by_week(viewer: Viewer, *, since: date, language: str = "") -> tuple[Searched, ...]:
    """Every week from that of `since` to this one, the oldest first."""
    _staff(viewer)
    table = SearchAsked
    query = select(table.day, *(func.sum(getattr(table, name)) for name in SEARCHED)).group_by(table.day)
    query = query.where(table.day >= monday(since))
    if language:
        query = query.where(table.language == language)
    return tuple(Searched(week, *sums) for week, sums in _weeks(query, since, len(SEARCHED)))


def suggested_by_week(viewer: Viewer, *, since: date) -> tuple[Suggested, ...]:
    """The same of what was suggested, in all places together."""
    _staff(viewer)
    table = SuggestionCount
    query = select(table.day, *(func.sum(getattr(table, name)) for name in SUGGESTED)).group_by(table.day)
    return tuple(
        Suggested(week, *sums) for week, sums in _weeks(query.where(table.day >= monday(since)), since, len(SUGGESTED))
    )


SEARCHED = tuple(field.name for field in fields(Searched))[1:]
SUGGESTED = tuple(field.name for field in fields(Suggested))[1:]


def _weeks(query: Any, since: date, columns: int) -> Iterable[tuple[date, list[int]]]:
    sums: dict[date, list[int]] = defaultdict(lambda: [0] * columns)
    for day, *numbers in db.session.execute(query):
        week = sums[monday(day)]
        for place, number in enumerate(numbers):
            week[place] += int(number or 0)
    week = monday(since)
    while week <= clock.now().date():
        yield week, sums[week]
        week += timedelta(days=7)


def _within(day: Any, since: date, until: date) -> ColumnElement[bool]:
    return day.between(since, until)


def _staff(viewer: Viewer) -> None:
    if not can_read_searches(viewer):
        raise NotFound
