"""Feeds tell what a visitor may see, and nothing that is gone or can still be taken back."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.announcements import actions as announcing
from portal.core import clock
from portal.core.db import db, write
from portal.ideas import actions as ideas
from portal.ideas.models import Outcome
from portal.people.models import Person
from portal.threads import actions
from portal.threads.actions.merging import merge
from portal.threads.models import Post, Thread
from tests.announcements.making import drafted, manager
from tests.factories import (
    make_category,
    make_comment,
    make_idea,
    make_outcome,
    make_person,
    make_reply,
    make_thread,
    viewer_of,
)
from tests.signing_in import sign_in
from tests.web.feeds.reading import feed, titles

LATER = timedelta(minutes=3)
"""What can be undone for two minutes cannot be any more."""


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on it is a little later."""
    moment = clock.now() + LATER
    monkeypatch.setattr(clock, "now", lambda: moment)


def moderator() -> Person:
    return make_person(role="moderator")


def test_what_is_new_is_told_whole(client: FlaskClient) -> None:
    make_thread(title="First")
    ada = make_person("ada")
    body = "See [mine](/t/7), ![a cat](/uploads/" + "a" * 32 + '-1200x800.webp) & <b>5 < 6</b>\n\n`href="/t/7"`'
    thread = make_thread(by=ada, title="How & why <b>?", body=body, category=make_category("Printing"))
    read = feed(client, "/feeds/new.atom")
    entry = read.entries[0]
    assert (entry.title, entry.author, entry.tags[0].term) == ("How & why <b>?", "Ada", "Printing")
    assert entry.link == f"http://localhost{thread.path}"
    assert entry.author_detail.href == "http://localhost/people/ada"
    html = entry.content[0].value
    assert 'href="http://localhost/t/7"' in html
    assert f'src="http://localhost/uploads/{"a" * 32}-1200x800.webp"' in html
    assert f'srcset="http://localhost/uploads/{"a" * 32}-800x533.webp 800w, http://localhost/uploads/' in html
    assert '<code>href="/t/7"</code>' in html, "what is written is not an address"
    assert "5 &lt; 6" in html
    assert (read.feed.title, read.feed.link, read.entries[1].title) == (
        "What’s new · Rondo",
        "http://localhost/",
        "First",
    )


