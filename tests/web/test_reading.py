"""Reading: what is shown as unread, and what looking at it changes."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.connections import WRITING
from portal.core.db import db, write
from portal.people.models import Person
from portal.threads import actions
from portal.threads.models import Post, ReadMark, Thread
from tests.factories import make_category, make_comment, make_person, make_reply, make_thread, viewer_of
from tests.web.reading import Reader, soup, titles

LONG_AGO = now() - timedelta(days=30)


@pytest.fixture
def ada(app: Flask) -> Reader:
    return Reader(app, make_person("ada", created_at=LONG_AGO))


def told(page: object, place: str) -> str:
    found = page.select_one(place)  # type: ignore[attr-defined]
    return found.get_text(" ", strip=True) if found else ""


def marks() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(db.select(ReadMark.activity)))


def test_a_row_says_how_much_is_unread_until_the_page_was_seen(ada: Reader) -> None:
    thread = make_thread(title="Why?")
    path, thread_id = thread.path, thread.id
    page = ada.read("/")
    assert (told(page, ".row .new"), told(page, ".nav .new"), told(page, ".side .n")) == ("new", "1", "1 new")
    assert page.select_one(".row .new")["href"] == path
    opened = ada.read(path)
    assert (told(opened, ".nav .new"), told(opened, ".unread"), told(opened, ".line")) == ("", "", "")
    page = ada.read("/")
    assert (told(page, ".row .new"), told(page, ".nav .new"), told(page, ".side .n")) == ("", "", "")
    assert "read" in page.select_one(".row")["class"]
    reply = make_reply(db.session.get_one(Thread, thread_id)).id
    link = ada.read("/").select_one(".row .new")
    assert (link.get_text(), link["href"]) == ("1 unread", f"/threads/{thread_id}/unread")
    assert ada.get(link["href"]).location == f"/posts/{reply}"
    opened = ada.read(path)
    assert told(opened, ".unread") == "1 unread post: jump to the first"
    assert opened.select_one(".line").find_next_sibling()["id"] == f"post-{reply}"
    assert not ada.read(path).select(".line, .unread")
    assert ada.get(f"/threads/{thread_id}/unread").location == path


def test_a_new_comment_among_old_ones_is_marked(ada: Reader) -> None:
    thread = make_thread()
    path, post = thread.path, make_reply(thread)
    make_comment(post)
    assert not ada.read(path).select(".comment .new")
    comment = make_comment(db.session.get_one(Post, post.id)).id
    assert [mark.find_parent("li")["id"] for mark in ada.read(path).select(".comment .new")] == [f"post-{comment}"]
    assert not ada.read(path).select(".comment .new")


def test_a_visitor_reads_nothing_into_the_database(app: Flask) -> None:
    thread, visitor = make_thread(), Reader(app)
    page = visitor.read(thread.path)
    assert not page.select(".unread, .line, .nav .new")
    assert not visitor.read("/").select(".new, .row.read, .side .n")
    assert marks() == []
    assert visitor.get("/unread").location.startswith("/sign-in")


def test_what_is_only_prefetched_was_not_read(ada: Reader) -> None:
    path = make_thread().path
    ada.client.get(path, headers={"Sec-Purpose": "prefetch;prerender"})
    assert marks() == []
    ada.get(path)
    assert marks() == [1]
    ada.get(path)


def test_reading_again_writes_nothing(ada: Reader, statements: list[str]) -> None:
    path = make_thread().path
    ada.get(path)
    statements.clear()
    ada.get(path)
    assert not [each for each in statements if each.startswith(("INSERT", "UPDATE"))]


def test_a_busy_database_does_not_keep_anyone_from_reading(own_app: Flask) -> None:
    """On SQLite someone else writes all the time: the page comes at once, and the mark another time."""
    with own_app.app_context():
        path, ada = make_thread().path, Reader(own_app, make_person("ada", created_at=LONG_AGO))
        db.session.commit()
        other = db.engine.connect().execution_options(**{WRITING: True})
        other.exec_driver_sql("SELECT 1")
        assert ada.get(path).status_code == 200
        if other.dialect.name == "sqlite":
            assert marks() == []
        other.rollback()
        other.close()
        assert ada.get(path).status_code == 200
        assert marks() == [1]


def test_the_list_of_what_is_unread(app: Flask, ada: Reader) -> None:
    one = make_thread(title="One", kind="discussion")
    make_thread(title="Two")
    assert set(titles(ada.read("/unread"))) == {"One", "Two"}
    ada.get(one.path)
    page = ada.read("/unread")
    assert titles(page) == ["Two"]
    sent = {each["name"]: each["value"] for each in page.select('form[action="/unread/read"] input')}
    late = make_reply(one).id
    answer = ada.post("/unread/read", **sent)
    assert (answer.status_code, answer.location) == (303, "/unread")
    page = ada.read("/unread")
    assert "All is marked as read" in told(page, ".flash")
    assert titles(page) == ["One"], "what was written after the list was made is not claimed"
    ada.get(f"/posts/{late}")
    ada.get(one.path)
    page = ada.read("/unread")
    assert (titles(page), told(page, ".empty h2")) == ([], "You have read everything")
    assert not page.select('form[action="/unread/read"]')


@pytest.mark.parametrize("before", ["", "rubbish", "9999-12-31T23:59:59", "0001-01-01T00:00:00+23:59"])
def test_marking_all_read_takes_no_other_time_than_one_gone_by(ada: Reader, before: str) -> None:
    make_thread()
    assert ada.post("/unread/read", before=before, target="x").headers["HX-Redirect"] == "/unread"
    person = db.session.scalars(db.select(Person).filter_by(username="ada")).one()
    assert person.read_since is None or person.read_since <= now()


def test_one_category_is_marked_read(app: Flask, ada: Reader) -> None:
    printing, other = make_category("Printing"), make_category("Other")
    for category in (printing, other):
        make_thread(category=category, title=category.name)
    form = ada.read("/c/printing").select_one('form[action="/unread/read"]')
    sent = {each["name"]: each["value"] for each in form.select("input")}
    assert ada.post("/unread/read", **sent).status_code == 303
    assert titles(ada.read("/unread")) == ["Other"]
    assert not ada.read("/c/printing").select('form[action="/unread/read"]')
    inside = make_category(visibility="staff").id
    assert ada.post("/unread/read", category=str(inside)).status_code == 404
    assert ada.post("/unread/read", category="x").status_code == 400


def test_news_lead_to_what_was_written_meanwhile(app: Flask, ada: Reader) -> None:
    thread = make_thread()
    thread_id, path = thread.id, thread.path
    address = ada.read(path).select_one("[data-news]")["data-news"]
    visitor = Reader(app)
    for reader in (ada, visitor):
        assert reader.get(address).status_code == 204
    reply = make_reply(thread).id
    for reader, cached in ((ada, "private"), (visitor, "public")):
        answer = reader.get(address)
        link = soup(answer).a
        assert (link["href"], link["hx-get"]) == (f"/posts/{reply}", path)
        assert link.get_text(strip=True) == "1 new post since you opened this"
        assert answer.headers["Cache-Control"] == f"{cached}, max-age=1"
        assert "Set-Cookie" not in answer.headers
    for _ in range(20):
        make_reply(db.session.get_one(Thread, thread_id))
    elsewhere = soup(visitor.get(f"/threads/{thread_id}/news?after=21&page=1")).a
    assert "hx-get" not in elsewhere.attrs
    write(actions.set_hidden, viewer_of(make_person(role="moderator")), thread_id, on=True, reason="Rude")
    assert visitor.get(address).status_code == 404


@pytest.mark.parametrize("query", ["", "after=1", "after=x&page=1", "after=1&page=-1", "after=1&page=" + "9" * 30])
def test_news_are_asked_for_properly(app: Flask, query: str) -> None:
    assert Reader(app).get(f"/threads/{make_thread().id}/news?{query}").status_code == 400
