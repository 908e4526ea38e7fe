"""A visitor presses an action, signs in or up, and it is done: with a view like those that pages have."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Blueprint, Flask, redirect, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import create_app
from portal.core.db import db
from portal.core.errors import Forbidden
from portal.people import passwords
from portal.people.models import KeptAct
from portal.web.finishing import sign_in_first
from portal.web.viewing import signed_in, viewer
from tests.factories import make_person
from tests.signing_in import csrf_of

PASSWORD = "correct horse battery staple"
done: list[tuple[int | None, int, str, str]] = []
bp = Blueprint("trial", __name__)


@bp.route("/trial/<int:thing>/vote", methods=["GET", "POST"])
@sign_in_first
def vote(thing: int):
    if request.method == "GET":
        return "a page"
    if request.form.get("text") == "refuse":
        raise Forbidden
    done.append((viewer().id, thing, request.form.get("on", ""), request.form.get("text", "")))
    return redirect(f"/trial/{thing}/vote?page=2#post-9", 303)


@bp.post("/trial/other")
@signed_in
def other():
    done.append((viewer().id, 0, "", ""))
    return redirect("/", 303)


@pytest.fixture
def trial_app(app: Flask) -> Flask:
    """The application with two addresses more, on the same connection: the one that all tests share must not grow."""
    made = create_app(app.config["RONDO"])
    made.register_blueprint(bp)
    made.test_client_class, made.testing = app.test_client_class, True
    db._app_engines[made] = db._app_engines[app]
    return made


@pytest.fixture
def trial(trial_app: Flask) -> FlaskClient:
    done.clear()
    return trial_app.test_client()


def press(browser: FlaskClient, path: str = "/trial/7/vote", **fields: str) -> dict[str, str]:
    """Press as a visitor; what the address of the sign-in page carries."""
    answer = browser.post(path, data=fields, headers={"Referer": "http://localhost/trial/7/vote?page=3"})
    assert answer.status_code == 303
    place = urlsplit(answer.location)
    assert place.path == "/sign-in"
    return {name: values[0] for name, values in parse_qs(place.query).items()}


def sign_in(browser: FlaskClient, login: str = "ada", password: str = PASSWORD, **carried: str) -> TestResponse:
    return browser.post(
        "/sign-in", data={"csrf_token": csrf_of(browser), "login": login, "password": password, **carried}
    )


@pytest.fixture
def ada(app: Flask) -> int:
    return make_person("ada", password_hash=passwords.hashed(PASSWORD)).id


def test_pressed_signed_in_done_and_back(trial: FlaskClient, ada: int) -> None:
    carried = press(trial, on="1", text="a reply with ümlauts & more")
    assert done == []
    answer = sign_in(trial, **carried)
    assert answer.location == "/trial/7/vote?page=2#post-9"
    assert done == [(ada, 7, "1", "a reply with ümlauts & more")]
    assert db.session.scalar(db.select(KeptAct.id)) is None


def test_it_survives_a_wrong_password_and_the_way_to_the_other_form(trial: FlaskClient) -> None:
    carried = press(trial, on="1")
    refused = sign_in(trial, login="nobody", **carried)
    assert refused.status_code == 422
    assert f'name="act" type="hidden" value="{carried["act"]}"' in refused.text
    assert f"act={carried['act']}" in refused.text.split('href="/sign-up?')[1].split('"')[0]
    new = {"email": "new@example.com", "username": "newcomer", "password": PASSWORD}
    answer = trial.post("/sign-up", data={"csrf_token": csrf_of(trial), **new, **carried})
    assert answer.location == "/trial/7/vote?page=2#post-9"
    assert [each[1:] for each in done] == [(7, "1", "")]


def test_nobody_finishes_what_someone_else_prepared(trial_app: Flask, trial: FlaskClient, ada: int) -> None:
    carried = press(trial_app.test_client(), on="1")
    assert sign_in(trial, **carried).location == "/trial/7/vote?page=3"
    assert done == []


def test_what_was_given_up_is_not_done_by_signing_in_later(trial: FlaskClient, ada: int) -> None:
    press(trial, on="1")
    assert sign_in(trial).location == "/"
    assert done == []


def test_what_cannot_be_done_is_shown_with_what_was_written(trial: FlaskClient, ada: int) -> None:
    carried = press(trial, text="refuse", body="x" * 100)
    answer = sign_in(trial, **carried)
    assert answer.status_code == 403
    assert 'action="/trial/7/vote"' in answer.text
    assert "x" * 100 in answer.text
    assert done == []


def test_an_act_of_another_site_is_not_kept(trial: FlaskClient) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert trial.post("/trial/7/vote", data={"on": "1"}, headers=headers).status_code == 400
    assert db.session.scalar(db.select(KeptAct.id)) is None


def test_only_marked_actions_are_kept(trial: FlaskClient) -> None:
    answer = trial.post("/trial/other", data={"on": "1"})
    assert answer.location == "/sign-in"
    assert db.session.scalar(db.select(KeptAct.id)) is None


def test_too_much_is_not_kept_but_the_way_in_is_open(trial: FlaskClient) -> None:
    answer = trial.post("/trial/7/vote", data={"text": "x" * 200_000})
    assert answer.status_code == 303
    assert "too long to keep" in trial.get(answer.location).text
    assert db.session.scalar(db.select(KeptAct.id)) is None


def test_an_address_cannot_fill_the_database(trial: FlaskClient) -> None:
    for _ in range(60):
        trial.post("/trial/7/vote", data={"on": "1"})
    answer = trial.post("/trial/7/vote", data={"on": "1"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_page_is_come_back_to(trial: FlaskClient, ada: int) -> None:
    place = trial.get("/trial/7/vote?page=4").location
    assert place == "/sign-in?next=%2Ftrial%2F7%2Fvote%3Fpage%3D4"
    assert sign_in(trial, next="/trial/7/vote?page=4").location == "/trial/7/vote?page=4"


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)", "evil",
     "/\n/evil.example", "\\\\evil.example", " //evil.example", "/%0d%0aSet-Cookie:x=1\r\nX: y"],
)  # fmt: skip
def test_signing_in_never_leads_elsewhere(trial: FlaskClient, ada: int, elsewhere: str) -> None:
    assert sign_in(trial, next=elsewhere).location == "/"


def test_visitors_pages_set_no_cookie(trial: FlaskClient) -> None:
    assert "Set-Cookie" not in trial.get("/nothing-here").headers
