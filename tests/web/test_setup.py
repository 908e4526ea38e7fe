"""The first visit of an empty portal: from nothing to a community that people can use, and nobody else in between."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.config import Settings
from portal.core.db import db, write
from portal.core.errors import NotFound
from portal.people.actions.administering import create_first_admin
from portal.people.models import LoginSession, Person
from portal.site.queries import Site, site
from portal.threads.models import Category
from tests.factories import make_category, make_person
from tests.signing_in import csrf_of, sign_in

ADMIN = {"email": "ada@example.com", "username": "ada", "password": "correct horse battery staple"}


def make_admin(client: FlaskClient, **how: object):
    return client.post("/setup", data=ADMIN, **how)


def admins() -> list[Person]:
    return list(db.session.scalars(db.select(Person).filter_by(role="admin")))


def test_from_nothing_to_a_community(client: FlaskClient):
    first = client.get("/")
    assert 'action="/setup"' in first.text
    assert "users create you@example.com --username you --role admin" in first.text
    assert first.headers["Cache-Control"] == "no-store"

    answer = make_admin(client)
    assert answer.location == "/setup/name"
    (admin,) = admins()
    assert (admin.username, admin.is_confirmed) == ("ada", True)
    assert db.session.scalars(db.select(LoginSession)).one().person_id == admin.id

    named = {"name": "Hagen", "accent": "violet", "language": "de", "time_zone": "Europe/Berlin"}
    token = csrf_of(client, "/setup/name")
    assert client.post("/setup/name", data=named | {"csrf_token": token}).location == "/setup/categories"
    assert (site().name, site().accent, site().language) == ("Hagen", "violet", "de")
    db.session.refresh(admin)
    assert (admin.language, admin.time_zone) == ("de", "Europe/Berlin")

    page = client.get("/setup/categories").text
    assert 'name="name_0"' in page
    token = csrf_of(client, "/setup/categories")
    rows = {"name_0": "Printing", "description_0": "Paper", "name_1": "", "name_3": "Else"}
    assert client.post("/setup/categories", data=rows | {"csrf_token": token}).location == "/"
    assert db.session.scalars(db.select(Category.name).order_by(Category.position)).all() == ["Printing", "Else"]

    for kind in ("questions", "discussions", "ideas"):
        assert ">Printing</option>" in client.get(f"/{kind}/new").text
    home = client.get("/").text
    assert "/admin/people/new" in home
    assert site().is_set_up
    for path in ("/setup/name", "/setup/categories"):
        assert client.get(path).status_code == 404


LOCAL = {"REMOTE_ADDR": "127.0.0.1", "SERVER_PROTOCOL": "HTTP/1.1"}


@pytest.mark.parametrize(
    "environ",
    [
        {"REMOTE_ADDR": "203.0.113.7"},
        {"REMOTE_ADDR": "172.17.0.1"},
        {"REMOTE_ADDR": "::ffff:203.0.113.7"},
        {"HTTP_HOST": "evil.example.com"},
        {"HTTP_HOST": "localhost.evil.example.com"},
        {"HTTP_HOST": "127.0.0.1.evil.example.com:8000"},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_X_FORWARDED_HOST": "localhost"},
        {"HTTP_VIA": "1.1 proxy"},
        {"SERVER_PROTOCOL": "HTTP/1.0"},
    ],
)
def test_nobody_else_makes_the_first_admin(client: FlaskClient, environ: dict[str, str]):
    page = client.get("/", environ_overrides=LOCAL | environ)
    assert page.status_code == 200
    assert 'action="/setup"' not in page.text
    assert "users create" in page.text
    assert make_admin(client, environ_overrides=LOCAL | environ).status_code == 404
    assert not admins()


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_whoever_sits_at_the_machine_may(client: FlaskClient, host: str):
    address = "::1" if host.startswith("[") else "127.0.0.1"
    assert make_admin(client, environ_overrides={"HTTP_HOST": host, "REMOTE_ADDR": address}).status_code == 303


@pytest.mark.parametrize(
    "change",
    [
        {"rondo_env": "production"},
        {"trusted_proxies": 1},
        {"host": "0.0.0.0"},
        {"public_url": "https://community.example.com"},
    ],
)
def test_not_where_others_can_reach_the_server(
    app: Flask, client: FlaskClient, change: dict[str, object], monkeypatch: pytest.MonkeyPatch
):
    settings: Settings = app.config["RONDO"]
    monkeypatch.setitem(app.config, "RONDO", settings.model_copy(update=change))
    assert 'action="/setup"' not in client.get("/").text
    assert make_admin(client).status_code == 404
    assert not admins()


def test_another_site_cannot_send_the_form(client: FlaskClient):
    assert make_admin(client, headers={"Origin": "https://evil.example.com"}).status_code == 400
    assert make_admin(client, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert not admins()


def test_only_while_there_is_no_admin(app: Flask, client: FlaskClient):
    make_person("boss", role="admin")
    assert make_admin(client).status_code == 404
    assert client.get("/setup").status_code == 404
    page = client.get("/").text
    assert 'action="/setup"' not in page
    assert "/sign-in?next=/setup" in page
    assert "users create" not in page
    assert len(admins()) == 1


def test_once(app: Flask):
    given = {"email": "a@example.com", "password_hash": "x", "site": Site()}
    first = write(create_first_admin, username="first", **given)
    db.session.get_one(Person, first).role = "member"
    db.session.commit()
    with pytest.raises(NotFound):
        write(create_first_admin, username="second", **given)


@pytest.mark.parametrize(("field", "value"), [("email", "x"), ("username", "!"), ("password", "password")])
def test_what_cannot_be_keeps_what_was_typed(client: FlaskClient, field: str, value: str):
    answer = client.post("/setup", data=ADMIN | {field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "correct horse" not in answer.text
    assert not admins()
    assert make_admin(client).status_code == 303


def test_an_admin_from_the_command_line_goes_on_from_the_front_page(client: FlaskClient):
    sign_in(client, make_person("boss", role="admin"))
    assert client.get("/").location == "/setup"
    assert client.get("/setup").location == "/setup/name"


def test_categories_that_cannot_be(client: FlaskClient):
    sign_in(client, make_person("boss", role="admin"))
    token = csrf_of(client, "/setup/categories")
    empty = {f"name_{n}": " " for n in range(4)} | {"csrf_token": token}
    answer = client.post("/setup/categories", data=empty)
    assert answer.status_code == 422
    assert "at least one category" in answer.text
    answer = client.post(
        "/setup/categories", data=empty | {"name_0": "Same", "name_3": "SAME", "description_3": "kept"}
    )
    assert answer.status_code == 422
    assert 'href="#name_3"' in answer.text
    assert 'value="kept"' in answer.text
    assert not db.session.scalars(db.select(Category)).all()


@pytest.mark.parametrize("role", ["visitor", "member", "moderator"])
def test_the_steps_are_for_admins(client: FlaskClient, role: str):
    if role != "visitor":
        sign_in(client, make_person(role=role))
    for path in ("/setup/name", "/setup/categories"):
        assert client.get(path).status_code == 404
        assert client.post(path, data={"name": "Mine"}).status_code in (400, 404)
    assert site() == Site()


def test_no_dead_end_for_people_who_come_early(client: FlaskClient):
    make_person("boss", role="admin")
    assert "being set up" in client.get("/").text
    for path in ("/questions/new", "/discussions/new", "/ideas/new"):
        assert client.get(path).location == "/"
    sign_in(client, make_person("early"))
    assert "being set up" in client.get("/").text
    assert client.get("/questions").status_code == 200


def test_a_portal_that_has_categories_is_not_interrupted(client: FlaskClient):
    make_category("Imported")
    page = client.get("/")
    assert page.status_code == 200
    assert 'action="/setup"' not in page.text
    assert 'action="/setup"' in client.get("/setup").text