def test_ids_stay_when_titles_and_addresses_change(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = make_person("ada")
    thread = make_thread(by=ada, title="Before")
    post = db.session.scalars(db.select(Post).filter_by(thread_id=thread.id)).one()
    before = feed(client, "/feeds/new.atom")
    edited = {"title": "After", "body": "Another text", "revision": post.revision, "reason": ""}
    write(actions.edit_post, viewer_of(ada), post.id, **edited)
    monkeypatch.setattr(app.config["RONDO"], "public_url", "https://elsewhere.example")
    after = client.get("/feeds/new.atom").text
    assert "https://elsewhere.example/questions/" in after
    assert "http://localhost" not in after
    assert "<title>After</title>" in after
    assert f"<id>{before.entries[0].id}</id>" in after
    assert f"<id>{before.feed.id}</id>" in after


def test_nobody_learns_what_a_visitor_may_not_see(app: Flask, client: FlaskClient) -> None:
    asker, members = make_person(), make_category("Members", visibility="members")
    shown = make_thread(by=asker, title="For all")
    make_thread(by=asker, title="Private", privacy="staff", category=shown_category(shown))
    inside = make_thread(by=asker, title="Inside", category=members)
    private = db.session.scalars(db.select(Thread).filter_by(title="Private")).one()
    for who in (None, asker, make_person(role="admin")):
        browser = app.test_client()
        if who:
            sign_in(browser, who)
        assert titles(browser, "/feeds/new.atom") == ["For all"]
        for path in (
            f"/feeds/{private.id}.atom",
            f"/feeds/{inside.id}.atom",
            "/feeds/c/members.atom",
            "/feeds/99999.atom",
        ):
            assert browser.get(path).status_code == 404, path


def shown_category(thread: Thread):
    return db.session.scalars(db.select(type(make_category())).filter_by(id=thread.category_id)).one()


def test_a_category_has_its_own(client: FlaskClient) -> None:
    here, there = make_category("Here"), make_category("There")
    make_thread(title="One", category=here)
    make_thread(title="Other", category=there)
    assert titles(client, "/feeds/c/here.atom") == ["One"]


def test_a_thread_tells_what_is_written_in_it(client: FlaskClient) -> None:
    thread = make_thread(title="Why?")
    reply = make_reply(thread, by=make_person("bob"), body="So.")
    make_comment(reply, by=make_person("eve"), body="Sure?")
    read = feed(client, f"/feeds/{thread.id}.atom")
    assert [entry.title for entry in read.entries] == ["Eve commented", "Bob replied", "Why?"]
    assert read.entries[1].link == f"http://localhost/posts/{reply.id}"
    assert read.feed.link == f"http://localhost{thread.path}"


@pytest.mark.parametrize("how", ["hidden", "deleted"])
def test_what_is_gone_is_gone_from_feeds(client: FlaskClient, how: str) -> None:
    thread, boss = make_thread(title="Why?"), viewer_of(moderator())
    stays, goes = make_reply(thread, body="I stay"), make_reply(thread, body="I go")
    make_comment(goes, body="Under it")
    if how == "hidden":
        write(actions.hide_post, boss, goes.id, on=True, reason="Spam")
    else:
        write(actions.delete_post, boss, goes.id, reason="Spam")
    text = client.get(f"/feeds/{thread.id}.atom").text
    assert "I stay" in text
    assert "I go" not in text
    assert "Under it" not in text
    write(actions.set_hidden, boss, thread.id, on=True, reason="Spam")
    assert client.get(f"/feeds/{thread.id}.atom").status_code == 404
    assert titles(client, "/feeds/new.atom") == []
    assert stays.id


def test_a_merged_thread_leads_to_where_it_went(client: FlaskClient) -> None:
    one, two = make_thread(title="One"), make_thread(title="Two")
    write(merge, viewer_of(moderator()), one.id, into=two.id, reason="Same")
    assert client.get(f"/feeds/{one.id}.atom").location == f"/feeds/{two.id}.atom"


def test_announcements_say_what_became_of_ideas(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    boss, idea = manager(), make_idea(title="Export to CSV")
    hidden = make_idea(
        title="A secret idea",
        privacy="none",
        category=make_category("Staff", visibility="staff"),
        by=make_person(role="admin"),
    )
    draft = drafted(boss, (idea, "shipped"), (hidden, "shipped"))
    make_thread(title="Another")
    assert titles(client, "/feeds/announcements.atom") == []
    write(announcing.publish, boss, draft)
    assert titles(client, "/feeds/announcements.atom") == [], "it can still be taken back"
    assert titles(client, "/feeds/new.atom") == ["Another", "Export to CSV"]
    moment = clock.now() + LATER
    monkeypatch.setattr(clock, "now", lambda: moment)
    (entry,) = feed(client, "/feeds/announcements.atom").entries
    assert entry.title == "Exports are here"
    assert 'Shipped</b>: <a href="http://localhost/ideas/' in entry.content[0].value
    assert "A secret idea" not in client.get("/feeds/announcements.atom").text
    assert titles(client, "/feeds/new.atom")[0] == "Exports are here"
    write(announcing.withdraw, boss, draft, reason="Not yet")
    assert titles(client, "/feeds/announcements.atom") == []


def test_the_roadmap_tells_each_step_of_an_idea(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    boss, idea = manager(), make_idea(title="Dark mode")
    write(ideas.decide, boss, idea.thread_id, status="planned", reason="Many want *it*.")
    assert titles(client, "/feeds/roadmap.atom") == [], "it can still be taken back"
    moment = clock.now() + LATER
    monkeypatch.setattr(clock, "now", lambda: moment)
    (planned,) = feed(client, "/feeds/roadmap.atom").entries
    assert planned.title == "Planned: Dark mode"
    assert "<em>it</em>" in planned.content[0].value
    write(ideas.amend, boss, idea.thread_id, reason="Very many want it.", tell="quiet")
    moment += LATER
    (corrected,) = feed(client, "/feeds/roadmap.atom").entries
    assert (corrected.id, "Very many" in corrected.content[0].value) == (planned.id, True)
    write(ideas.decide, boss, idea.thread_id, status="shipped")
    moment += LATER
    (shipped,) = feed(client, "/feeds/roadmap.atom").entries
    assert (shipped.title, shipped.id != planned.id) == ("Shipped: Dark mode", True)
    told = [entry.title for entry in feed(client, f"/feeds/{idea.thread_id}.atom").entries]
    assert told == ["Shipped", "Planned", "Dark mode"]
    write(ideas.decide, boss, idea.thread_id, status="declined", reason="It broke.")
    moment += LATER
    assert titles(client, "/feeds/roadmap.atom") == []
    assert "Very many" in client.get(f"/feeds/{idea.thread_id}.atom").text


def test_who_has_it_all_is_told_so(client: FlaskClient) -> None:
    thread = make_thread(title="Why?")
    make_outcome(make_idea(title="Dark mode"), "planned", at=clock.now() - LATER)
    for path in ("/feeds/new.atom", f"/feeds/{thread.id}.atom", "/feeds/roadmap.atom", "/feeds/announcements.atom"):
        first = client.get(path)
        assert first.headers["Cache-Control"] == "no-cache"
        by_tag = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        by_time = client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})
        assert [by_tag.status_code, by_time.status_code, by_tag.data] == [304, 304, b""], path
    first = client.get(f"/feeds/{thread.id}.atom")
    make_reply(thread)
    again = client.get(f"/feeds/{thread.id}.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.headers["ETag"] != first.headers["ETag"]


def test_what_cannot_stand_in_xml_is_left_out(client: FlaskClient) -> None:
    thread = make_thread(title="A bell\x07 and\x0b more", body="x\x08y \ufffe ]]> <![CDATA[ &amp;")
    db.session.execute(db.update(Post).where(Post.thread_id == thread.id).values(html="<p>x\x08y\ufffe ]]&gt;</p>"))
    db.session.commit()
    assert feed(client, "/feeds/new.atom").entries[0].content[0].value == "<p>xy ]]&gt;</p>"


def test_a_feed_speaks_the_language_of_the_portal(client: FlaskClient) -> None:
    make_reply(thread := make_thread(language="sv"), by=make_person("bob"))
    answer = client.get(f"/feeds/{thread.id}.atom", headers={"Accept-Language": "de"})
    assert "Bob replied" in answer.text
    assert 'xml:lang="en"' in answer.text
    assert '<entry xml:lang="sv">' in answer.text


PAGES = {
    "/": "/feeds/new.atom",
    "/c/printing": "/feeds/c/printing.atom",
    "/announcements": "/feeds/announcements.atom",
    "/roadmap": "/feeds/roadmap.atom",
}


def test_pages_name_their_feeds(app: Flask, client: FlaskClient) -> None:
    asker, place = make_person(), make_category("Printing")
    thread = make_thread(by=asker, category=place)
    private = make_thread(by=asker, category=place, privacy="staff")
    inside = make_thread(by=asker, category=make_category("Inside", visibility="members"))
    browser = app.test_client()
    sign_in(browser, asker)
    for path, wanted in (PAGES | {thread.path: f"/feeds/{thread.id}.atom"}).items():
        for each in (client, browser):
            page = each.get(path).text
            assert f'<link rel="alternate" type="application/atom+xml" href="{wanted}"' in page, path
            assert page.count(f'href="{wanted}"') == 2, path
    for path in (private.path, inside.path, "/c/inside"):
        assert "application/atom+xml" not in browser.get(path).text, path


@pytest.mark.parametrize("rows", [3, 60])
def test_a_feed_asks_the_database_as_often_whatever_it_holds(
    client: FlaskClient, statements: list[str], rows: int
) -> None:
    ada, place = make_person(), make_category("Printing")
    idea = make_idea(by=ada, category=place)
    thread = make_thread(by=ada, category=place)
    ids = fill(rows, ada, place.id, thread.id, idea.thread_id)
    wanted = {"new": 2, "c/printing": 3, "roadmap": 2, str(thread.id): 3, str(idea.thread_id): 4}
    for name, number in wanted.items():
        statements.clear()
        client.get(f"/feeds/{name}.atom")
        assert len(statements) == number, (name, statements)
    assert len(titles(client, "/feeds/new.atom")) == min(rows + 2, 30)
    assert len(titles(client, f"/feeds/{thread.id}.atom")) == min(rows + 1, 30)
    assert len(ids) == rows


def fill(rows: int, by: Person, category_id: int, thread_id: int, idea_id: int) -> list[int]:
    """So many threads, replies to one of them, and outcomes of an idea."""
    at = clock.now() - LATER
    times = {"created_at": at, "last_activity_at": at}
    about = {"kind": "question", "category_id": category_id, "author_id": by.id, "slug": "q", **times}
    threads = [{"title": f"Question {n}", **about} for n in range(rows)]
    ids = list(db.session.scalars(db.insert(Thread).returning(Thread.id), threads))
    written = {"author_id": by.id, "source": "Why?", "html": "<p>Why?</p>", "renderer": 1, "created_at": at}
    posts = [{"thread_id": id_, "number": 1, "activity": 1, **written} for id_ in ids]
    posts += [{"thread_id": thread_id, "number": n + 2, "activity": n + 2, **written} for n in range(rows)]
    db.session.execute(db.insert(Post), posts)
    decided = [{"idea_id": idea_id, "status": "planned", "at": at} for _ in range(rows)]
    db.session.execute(db.insert(Outcome), decided)
    db.session.commit()
    return ids
