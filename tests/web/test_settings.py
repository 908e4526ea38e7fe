"""What people set for themselves."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.core.clock import now
from portal.core.db import db
from portal.people import passwords
from portal.people.actions.tokens import make_token
from portal.people.models import AccountToken, Group, KnownDevice, LoginSession, Membership, Organisation, Person
from tests.factories import make_person
from tests.letters import sent
from tests.signing_in import csrf_of, sign_in

PASSWORD = "correct horse battery staple"
NEW = "seven purple lanterns dancing"
PAGES = ("profile", "reading", "address", "password", "sessions", "leave")


@pytest.fixture
def ada(client: FlaskClient) -> Person:
    ada = make_person("ada", password_hash=passwords.hashed(PASSWORD))
    sign_in(client, ada)
    return ada


def fill(client: FlaskClient, page: str, **fields: str) -> TestResponse:
    return client.post(f"/settings/{page}", data={"csrf_token": csrf_of(client, f"/settings/{page}"), **fields})


def again() -> Person:
    db.session.expire_all()
    return db.session.scalars(sa.select(Person)).first()


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_signs_in_first(client: FlaskClient, name: str) -> None:
    assert client.get(f"/settings/{name}").location == f"/sign-in?next=%2Fsettings%2F{name}"


@pytest.mark.parametrize("name", PAGES)
def test_each_page_costs_the_same_few_statements(
    client: FlaskClient, ada: Person, statements: list[str], name: str
) -> None:
    statements.clear()
    assert client.get(f"/settings/{name}").status_code == 200
    assert len(statements) <= (6 if name == "sessions" else 5)


def test_name_and_about(client: FlaskClient, ada: Person) -> None:
    assert fill(client, "profile", name="Ada\u202e\n Lovelace", about="I *count*.<script>").status_code == 303
    assert (again().name, again().about) == ("Ada Lovelace", "I *count*.<script>")
    page = client.get("/people/ada").text
    assert "<em>count</em>" in page
    assert "<script>" not in page.split("<main")[1]


def test_nobody_takes_the_name_of_staff(client: FlaskClient, ada: Person) -> None:
    make_person("grace", name="Grace Hopper", role="agent")
    for name in ("Grace Hopper", "grace  hopper", "Grасе Hopper", "Support", "Admin"):
        answer = fill(client, "profile", name=name, about="")
        assert answer.status_code == 422, name
        assert "someone on the team" in answer.text


def test_too_long_a_text_is_kept_in_the_form(client: FlaskClient, ada: Person) -> None:
    answer = fill(client, "profile", name="Ada", about="long " * 1000)
    assert answer.status_code == 422
    assert "long long" in answer.text


def test_reading(client: FlaskClient, ada: Person) -> None:
    chosen = {"language": "de", "time_zone": "Europe/Stockholm", "colour_scheme": "dark", "rows_per_list": "50"}
    assert fill(client, "reading", **chosen).status_code == 303
    person = again()
    assert (person.language, person.time_zone, person.colour_scheme, person.rows_per_list) == (
        "de", "Europe/Stockholm", "dark", 50)  # fmt: skip
    page = client.get("/settings/reading").text
    assert 'lang="de"' in page
    assert 'data-scheme="dark"' in page


@pytest.mark.parametrize(
    "wrong", [{"language": "xx"}, {"time_zone": "Mars/Base"}, {"colour_scheme": "pink"}, {"rows_per_list": "100000"},
              {"rows_per_list": "many"}],
)  # fmt: skip
def test_only_what_is_offered_can_be_chosen(client: FlaskClient, ada: Person, wrong: dict[str, str]) -> None:
    chosen = {"language": "en", "time_zone": "UTC", "colour_scheme": "auto", "rows_per_list": "30"} | wrong
    assert fill(client, "reading", **chosen).status_code == 422


def test_a_new_password_ends_the_other_sessions_and_is_told(app: Flask, client: FlaskClient, ada: Person) -> None:
    other = app.test_client()
    sign_in(other, ada)
    assert fill(client, "password", password=PASSWORD, new_password=NEW).status_code == 303
    assert client.get("/settings/password").status_code == 200
    assert other.get("/settings/password").status_code == 303
    [letter] = sent(app)
    assert "password was changed" in letter["Subject"]
    assert passwords.is_right(again().password_hash, NEW)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [("wrong", NEW, "not your password"), (PASSWORD, "ada12345", "easy to guess"), (PASSWORD, "short", "at least 8")],
)
def test_a_password_that_is_not_changed(client: FlaskClient, ada: Person, old: str, new: str, words: str) -> None:
    answer = fill(client, "password", password=old, new_password=new)
    assert answer.status_code == 422
    assert words in answer.text
    assert passwords.is_right(again().password_hash, PASSWORD)


def test_guessing_the_password_from_a_stolen_session_ends_somewhere(client: FlaskClient, ada: Person) -> None:
    answers = [fill(client, "leave", password=f"guess {number}").status_code for number in range(11)]
    assert answers == [422] * 10 + [429]


def test_sessions_are_listed_and_ended(app: Flask, client: FlaskClient, ada: Person) -> None:
    other, third = app.test_client(), app.test_client()
    others = [sign_in(other, ada), sign_in(third, ada)]
    page = client.get("/settings/sessions").text
    assert page.count('name="session"') == 3
    assert not any(each in page for each in others), "the id opens the account"
    marks = [part.split('"')[0] for part in page.split('name="session" value="')[1:]]
    mine = page.split("This one")[1].split('name="session" value="')[1].split('"')[0]
    fill(client, "sessions", session=next(mark for mark in marks if mark != mine))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LoginSession)) == 2
    fill(client, "sessions", session="")
    assert client.get("/settings/sessions").text.count('name="session"') == 1


def test_nobody_ends_the_session_of_someone_else(app: Flask, client: FlaskClient, ada: Person) -> None:
    from portal.people.actions.sessions import mark_of

    other = app.test_client()
    session_id = sign_in(other, make_person("bob"))
    fill(client, "sessions", session=mark_of(session_id))
    assert other.get("/settings/profile").status_code == 200


def test_leaving_takes_everything_that_says_who_it_was(app: Flask, client: FlaskClient, ada: Person) -> None:
    fill(client, "profile", name="Ada Lovelace", about="I *count*.")
    beta = Group(name="Beta")
    db.session.add(beta)
    db.session.flush()
    db.session.add(Membership(group_id=beta.id, person_id=ada.id, since=now()))
    db.session.add(KnownDevice(person_id=ada.id, digest="0" * 64, seen_at=now()))
    make_token("reset", ada, email="ada@example.com")
    db.session.commit()
    assert fill(client, "leave", password="wrong").status_code == 422
    assert fill(client, "leave", password=PASSWORD).location == "/sign-in"
    person = again()
    for table in (LoginSession, KnownDevice, Membership, AccountToken):
        assert not db.session.scalars(sa.select(table)).all()
    told = (person.username, person.username_key, person.email, person.email_key, person.password_hash)
    assert set(told) == {None}
    assert (person.name, person.about, person.about_html) == ("", "", "")
    assert (person.is_confirmed, person.erased_at is None) == (False, False)
    assert client.get("/people/ada").status_code == 404
    assert client.get("/settings/profile").status_code == 303
    make_person("ada")  # the name is free again


def test_the_only_admin_cannot_leave(client: FlaskClient, ada: Person) -> None:
    ada.role = "admin"
    db.session.commit()
    answer = fill(client, "leave", password=PASSWORD)
    assert answer.status_code == 403
    assert again().erased_at is None


def test_whom_someone_works_for_is_their_choice(app: Flask, client: FlaskClient, ada: Person) -> None:
    organisation = Organisation(name="Analytical Engines")
    db.session.add(organisation)
    db.session.flush()
    ada.organisation_id = organisation.id
    db.session.commit()
    visitor, agent = app.test_client(), app.test_client()
    sign_in(agent, make_person("agent", role="agent"))
    assert "Analytical" not in visitor.get("/people/ada").text
    assert "Analytical" in agent.get("/people/ada").text
    fill(client, "profile", name="", about="", shows_organisation="y")
    assert "Analytical" in visitor.get("/people/ada").text
