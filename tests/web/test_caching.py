"""Visitors' pages are kept for a moment; nobody else's ever are."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response, session
from flask.testing import FlaskClient

from portal.core.db import write
from portal.site.actions import change_site
from portal.threads.actions import set_hidden
from portal.web import caching
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of
from tests.signing_in import sign_in

SECONDS = 3


class Clock:
    """Seconds as the test wants them."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(app: Flask) -> Iterator[Clock]:
    """The application with a cache of its own, whose time is the test's."""
    clock, inner = Clock(), app.wsgi_app
    app.wsgi_app = caching.Pages(inner, str(app.config["SESSION_COOKIE_NAME"]), SECONDS, clock)
    write(change_site, viewer_of(make_person(role="admin")), is_set_up=True)
    yield clock
    app.wsgi_app = inner


def state(client: FlaskClient, path: str, **headers: str) -> str | None:
    return client.get(path, headers=headers).headers.get("X-Cache")


def test_a_visitor_sees_a_new_post_after_three_seconds_and_its_author_at_once(
    client: FlaskClient, app: Flask, clock: Clock
) -> None:
    thread, ada = make_thread(), make_person("ada")
    author = app.test_client()
    sign_in(author, ada)
    assert "And this" not in client.get(thread.path).text
    make_reply(thread, by=ada, body="And this")
    assert "And this" in author.get(thread.path).text
    assert state(client, thread.path) == "hit"
    clock.now += SECONDS + 0.1
    assert "And this" in client.get(thread.path).text


def test_lists_are_kept_by_address_language_and_what_htmx_asks_for(client: FlaskClient, clock: Clock) -> None:
    make_thread(category=make_category("Printing"))
    assert [state(client, "/"), state(client, "/")] == ["miss", "hit"]
    assert state(client, "/", **{"Accept-Language": "de"}) == "miss"
    assert state(client, "/?order=new") == "miss"
    part = {"HX-Request": "true", "HX-Target": "list"}
    assert state(client, "/", **part) == "miss"
    assert "<html" not in client.get("/", headers=part).text
    assert "<html" in client.get("/").text
    client.set_cookie("rondo-language", "sv")
    assert state(client, "/") == "miss"


def test_nothing_is_kept_of_who_is_signed_in_nor_shown_to_them(client: FlaskClient, app: Flask, clock: Clock) -> None:
    thread = make_thread()
    member = app.test_client()
    sign_in(member, make_person("mia"))
    assert state(member, thread.path) is None
    assert state(client, thread.path) == "miss"
    assert "mia" not in client.get(thread.path).text
    assert state(member, thread.path) is None
    assert "mia" in member.get(thread.path).text


def test_what_is_not_a_page_for_all_is_not_kept(client: FlaskClient, clock: Clock) -> None:
    thread = make_thread()
    for path in ("/sign-in", "/questions/new", "/nowhere", f"/t/{thread.id}", "/livez"):
        assert state(client, path) is None, path


def test_what_was_hidden_is_gone_after_three_seconds(client: FlaskClient, clock: Clock) -> None:
    thread = make_thread()
    assert client.get(thread.path).status_code == 200
    write(set_hidden, viewer_of(make_person(role="moderator")), thread.id, on=True, reason="Not here")
    clock.now += SECONDS + 0.1
    assert client.get(thread.path).status_code == 404


def test_a_page_that_sets_a_cookie_is_nobody_elses(app: Flask, clock: Clock) -> None:
    thread = make_thread()

    def remember(response: Response) -> Response:
        session["seen"] = "mia"
        return response

    app.after_request_funcs.setdefault(None, []).append(remember)
    try:
        first, second = app.test_client(), app.test_client()
        assert "rondo=" in first.get(thread.path).headers["Set-Cookie"]
        assert state(second, thread.path) == "miss"
    finally:
        app.after_request_funcs[None].remove(remember)


def test_the_filters_of_a_search_are_kept_for_visitors_alone(
    client: FlaskClient, app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, caching.KEPT, caching.Parts(SECONDS, clock))
    for name, visibility in (("Printing", "everyone"), ("Lists", "everyone"), ("Boarding", "members")):
        make_category(name, visibility=visibility)
    member, secret = app.test_client(), "in%3Aboarding"
    sign_in(member, make_person())
    assert secret in member.get("/search?q=deck").text
    page = client.get("/search?q=deck").text
    assert "q=deck+in%3Aprinting" in page
    assert secret not in page
    make_category("Loading")
    assert "in%3Aloading" in member.get("/search?q=deck").text
    assert "in%3Aloading" not in client.get("/search?q=plan").text
    clock.now += SECONDS + 0.1
    page = client.get("/search?q=plan").text
    assert "q=plan+in%3Aloading" in page
    assert secret not in page
