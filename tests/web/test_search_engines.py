"""What search engines are told is what a visitor sees."""

import json
from typing import Any
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from portal.core.db import db, write
from portal.questions.actions import set_accepted
from portal.threads.actions import hide_post, set_hidden
from portal.threads.models import Thread
from portal.threads.queries import sitemap
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of
from tests.signing_in import sign_in

NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def addresses(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.mimetype == "application/xml"
    return [found.text or "" for found in ElementTree.fromstring(answer.data).iterfind(".//s:loc", NAMESPACE)]


def structured(client: FlaskClient, path: str) -> Any:
    page = BeautifulSoup(client.get(path).text, "html.parser")
    found = page.find("script", type="application/ld+json")
    return json.loads(found.text) if found else None


def test_the_map_lists_what_everyone_may_see(client: FlaskClient) -> None:
    shown, hidden = make_thread(), make_thread()
    private = make_thread(privacy="staff")
    members = make_thread(category=make_category("Beta", visibility="members"))
    write(set_hidden, viewer_of(make_person(role="moderator")), hidden.id, on=True, reason="Spam")
    parts = addresses(client, "/sitemap.xml")
    assert parts == ["http://localhost/sitemaps/0.xml"]
    assert addresses(client, "/sitemaps/0.xml") == [f"http://localhost{shown.path}"]
    assert not {private.path, members.path} & set(addresses(client, "/sitemaps/0.xml"))


def test_a_part_with_nothing_to_see_is_not_there(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "PART", 1)
    first = make_thread()
    secret = make_thread(privacy="staff")
    last = make_thread()
    listed = [f"http://localhost/sitemaps/{thread.id}.xml" for thread in (first, last)]
    assert addresses(client, "/sitemap.xml") == listed
    assert client.get(f"/sitemaps/{secret.id}.xml").status_code == 404
    assert client.get("/sitemaps/999.xml").status_code == 404


def test_robots_may_look_at_threads_and_lists_only(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    assert answer.mimetype == "text/plain"
    assert rules.site_maps() == ["http://localhost/sitemap.xml"]
    for path in ("/", "/questions", "/questions/7-how", "/tags/labels", "/c/printing", "/people/ada"):
        assert rules.can_fetch("*", path), path
    for path in ("/admin", "/settings", "/staff/inbox", "/sign-in", "/t/7", "/posts/7"):
        assert not rules.can_fetch("*", path), path


def test_a_question_is_described_with_its_answers(client: FlaskClient) -> None:
    ada = make_person("ada")
    thread = make_thread(by=ada, title="How do I </script> print?", body="It *jams* at 5 < 6.")
    other, answer = make_reply(thread, body="Turn it off"), make_reply(thread, body="Use the tray")
    gone = make_reply(thread, body="Buy my pills")
    write(set_accepted, viewer_of(ada), answer.id, on=True)
    write(hide_post, viewer_of(make_person(role="moderator")), gone.id, on=True, reason="Spam")
    told = structured(client, thread.path)
    question = told["mainEntity"]
    assert (told["@type"], question["@type"], question["name"]) == ("QAPage", "Question", "How do I </script> print?")
    assert question["text"] == "It jams at 5 < 6."
    assert (question["answerCount"], question["author"]["name"]) == (2, "Ada")
    assert question["acceptedAnswer"]["text"] == "Use the tray"
    assert [each["text"] for each in question["suggestedAnswer"]] == ["Turn it off"]
    assert question["acceptedAnswer"]["url"] == f"http://localhost/posts/{answer.id}"
    assert "pills" not in client.get(thread.path).text
    assert other.id != answer.id


def test_a_discussion_is_described_as_one(client: FlaskClient) -> None:
    thread = make_thread(kind="discussion", title="Ideas for spring")
    make_reply(thread, body="Yes")
    told = structured(client, thread.path)
    assert (told["@type"], told["headline"]) == ("DiscussionForumPosting", "Ideas for spring")
    assert [each["text"] for each in told["comment"]] == ["Yes"]


def test_a_link_to_a_thread_shows_what_it_is(client: FlaskClient) -> None:
    thread = make_thread(title="How do I print?", body="It jams.")
    page = BeautifulSoup(client.get(thread.path).text, "html.parser")
    said = {found["property"]: found["content"] for found in page.select("meta[property]")}
    assert said["og:title"] == "How do I print?"
    assert said["og:description"] == "It jams."
    assert said["og:url"] == page.select_one("link[rel=canonical]")["href"] == f"http://localhost{thread.path}"  # type: ignore[index]


def test_nothing_of_it_is_made_for_those_who_are_signed_in(app: Flask, client: FlaskClient) -> None:
    ada = make_person("ada")
    thread = make_thread(by=ada, privacy="staff")
    sign_in(client, ada)
    assert structured(client, thread.path) is None
    assert db.session.get(Thread, thread.id) is not None
