"""What people look for is counted by the day, without anything that tells who it was."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db, write
from portal.core.errors import Forbidden, NotFound
from portal.people.viewer import VISITOR, Viewer
from portal.search.actions import counting
from portal.search.actions.counting import count_after_search, count_search, count_suggestion, deal_with, words_to_count
from portal.search.models import SearchAsked, SuggestionCount
from portal.search.queries.asked import searched_by_week, searches, suggested_by_week
from tests.factories import make_person, viewer_of

FRIDAY = datetime(2026, 3, 6, 12, tzinfo=UTC)


@dataclass
class Today:
    """A clock that tests set."""

    moment: datetime = FRIDAY


@pytest.fixture
def today(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Today:
    clock_of_test = Today()
    monkeypatch.setattr(clock, "now", lambda: clock_of_test.moment)
    return clock_of_test


@pytest.fixture
def agent(today: Today) -> Viewer:
    return viewer_of(make_person(role="agent"))


def searched(words: str, times: int = 1, *, nothing: bool = False, language: str = "en") -> None:
    for _ in range(times):
        write(count_search, words, language, found_nothing=nothing)


def listed(agent: Viewer, which: str, **given: object) -> list[str]:
    day = clock.now().date()
    found = searches(agent, which, since=day - timedelta(days=27), until=day, **given)  # type: ignore[arg-type]
    return [row.words for row in found]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Boarding   LIST ", "boarding list"),
        ("Größe ändern", "größe ändern"),
        ("ask ada@example.com about labels", "ask about labels"),
        ("@ada labels", "labels"),
        ("order 1234567 lost", "order lost"),
        ("error 4711", "error 4711"),
        ("call +46 70 123 45 67 now", "call now"),
        ("070-123 45 67", ""),
        ("see https://example.com/secret?of=me please", "see please"),
        ("c++ a-b", "c++ a-b"),
        ("two\nlines\x00", "two lines"),
        ("x" * 1000, "x" * 40),
        ("wide " * 100, ("wide " * 40).strip()),
    ],
)
def test_no_address_and_no_long_number_is_kept(typed: str, kept: str) -> None:
    assert words_to_count(typed) == kept


def test_the_lists_say_what_was_searched_and_what_came_of_it(agent: Viewer) -> None:
    searched("labels", 3)
    searched("boarding", 2)
    searched("ferry to the moon", 2, nothing=True)
    write(count_after_search, "labels", "en", what="opened")
    write(count_after_search, "labels", "en", what="asked_anyway")
    assert listed(agent, "asked") == ["labels", "boarding", "ferry to the moon"]
    assert listed(agent, "nothing") == ["ferry to the moon"]
    assert listed(agent, "unopened") == ["boarding"]
    assert listed(agent, "anyway") == ["labels"]
    row = searches(agent, "anyway", since=FRIDAY.date(), until=FRIDAY.date())[0]
    assert (row.asked, row.found_nothing, row.opened, row.asked_anyway) == (3, 0, 1, 1)


def test_languages_are_apart(agent: Viewer) -> None:
    searched("etikett", 2, language="sv")
    searched("etikett", 1, language="de")
    assert listed(agent, "asked") == ["etikett", "etikett"]
    assert [row.asked for row in searched_by_week(agent, since=FRIDAY.date(), language="sv")] == [2]
    assert listed(agent, "asked", language="en") == []


def test_words_that_nobody_searched_for_count_for_nothing(agent: Viewer, today: Today) -> None:
    write(count_after_search, "made up", "en", what="opened")
    assert db.session.query(SearchAsked).count() == 0
    searched("late")
    today.moment = FRIDAY + timedelta(hours=20)
    write(count_after_search, "late", "en", what="opened")
    assert [row.opened for row in db.session.query(SearchAsked)] == [1]
    today.moment = FRIDAY + timedelta(days=9)
    write(count_after_search, "late", "en", what="opened")
    assert [row.opened for row in db.session.query(SearchAsked)] == [1]


def test_one_day_has_room_for_so_many_words(agent: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_A_DAY", 2)
    for words in ("one", "two", "three", "one"):
        searched(words)
    assert {row.words: row.asked for row in db.session.query(SearchAsked)} == {"one": 2, "two": 1}


def test_what_is_dealt_with_is_off_the_list_until_it_is_searched_for_on_another_day(
    agent: Viewer, today: Today
) -> None:
    searched("moon", nothing=True)
    write(deal_with, agent, "moon", "en", on=True)
    assert (listed(agent, "nothing"), listed(agent, "nothing", dealt_with=True)) == ([], ["moon"])
    write(deal_with, agent, "moon", "en", on=False)
    assert listed(agent, "nothing") == ["moon"]
    write(deal_with, agent, "moon", "en", on=True)
    today.moment = FRIDAY + timedelta(days=3)
    searched("moon", nothing=True)
    assert listed(agent, "nothing") == ["moon"]


def test_weeks_begin_on_mondays_and_none_is_left_out(agent: Viewer, today: Today) -> None:
    searched("labels")
    today.moment = FRIDAY + timedelta(days=17)
    searched("labels", 2, nothing=True)
    weeks = searched_by_week(agent, since=FRIDAY.date())
    assert [(each.week.isoformat(), each.asked, each.found_nothing) for each in weeks] == [
        ("2026-03-02", 1, 0),
        ("2026-03-09", 0, 0),
        ("2026-03-16", 0, 0),
        ("2026-03-23", 2, 2),
    ]


def test_the_share_that_suggestions_saved(agent: Viewer) -> None:
    for what in ("shown", "shown", "shown", "shown", "opened", "deflected", "posted", "posted", "posted"):
        write(count_suggestion, "question", what)
    write(count_suggestion, "discussion", "posted")
    write(count_suggestion, "nowhere", "shown")
    write(count_suggestion, "question", "day")
    week = suggested_by_week(agent, since=FRIDAY.date())[0]
    assert (week.shown, week.opened, week.deflected, week.posted) == (4, 1, 1, 4)
    assert week.share == pytest.approx(0.2)
    assert suggested_by_week(agent, since=FRIDAY.date())[-1].share is not None


def test_all_is_thrown_away_after_400_days(agent: Viewer, today: Today) -> None:
    searched("old")
    write(count_suggestion, "question", "shown")
    today.moment = FRIDAY + timedelta(days=400)
    write(counting.sweep)
    assert (db.session.query(SearchAsked).count(), db.session.query(SuggestionCount).count()) == (1, 1)
    today.moment = FRIDAY + timedelta(days=401)
    write(counting.sweep)
    assert (db.session.query(SearchAsked).count(), db.session.query(SuggestionCount).count()) == (0, 0)


def test_it_is_for_staff_alone(agent: Viewer) -> None:
    day = FRIDAY.date()
    for viewer in (VISITOR, viewer_of(make_person())):
        with pytest.raises(NotFound):
            searches(viewer, "asked", since=day, until=day)
        with pytest.raises(NotFound):
            searched_by_week(viewer, since=day)
        with pytest.raises(NotFound):
            suggested_by_week(viewer, since=day)
        with pytest.raises(Forbidden):
            write(deal_with, viewer, "labels", "en", on=True)
