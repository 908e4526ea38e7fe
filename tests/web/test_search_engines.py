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
from portal.ideas.actions import set_vote
from portal.people.actions.erasing import erase
from portal.questions.actions import set_accepted
from portal.threads.actions import hide_post, set_hidden
from portal.threads.models import Thread
from portal.threads.queries import sitemap
from tests.factories import make_category, make_idea, make_person, make_reply, make_thread, viewer_of
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


def test_who_asks_for_an_icon_without_reading_a_page_gets_the_mark(client: FlaskClient, statements: list[str]) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "public, max-age=86400")
    assert "Set-Cookie" not in answer.headers
    assert statements == []
    with client.get(answer.location) as mark:
        assert (mark.status_code, mark.mimetype) == (200, "image/svg+xml")


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
    assert question["acceptedAnswer"]["url"] == f"http://localhost{thread.path}#post-{answer.id}"
    assert "pills" not in client.get(thread.path).text
    assert other.id != answer.id


def test_a_discussion_is_described_as_one(client: FlaskClient) -> None:
    thread = make_thread(kind="discussion", title="Ideas for spring")
    leaver = make_person(role="member")
    make_reply(thread, leaver, body="Yes")
    write(erase, viewer_of(leaver))
    told = structured(client, thread.path)
    page = client.get(thread.path).text
    assert told["comment"][0]["author"] == {"@type": "Person", "name": "Someone who left"}
    assert "Someone who left" in page
    assert "interactionStatistic" not in told
    assert (told["@type"], told["headline"]) == ("DiscussionForumPosting", "Ideas for spring")
    assert [each["text"] for each in told["comment"]] == ["Yes"]


def test_an_idea_is_described_with_the_votes_that_its_page_shows(client: FlaskClient) -> None:
    idea = make_idea()
    for _each in range(2):
        write(set_vote, viewer_of(make_person()), idea.thread_id, on=True)
    path = db.session.get_one(Thread, idea.thread_id).path
    shown = BeautifulSoup(client.get(path).text, "html.parser").select_one("main button.vote")
    assert structured(client, path)["interactionStatistic"]["userInteractionCount"] == int(shown.text) >= 2  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["/", "/questions", "/ideas", "/c/printing", "/announcements", "/roadmap"])
def test_a_link_to_a_list_shows_what_it_is(client: FlaskClient, path: str) -> None:
    make_category("Printing", description="Paper, ink and jams")
    page = BeautifulSoup(client.get(path).text, "html.parser")
    said = {found["property"]: found["content"] for found in page.select("meta[property]")}
    assert page.select_one("title").text.startswith(said["og:title"])  # type: ignore[union-attr, arg-type]
    assert said["og:url"] == page.select_one("link[rel=canonical]")["href"] == f"http://localhost{path}"  # type: ignore[index]
    assert said["og:description"] == page.select_one("meta[name=description]")["content"] != ""  # type: ignore[index]
    assert (said["og:description"] == "Paper, ink and jams") == (path == "/c/printing")


def test_a_link_to_a_thread_shows_what_it_is(client: FlaskClient) -> None:
    picture = f"/uploads/{'0a' * 16}-1600x900.webp"
    thread = make_thread(title="How do I print?", body=f"It jams. ![Paper]({picture})")
    page = BeautifulSoup(client.get(thread.path).text, "html.parser")
    said = {found["property"]: found["content"] for found in page.select("meta[property]")}
    assert said["og:title"] == "How do I print?"
    assert said["og:description"] == "It jams."
    assert said["og:image"] == f"http://localhost{picture}"
    assert said["og:url"] == page.select_one("link[rel=canonical]")["href"] == f"http://localhost{thread.path}"  # type: ignore[index]


def test_nothing_of_it_is_made_for_those_who_are_signed_in(app: Flask, client: FlaskClient) -> None:
    ada = make_person("ada")
    thread = make_thread(by=ada, privacy="staff")
    sign_in(client, ada)
    assert structured(client, thread.path) is None
    assert db.session.get(Thread, thread.id) is not None
