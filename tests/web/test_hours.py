"""The pages on which admins say when someone is there, and what categories promise."""

import re

import pytest
from flask.testing import FlaskClient

from portal.core.db import db
from portal.people.models import Person
from portal.questions.models import CategoryTarget
from portal.site.queries import site
from portal.threads.models import Category
from portal.web.admin.hours import DAYS
from portal.web.admin.targets import hours_of, minutes_of
from tests.factories import make_category, make_person
from tests.signing_in import csrf_of, sign_in
from tests.web.reading import soup

HOURS = "/admin/hours"


@pytest.fixture
def admin(client: FlaskClient) -> Person:
    person = make_person("ada", role="admin", password_hash="x")
    sign_in(client, person)
    return person


def post(client: FlaskClient, address: str, **fields: object):
    return client.post(address, data={"csrf_token": csrf_of(client, HOURS), **fields})


def week(**given: str) -> dict[str, str]:
    """Every day from eight to five, but for those given as `monday="9:00-24:00"`; an empty text: closed."""
    fields: dict[str, str] = {}
    for day in DAYS:
        fields[f"{day}_begins"], _, fields[f"{day}_ends"] = given.get(day, "08:00-17:00").partition("-")
    return fields


def test_the_hours_are_shown_and_changed(client: FlaskClient, admin: Person):
    page = soup(client.get(HOURS))
    shown = {field["name"]: field.get("value", "") for field in page.select(".week input")}
    assert (shown["monday_begins"], shown["friday_ends"], shown["sunday_begins"]) == ("09:00", "17:00", "")
    fields = week(monday="07:30-00:00", sunday="") | {"closed_days": "2026-12-25, 2026-01-01\n2026-12-25"}
    assert post(client, HOURS, **fields).location == HOURS
    now = site()
    assert now.week == ((450, 1440), *((480, 1020),) * 5, None)
    assert now.closed_days == ("2026-01-01", "2026-12-25")
    page = soup(client.get(HOURS))
    assert [field.get("value", "") for field in page.select(".week input")][:2] == ["07:30", "00:00"]
    assert "2026-01-01\n2026-12-25" in client.get(HOURS).text.replace("\r", "")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (week(monday="09:00-08:00"), "at least a quarter of an hour"),
        (week(monday="09:00-"), "at least a quarter of an hour"),
        (week(monday="25:00-26:00"), "Not a valid time value"),
        (week() | {"closed_days": "Christmas"}, "“Christmas” is not a day"),
    ],
)
def test_hours_that_cannot_be(client: FlaskClient, admin: Person, fields: dict[str, str], said: str):
    answer = post(client, HOURS, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert site().week[0] == (540, 1020)


def test_a_category_promises(client: FlaskClient, admin: Person):
    given = {"name": "Printing", "colour": "teal", "kinds": ["question"], "visibility": "everyone"}
    answer = post(client, "/admin/categories/new", **given, first_reply="soon", waiting="1001")
    assert answer.status_code == 422
    assert 'href="#first_reply"' in answer.text
    assert db.session.scalars(db.select(Category)).all() == []
    assert post(client, "/admin/categories/new", **given, first_reply="0,5", waiting="1001").status_code == 422
    assert post(client, "/admin/categories/new", **given, first_reply="0,5", waiting="1:20").status_code == 303
    made = db.session.scalars(db.select(Category)).one()
    at = f"/admin/categories/{made.id}"
    page = soup(client.get(at))
    assert [page.select_one(f"#{name}")["value"] for name in ("first_reply", "waiting")] == ["0.5", "1:20"]  # type: ignore[index]
    overview = client.get(HOURS).text
    assert "0.5 h" in overview
    assert "1:20 h" in overview
    assert post(client, at, **given, slug="printing", first_reply="8", waiting="").status_code == 303
    target = db.session.get_one(CategoryTarget, made.id, populate_existing=True)
    assert (target.first_reply, target.waiting) == (480, None)
    assert "Changed the targets of a category: Printing" in client.get("/staff/log").text
    assert post(client, f"{at}/delete").status_code == 303
    assert db.session.scalars(db.select(CategoryTarget)).all() == []


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("", None),
        ("4", 240),
        ("0.5", 30),
        ("0,25 h", 15),
        ("1:30", 90),
        ("0:07", 7),
        (" 12 ", 720),
        ("100000", 6_000_000),
    ],
)
def test_hours_as_people_type_them(typed: str, minutes: int | None):
    assert minutes_of(typed) == minutes
    assert minutes_of(hours_of(minutes)) == minutes


@pytest.mark.parametrize("typed", ["x", "-1", "1:5", "1:60", "1:2:3", "1e3", "²", "1.2.3", ".", "nan", "999999999"])
def test_what_is_no_number_of_hours(typed: str):
    with pytest.raises(ValueError, match=re.escape(typed)):
        minutes_of(typed)


def test_nobody_else_finds_the_hours(client: FlaskClient):
    make_category()
    assert client.get(HOURS).status_code == 404
    sign_in(client, make_person(role="moderator"))
    assert client.get(HOURS).status_code == 404
