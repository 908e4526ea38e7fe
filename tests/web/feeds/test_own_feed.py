"""The feed of one's own inbox: for who knows its address, and as much as its owner may see."""

from flask import Flask
from flask.testing import FlaskClient

from portal.core import clock
from portal.core.db import db, write
from portal.events.actions import record
from portal.notices.actions import make_feed
from portal.notices.models import FeedKey, Notice
from portal.notices.telling.steps import tell_due
from portal.people.actions.erasing import erase
from portal.people.actions.suspending import suspend
from portal.people.models import Person
from portal.threads.actions import set_hidden
from portal.threads.models import Thread
from tests.factories import make_person, make_reply, make_thread, viewer_of
from tests.signing_in import csrf_of, sign_in
from tests.web.feeds.reading import feed


def address_of(person: Person) -> str:
    write(make_feed, viewer_of(person))
    return f"/feeds/inbox/{db.session.get_one(FeedKey, person.id, populate_existing=True).key}.atom"


def asked(person: Person, title: str = "Why?") -> Thread:
    """A question of theirs that someone answers, of which they are told."""
    thread = make_thread(by=person, title=title)
    make_reply(thread, by=make_person("bob"), body="A secret of the conversation")
    tell_due()
    return thread


def test_it_is_made_shown_renewed_and_taken_away(app: Flask, client: FlaskClient) -> None:
    ada = make_person("ada")
    asked(ada)
    browser = app.test_client()
    sign_in(browser, ada)
    page = browser.get("/settings/feed")
    assert "/feeds/inbox/" not in page.text
    token = csrf_of(browser, "/settings/feed")
    addresses: list[str] = []
    for _time in range(2):
        made = browser.post("/settings/feed", data={"csrf_token": token, "do": "make"})
        assert (made.status_code, made.location) == (303, "/settings/feed")
        page = browser.get("/settings/feed")
        assert page.headers["Cache-Control"] == "no-store"
        addresses.append(page.text.split('value="http://localhost')[1].split('"')[0])
    assert [client.get(path).status_code for path in addresses] == [404, 200]
    assert browser.post("/settings/feed", data={"csrf_token": token, "do": "drop"}).status_code == 303
    assert client.get(addresses[1]).status_code == 404
    assert "/feeds/inbox/" not in browser.get("/settings/feed").text


def test_a_visitor_signs_in_first(client: FlaskClient) -> None:
    assert client.get("/settings/feed").location.startswith("/sign-in")
    assert client.post("/settings/feed", data={"do": "make"}).location.startswith("/sign-in")


def test_it_says_what_the_inbox_says_and_reads_nothing(client: FlaskClient) -> None:
    ada = make_person("ada", language="de")
    thread = asked(ada)
    read = feed(client, path := address_of(ada))
    (entry,) = read.entries
    assert (entry.title, entry.author) == ("Bob hat geantwortet – Why?", "Bob")
    assert entry.link.startswith("http://localhost/posts/")
    answer = client.get(path)
    assert "A secret of the conversation" not in answer.text
    assert answer.headers["Cache-Control"] == "no-cache, private"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert db.session.scalars(db.select(Notice.read_at).filter_by(person_id=ada.id)).all() == [None]
    assert thread.id


def test_what_they_may_not_see_any_more_is_not_in_it(client: FlaskClient) -> None:
    ada = make_person("ada")
    thread, path = asked(ada), address_of(ada)
    event = record("thread.started", actor_id=None, thread_id=thread.id)
    about = {
        "event_id": event.id,
        "person_id": ada.id,
        "kind": "corrected",
        "reason": "watcher",
        "thread_id": thread.id,
    }
    db.session.add(Notice(at=clock.now(), data={"said": "Words"}, **about))
    db.session.commit()
    assert len(feed(client, path).entries) == 2
    write(set_hidden, viewer_of(make_person(role="moderator")), thread.id, on=True, reason="Spam")
    assert feed(client, path).entries == []


def test_whoever_is_suspended_or_gone_has_none(client: FlaskClient) -> None:
    ada, eve = make_person("ada"), make_person("eve")
    of_ada, of_eve = address_of(ada), address_of(eve)
    assert [client.get(path).status_code for path in (of_ada, of_eve)] == [200, 200]
    write(suspend, viewer_of(make_person(role="moderator")), ada.id, reason="Rude", until=None)
    write(erase, viewer_of(eve))
    assert [client.get(path).status_code for path in (of_ada, of_eve)] == [404, 404]
    assert db.session.get(FeedKey, eve.id, populate_existing=True) is None


def test_it_asks_the_database_as_often_whatever_it_holds(client: FlaskClient, statements: list[str]) -> None:
    ada = make_person("ada")
    path, counts = address_of(ada), []
    for number in (2, 20):
        for _each in range(number):
            thread = make_thread(by=ada)
            event = record("idea.decided", actor_id=ada.id, thread_id=thread.id)
            about = {"event_id": event.id, "person_id": ada.id, "kind": "corrected", "reason": "author", "data": {}}
            db.session.add(Notice(at=clock.now(), thread_id=thread.id, **about))
        db.session.commit()
        statements.clear()
        assert client.get(path).status_code == 200
        counts.append(len(statements))
    assert counts == [5, 5]
