"""Business time: whatever the week, the zone and the closed days, over changes of the clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.hours import DAY, OFFICE, Hours

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
NEVER: tuple[None, ...] = (None,) * 7
ALWAYS = ((0, DAY),) * 7

openings = st.tuples(st.integers(0, DAY - 15), st.integers(15, DAY)).map(lambda two: (two[0], max(two[0] + 15, two[1])))
weeks = st.lists(st.none() | openings, min_size=7, max_size=7).map(tuple)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
calendars = st.builds(
    Hours, st.sampled_from(ZONES), weeks, st.frozensets(st.dates(date(2025, 1, 1), date(2027, 6, 1)), max_size=9)
)
minutes = st.integers(0, 3000)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """In UTC, in 2026; 2 November is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "minutes", "due"),
    [
        (at(2, 10), 60, at(2, 11)),
        (at(2, 16, 30), 60, at(3, 9, 30)),  # overnight
        (at(2, 16), 60, at(2, 17)),  # as they leave
        (at(2, 3), 60, at(2, 10)),  # before they come
        (at(6, 16), 120, at(9, 10)),  # over the weekend
        (at(7, 12), 480, at(9, 17)),  # asked on a Saturday
        (at(2, 10), 0, at(2, 10)),
        (at(7, 10), 0, at(9, 9)),  # nothing is due while nobody is there
    ],
)
def test_office_hours(since: datetime, minutes: int, due: datetime) -> None:
    assert Hours().after(since, minutes) == due


def test_closed_days_are_skipped() -> None:
    closed = Hours(closed=frozenset({date(2026, 11, 3), date(2026, 11, 4)}))
    assert closed.after(at(2, 16), 120) == at(5, 10)


def test_where_nobody_is_ever_there_nothing_is_due() -> None:
    assert Hours(week=NEVER).after(at(2, 10), 1) is None
    assert Hours(week=NEVER).between(at(2, 10), at(9, 10)) == timedelta()
    shut = frozenset(date(2026, 1, 1) + timedelta(days=day) for day in range(4000))
    assert Hours(closed=shut).after(at(2, 10), 1) is None


def test_the_hours_are_those_of_the_clock_on_the_wall() -> None:
    berlin = Hours("Europe/Berlin")
    assert berlin.after(at(23, 14, 30, month=10), 60) == at(26, 8, 30, month=10)  # 16:30 in summer, 9:30 in winter
    night = Hours("Europe/Berlin", ALWAYS)
    assert night.after(at(24, 22, month=10), 25 * 60) == at(25, 23, month=10)  # that Sunday has 25 hours
    assert night.between(at(28, 23, month=3), at(29, 22, month=3)) == timedelta(hours=23)


def test_an_opening_within_the_hour_that_the_clock_skips() -> None:
    """From 2:30 until 3:00 on the night on which 2:00 is 3:00: nobody is there, and nothing runs backwards."""
    early = Hours("Europe/Berlin", ((150, 180),) * 7)
    assert early.after(at(28, 12, month=3), 30) == at(30, 1, month=3)


def test_around_the_clock() -> None:
    assert Hours(week=ALWAYS).after(at(7, 22), 5 * 60) == at(8, 3)


@settings(max_examples=150, deadline=None)
@given(calendars, moments, minutes, minutes)
def test_whatever_the_calendar(hours: Hours, since: datetime, few: int, more: int) -> None:
    due = hours.after(since, few)
    if due is None:
        assert not any(hours.week)
        return
    assert due >= since
    assert hours.between(since, due) == timedelta(minutes=few)
    assert hours.between(due, since) == -timedelta(minutes=few)
    later = hours.after(since, few + more)
    assert later is not None
    assert later >= due
    assert hours.between(due, later) == timedelta(minutes=more)
    next_one = hours.after(since + timedelta(minutes=more), few)
    assert next_one is not None
    assert next_one >= due, "what is asked later is not due earlier"


@settings(max_examples=80, deadline=None)
@given(calendars, st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_business_time_adds_up(hours: Hours, three: list[datetime]) -> None:
    one, two, last = three
    assert hours.between(one, two) + hours.between(two, last) == hours.between(one, last)
    assert timedelta() <= hours.between(one, last) <= last - one


def test_the_office_is_open_on_five_days() -> None:
    assert Hours().between(at(2, 0), at(9, 0)) == timedelta(hours=40)
    assert sum(day is not None for day in OFFICE) == 5
