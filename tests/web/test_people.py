"""Profiles: who someone is, what they asked, answered and solved."""

import pytest
from flask import Flask

from portal.core.db import write
from portal.people.models import Person
from portal.questions.actions import set_accepted
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of
from tests.web.reading import Reader, root, titles


@pytest.fixture
def ada(app: Flask) -> Person:
    """She solved one question, and one among staff."""
    ada = make_person("ada", name="Ada", role="agent")
    for title, category in (("Why?", make_category()), ("Hush", make_category(visibility="staff"))):
        asker = make_person(role="agent")
        reply = make_reply(make_thread(asker, category=category, title=title), ada, body="Because of the *cable*.")
        write(set_accepted, viewer_of(asker), reply.id, on=True)
    make_thread(ada, title="Mine")
    return ada


def tabs(page) -> list[str]:
    return [" ".join(a.get_text(" ", strip=True).split()) for a in page.select(".tabs a")]


def test_the_tabs_count_what_the_viewer_may_see(app: Flask, ada: Person) -> None:
    own, staff, visitor = Reader(app, ada), Reader(app, make_person(role="agent")), Reader(app)
    assert tabs(visitor.read("/people/ada")) == ["Profile", "Asked 1", "Answered 1", "Solved 1"]
    assert tabs(staff.read("/people/ada")) == ["Profile", "Asked 1", "Answered 2", "Solved 2"]
    assert tabs(own.read("/people/ada"))[-1] == "Following"
    assert titles(visitor.read("/people/ada/threads")) == ["Mine"]
    for path in ("/people/ada/answers", "/people/ada/solutions"):
        page = visitor.read(path)
        assert titles(page) == ["Why?"]
        assert page.select_one(".excerpt").get_text() == "Because of the cable."
        assert page.select_one(".tabs [aria-current]")["href"] == path
        assert set(titles(staff.read(path))) == {"Why?", "Hush"}
    assert page.h1.get_text() == "Ada"


def test_a_profile_without_anything_says_so(app: Flask) -> None:
    make_person("bob")
    visitor = Reader(app)
    for path, words in (("answers", "Nothing answered yet"), ("solutions", "Nothing solved yet")):
        assert words in visitor.read(f"/people/bob/{path}").select_one(".empty").get_text()
        assert visitor.get(f"/people/nobody/{path}").status_code == 404


def test_champions_are_named_beside_what_they_write(app: Flask) -> None:
    eva, category = make_person("eva"), make_category()
    for _ in range(3):
        asker = make_person()
        thread = make_thread(asker, category=category)
        write(set_accepted, viewer_of(asker), make_reply(thread, eva).id, on=True)
    visitor = Reader(app)
    names = [who.get_text(" ", strip=True) for who in visitor.read(thread.path).select(".who")]
    assert [("Champion" in each) for each in names] == [False, True]
    assert "Champion" in visitor.read("/people/eva").select_one(".profile").get_text()
    assert "Champion" not in visitor.read(f"/people/{asker.username}").select_one(".profile").get_text()


def test_who_just_came_is_told_once_what_one_can_do(app: Flask) -> None:
    path = make_thread().path
    new = Reader(app, make_person("newbie"))
    for page in ("/", path):
        assert new.read(page).select_one("#welcome .first").get_text(strip=True) == "Welcome, Newbie"
    assert not new.read("/settings/profile").select("#welcome")
    part = root(new.post("/welcome", target="welcome"))
    assert (part["id"], "data-focus" in part.attrs) == ("welcome", True)
    assert not new.read("/").select("#welcome")
    assert not Reader(app, make_person(role="agent")).read("/").select("#welcome")
    assert not Reader(app).read("/").select("#welcome")


def test_the_first_post_says_that_they_know(app: Flask) -> None:
    thread, new = make_thread(), Reader(app, make_person())
    assert new.post(f"/threads/{thread.id}/replies", body="I think so too.").status_code == 303
    assert not new.read("/").select("#welcome")
