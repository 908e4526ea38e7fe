"""Sessions: cookies, rotation, what ends them, what they cost."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal import create_app
from portal.core.clock import now
from portal.core.db import db
from portal.people import passwords
from portal.people.models import Group, LoginSession, Membership, Person, Suspension
from portal.people.queries import viewer_of
from tests.conftest import settings_for
from tests.factories import make_category, make_person, make_reply, make_thread
from tests.letters import sent
from tests.signing_in import csrf_of, sign_in

PASSWORD = "correct horse battery staple"


@pytest.fixture
def ada(app: Flask) -> Person:
    return make_person("ada", password_hash=passwords.hashed(PASSWORD))


def enter(client: FlaskClient, **more: str):
    fields = {"csrf_token": csrf_of(client), "login": "ada", "password": PASSWORD, **more}
    return client.post("/sign-in", data=fields)


def test_who_it_is_with_their_groups_in_one_statement(app: Flask, ada: Person, statements: list[str]) -> None:
    groups = [Group(name=name) for name in ("beta", "partners", "others")]
    db.session.add_all(groups)
    db.session.flush()
    for group in groups[:2]:
        db.session.add(Membership(group_id=group.id, person_id=ada.id, since=now()))
    expected = {group.id for group in groups[:2]}
    db.session.commit()
    session_id = sign_in(app.test_client(), ada)
    statements.clear()
    viewer = viewer_of(session_id)
    assert len(statements) == 1
    assert viewer is not None
    assert (viewer.username, viewer.group_ids) == ("ada", expected)


def test_the_cookie_holds_the_id_of_a_row_and_rotates(client: FlaskClient, ada: Person) -> None:
    client.get("/sign-in")
    with client.session_transaction() as before:
        token = before["csrf_token"]
    enter(client)
    with client.session_transaction() as first:
        assert set(first) - {"_flashes"} == {"_user_id", "_fresh", "_id", "_permanent"} | ({"csrf_token"} & set(first))
        assert first.get("csrf_token") != token
        one = first["_user_id"]
    client.post("/sign-out", data={"csrf_token": csrf_of(client, "/settings/profile")})
    assert db.session.get(LoginSession, one) is None
    enter(client)
    with client.session_transaction() as second:
        assert second["_user_id"] != one


@pytest.mark.parametrize("production", [False, True])
def test_cookies(app: Flask, tmp_path: Path, production: bool) -> None:
    given = {"rondo_env": "production", "public_url": "https://rondo.example"} if production else {}
    made = create_app(settings_for(app.config["RONDO"].database, tmp_path, **given))
    made.test_client_class = app.test_client_class
    db._app_engines[made] = db._app_engines[app]
    cookie = made.test_client().get("/sign-in", base_url="https://rondo.example").headers["Set-Cookie"]
    assert cookie.startswith("__Host-rondo=" if production else "rondo=")
    assert ("Secure" in cookie) is production
    for word in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


def test_someone_suspended_is_out_at_once_and_learns_why(app: Flask, client: FlaskClient, ada: Person) -> None:
    sign_in(client, ada)
    db.session.add(Suspension(person_id=ada.id, reason="advertising", since=now(), until=now() + timedelta(days=1)))
    db.session.commit()
    assert client.get("/settings/profile").status_code == 303
    answer = enter(app.test_client())
    assert answer.status_code == 403
    assert "advertising" in answer.text
    db.session.execute(sa.update(Suspension).values(until=now() - timedelta(seconds=1)))
    db.session.commit()
    assert enter(app.test_client()).status_code == 303


def test_a_session_not_seen_for_a_month_is_over(client: FlaskClient, ada: Person) -> None:
    session_id = sign_in(client, ada)
    db.session.get_one(LoginSession, session_id).seen_at = now() - timedelta(days=31)
    db.session.commit()
    assert client.get("/settings/profile").status_code == 303


def test_last_seen_is_written_every_five_minutes_at_most(
    client: FlaskClient, ada: Person, statements: list[str]
) -> None:
    session_id = sign_in(client, ada)
    statements.clear()
    client.get("/settings/password")
    assert not [each for each in statements if each.startswith("UPDATE")]
    db.session.get_one(LoginSession, session_id).seen_at = now() - timedelta(minutes=6)
    db.session.commit()
    answer = client.get("/settings/password")
    assert "Set-Cookie" in answer.headers, "the cookie lives on with the session"
    assert now() - db.session.get_one(LoginSession, session_id, populate_existing=True).seen_at < timedelta(minutes=1)


def test_visitors_read_no_session_and_get_no_cookie(client: FlaskClient, statements: list[str]) -> None:
    make_category("General")
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert not [each for each in statements if "login_session" in each]


def test_a_forged_cookie_is_nobody(app: Flask, client: FlaskClient, ada: Person) -> None:
    client.set_cookie("rondo", "eyJfdXNlcl9pZCI6IjEifQ.forged.forged")
    assert client.get("/settings/profile").status_code == 303


@pytest.mark.parametrize("typed", ["a\0b", "\0", "x" * 100_000, "\ud7ff\uffff", "' OR 1=1 --"])
def test_odd_things_to_sign_in_with(client: FlaskClient, typed: str) -> None:
    fields = {"csrf_token": csrf_of(client), "login": typed, "password": typed}
    assert client.post("/sign-in", data=fields).status_code in (400, 413, 422)
    fields |= {"email": typed, "username": typed}
    assert client.post("/sign-up", data=fields).status_code in (400, 413, 422)
    assert client.get(f"/people/{typed[:50]}").status_code in (400, 404)


class TestPressingFirst:
    """The real thing: a visitor presses a button under a post, or sends a reply."""

    @pytest.fixture
    def post_id(self, app: Flask) -> int:
        thread = make_thread(make_person("asker"))
        return make_reply(thread, make_person("helper")).id

    def test_helpful_by_way_of_signing_in(self, client: FlaskClient, ada: Person, post_id: int) -> None:
        from portal.threads.models import PostVote

        answer = client.post(f"/posts/{post_id}/vote", data={"on": "1"})
        act = answer.location.split("act=")[1].split("&")[0]
        done = enter(client, act=act)
        assert done.status_code == 303
        assert done.location.endswith(f"#post-{post_id}")
        assert db.session.scalars(sa.select(PostVote.person_id)).all() == [ada.id]

    def test_with_a_script_the_page_goes_to_the_sign_in(self, client: FlaskClient, post_id: int) -> None:
        answer = client.post(f"/posts/{post_id}/vote", data={"on": "1"}, headers={"HX-Request": "true"})
        assert answer.headers["HX-Redirect"].startswith("/sign-in?act=")

    def test_a_question_by_way_of_signing_up(self, client: FlaskClient) -> None:
        category = make_category("General")
        asked = {"title": "Why is it so slow?", "body": "It takes ages.", "category": str(category.id), "tags": ""}
        answer = client.post("/questions/new", data=asked)
        act = answer.location.split("act=")[1].split("&")[0]
        new = {"email": "new@example.com", "username": "newcomer", "password": PASSWORD}
        done = client.post("/sign-up", data={"csrf_token": csrf_of(client), "act": act, **new})
        assert done.status_code == 303
        assert "why-is-it-so-slow" in done.location
        assert "It takes ages." in client.get(done.location).text

    def test_an_answer_by_way_of_signing_up(self, app: Flask, client: FlaskClient) -> None:
        thread = make_thread(make_person("asker"))
        answer = client.post(f"/threads/{thread.id}/replies", data={"body": "Turn it **off** and on."})
        act = answer.location.split("act=")[1].split("&")[0]
        new = {"email": "new@example.com", "username": "newcomer", "password": PASSWORD}
        done = client.post("/sign-up", data={"csrf_token": csrf_of(client), "act": act, **new})
        assert done.status_code == 303
        assert "Turn it <strong>off</strong> and on." in client.get(done.location).text
        assert [letter["To"] for letter in sent(app)] == ["new@example.com"]
