"""Errors are pages that say what happened and what to do, and never a traceback."""

import logging
import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from portal import create_app
from portal.site.queries import site
from tests.conftest import settings_for
from tests.postgres import free_port

STATUSES = [
    ("400", 400),
    ("403", 403),
    ("404", 404),
    ("413", 413),
    ("422", 422),
    ("not-found", 404),
    ("forbidden", 403),
    ("conflict", 409),
    ("invalid", 422),
    ("too-often", 429),
    ("limited", 429),
    ("busy", 503),
    ("bug", 500),
    ("sql", 500),
]


@pytest.mark.parametrize(("which", "status"), STATUSES)
def test_every_error_is_a_page_in_plain_words(trouble: Flask, which: str, status: int):
    answer = trouble.test_client().get(f"/raise/{which}")
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert len(page.select("h1")) == 1
    assert page.select_one("header a.brand")
    for word in ("Traceback", "secret of the code", "nowhere", "ZeroDivision"):
        assert word not in answer.text


@pytest.mark.parametrize("which", ["404", "bug", "sql", "busy"])
def test_the_number_on_the_page_is_in_the_log(trouble: Flask, which: str, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO):
        answer = trouble.test_client().get(f"/raise/{which}", buffered=True)
    number = answer.headers["X-Request-ID"]
    assert number in answer.text
    assert any(number in str(record.msg) for record in caplog.records)


def test_what_the_room_said_is_on_the_page(trouble: Flask):
    client = trouble.test_client()
    assert "Ada changed it meanwhile." in client.get("/raise/conflict").text
    assert "Only its author may." in client.get("/raise/forbidden").text
    invalid = client.get("/raise/invalid").text
    assert "Write a title." in invalid
    assert "Write something." in invalid


@pytest.mark.parametrize(("which", "status", "words"), [("conflict", 409, "Ada changed it"), ("bug", 500, "our side")])
def test_htmx_gets_a_sentence_with_the_number_and_the_status(trouble: Flask, which: str, status: int, words: str):
    answer = trouble.test_client().post(f"/raise/{which}", headers={"HX-Request": "true"})
    assert answer.status_code == status
    assert "<html" not in answer.text
    said = BeautifulSoup(answer.text, "html.parser").select_one("[data-trouble]").text
    assert words in said
    assert answer.headers["X-Request-ID"] in said
    assert "HX-Request" in answer.headers["Vary"]


def test_too_often_says_when_to_come_back(trouble: Flask):
    client = trouble.test_client()
    assert client.get("/raise/too-often").headers["Retry-After"] == "77"
    assert client.get("/raise/limited").headers["Retry-After"] == "30"


def test_the_wrong_method_says_which_are_right(trouble: Flask):
    answer = trouble.test_client().post("/signed-in")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_forbidden_to_see_and_missing_look_alike(trouble: Flask):
    client = trouble.test_client()

    def without_number(page: str) -> str:
        return re.sub(r"[0-9a-f]{16}", "", page)

    assert without_number(client.get("/raise/not-found").text) == without_number(client.get("/no-such-page").text)


def test_too_large_a_form_is_413(trouble: Flask):
    answer = trouble.test_client().post("/form", data={"body": "x" * 3_000_000})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "address", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://u:pass-phrase@127.0.0.1:{}/x"]
)
def test_without_a_database_there_is_still_a_page(tmp_path, address: str):
    app = create_app(settings_for(address.format(free_port()), tmp_path))
    app.add_url_rule("/asks", "asks", lambda: site().name)
    client = app.test_client()
    answer = client.get("/asks")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Back in a moment" in answer.text
    assert "pass-phrase" not in answer.text
    assert client.get("/no-such-page").status_code == 404
    german = client.get("/asks", headers={"Accept-Language": "de"})
    assert 'lang="de"' in german.text


class TestFormsWithoutAToken:
    """What was typed comes back; what another site sent does nothing."""

    def test_a_form_with_its_token_is_taken(self, trouble: Flask):
        client = trouble.test_client()
        token = client.get("/signed-in").text
        assert client.post("/form", data={"body": "mine", "csrf_token": token}).text == "got mine"
        assert client.post("/form", data={"body": "mine"}, headers={"X-CSRFToken": token}).text == "got mine"

    def test_without_it_the_text_is_shown_again_and_can_be_sent(self, trouble: Flask):
        client = trouble.test_client()
        client.get("/signed-in")
        typed = {"body": "a long answer\nin <b>two</b> lines", "on": "1"}
        answer = client.post("/form?a=1", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 400
        page = BeautifulSoup(answer.text, "html.parser")
        form = page.select_one("main form")
        assert form["action"] == "/form?a=1"
        again = {field["name"]: field.get("value", field.text.removeprefix("\n")) for field in form.select("[name]")}
        assert again.items() >= typed.items()
        assert client.post("/form", data=again).text == f"got {typed['body']}"

    def test_it_cannot_be_sent_on_where_the_browser_does_not_say_it_was_ours(self, trouble: Flask):
        client = trouble.test_client()
        client.get("/signed-in")
        answer = client.post("/form", data={"body": "who sent this?"})
        assert "who sent this?" in answer.text
        assert "csrf_token" not in answer.text.split("<main", 1)[1]

    def test_a_password_is_never_shown_again(self, trouble: Flask):
        client = trouble.test_client()
        client.get("/signed-in")
        form = {"password": "hunter2hunter2", "new_password": "correct-horse"}
        answer = client.post("/form", data=form, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 400
        assert "hunter2" not in answer.text
        assert "correct-horse" not in answer.text

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
        ],
    )
    def test_another_site_gets_nowhere_even_with_a_token_or_as_a_visitor(self, trouble: Flask, headers: dict[str, str]):
        client = trouble.test_client()
        visitor = client.post("/form", data={"body": "theirs"}, headers=headers)
        token = client.get("/signed-in").text
        member = client.post("/form", data={"body": "theirs", "csrf_token": token}, headers=headers)
        for answer in (visitor, member):
            assert answer.status_code == 400
            assert "theirs" not in answer.text

    def test_a_visitors_form_needs_no_token(self, trouble: Flask):
        origin = {"Origin": "http://localhost"}
        assert trouble.test_client().post("/form", data={"body": "hello"}, headers=origin).text == "got hello"
