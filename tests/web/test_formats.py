"""Dates, numbers and names as people read them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel, force_locale, refresh

from portal.core import clock
from portal.web import formats

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def zone() -> dict[str, str]:
    return {"name": "Europe/Stockholm"}


@pytest.fixture(autouse=True)
def app(zone: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    app = Flask(__name__)
    Babel(app, timezone_selector=lambda: zone["name"])
    formats.mount(app)
    with app.test_request_context():
        yield app


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=-30), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=3, minutes=59), "3 hours ago"),
        (timedelta(hours=13), "13 hours ago"),
        (timedelta(hours=14), "yesterday"),
        (timedelta(hours=36), "yesterday"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=7), "Nov 14"),
        (timedelta(days=324), "Jan 1"),
        (timedelta(days=326), "Dec 30, 2025"),
    ],
)
def test_how_long_ago(before: timedelta, words: str):
    assert formats.ago(NOW - before) == words


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(seconds=-5), "soon"),
        (timedelta(seconds=59), "soon"),
        (timedelta(seconds=60), "in 1 minute"),
        (timedelta(hours=3, minutes=59), "in 3 hours"),
        (timedelta(days=1), "Nov 22"),
        (timedelta(days=60), "Jan 20, 2027"),
    ],
)
def test_a_time_to_come(after: timedelta, words: str):
    drawn = formats.time_ahead(NOW + after)
    assert drawn.endswith(f">{words}</time>")
    assert drawn.startswith(f'<time datetime="{formats.iso(NOW + after)}" title="')


def test_a_time_without_its_zone_is_utc():
    assert formats.ago((NOW - timedelta(hours=2)).replace(tzinfo=None)) == "2 hours ago"
    assert formats.iso(NOW.replace(tzinfo=None)) == "2026-11-21T12:00:00Z"


def test_the_exact_time_is_in_the_readers_zone_and_names_it(zone: dict[str, str]):
    assert formats.exact(NOW) == "Saturday, November 21, 2026, 1:00\u202fPM CET"
    zone["name"] = "America/New_York"
    refresh()
    assert formats.exact(NOW) == "Saturday, November 21, 2026, 7:00\u202fAM EST"
    with force_locale("de"):
        assert formats.exact(NOW) == "Samstag, 21. November 2026, 07:00 EST"


def test_the_day_is_that_of_the_readers_zone(zone: dict[str, str]):
    late = datetime(2026, 3, 12, 23, 30, tzinfo=UTC)
    assert formats.day(late) == "March 13, 2026"
    zone["name"] = "UTC"
    refresh()
    assert formats.day(late) == "March 12, 2026"
    assert formats.day(late.date()) == "March 12, 2026"


def test_machines_read_utc():
    assert formats.iso(NOW.astimezone(ZoneInfo("Asia/Tokyo"))) == "2026-11-21T12:00:00Z"


def test_other_languages():
    with force_locale("de"):
        assert formats.ago(NOW - timedelta(days=3)) == "vor 3 Tagen"
        assert formats.number(12345) == "12.345"
        assert (formats.page_language(), formats.page_direction()) == ("de", "ltr")
    with force_locale("ar"):
        assert formats.page_direction() == "rtl"


@pytest.mark.parametrize(("value", "words"), [(0, "0"), (999, "999"), (1000, "1,000"), (-1234, "-1,234"), (1.5, "1.5")])
def test_numbers(value: float, words: str):
    assert formats.number(value) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Lindqvist", "AL"),
        ("anna", "A"),
        ("Ada von der Leyen", "AL"),
        ("P. Okafor", "PO"),
        ("_x_ 99", "X9"),
        ("陈伟", "陈"),
        ("محمد الأحمد", "ما"),
        ("***", "*"),
        ("", ""),
        ("ßeta", "SS"),
    ],
)
def test_initials(name: str, letters: str):
    assert formats.initials(name) == letters


def test_a_name_keeps_its_colour():
    assert formats.avatar_colour("Anna") == formats.avatar_colour("ANNA")
    colours = {formats.avatar_colour(f"person {number}") for number in range(200)}
    assert colours == set(range(formats.AVATAR_COLOURS))


@pytest.mark.usefixtures("app")
def test_templates_have_them():
    render: Callable[..., str] = render_template_string
    drawn = render("{{ at|ago }} {{ at|iso }} {{ 'Bo Ek'|initials }} {{ page_language() }}", at=NOW)
    assert drawn == "just now 2026-11-21T12:00:00Z BE en"
