"""The lists: what they hold, in which order, page by page, with and without JavaScript."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db
from portal.threads.models import Thread
from tests.factories import make_category, make_person, make_reply, make_thread
from tests.web.reading import Reader, root, soup, titles


@pytest.fixture
def reader(app: Flask) -> Reader:
    return Reader(app)


def aged(thread: Thread, hours: int) -> Thread:
    """As if it had been begun that long ago."""
    thread.created_at = thread.last_activity_at = clock.now() - timedelta(hours=hours)
    db.session.commit()
    return thread


def test_an_empty_list_says_how_to_begin(reader: Reader) -> None:
    make_category()
    for path in ("/", "/questions", "/discussions"):
        page = reader.read(path)
        assert page.select_one(".empty a.button.main")
    assert "answered" in reader.read("/unanswered").select_one(".empty").get_text()


def test_an_empty_category_offers_what_can_be_begun_there(reader: Reader) -> None:
    for kind, place in (("question", "questions"), ("discussion", "discussions"), ("idea", "ideas")):
        category = make_category(kind.title(), kinds=[kind])
        page = reader.read(f"/c/{category.slug}")
        offered = [link["href"] for link in page.select("main a.button[href*='/new']")]
        assert offered == [f"/{place}/new?category={category.id}"]
    make_category("Log", kinds=["announcement"])
    assert not reader.read("/c/log").select("main a.button[href*='/new']")


def test_a_row_shows_what_it_is(reader: Reader) -> None:
    category = make_category("Printing", colour="orange")
    asker = make_person("jonas", name="Jonas <Ek>")
    make_reply(make_thread(asker, category=category, title="A & B <b>", tags=("c++",)), make_person())
    row = reader.read("/").select_one(".row")
    assert row.h2.get_text(strip=True) == "A & B <b>"
    assert row.select_one(".cat.colour-orange")["href"] == "/c/printing"
    assert row.select_one(".tag")["href"] == "/tags/c%2B%2B"
    assert "asked by Jonas <Ek>" in row.get_text(" ", strip=True).replace("asked by  ", "asked by ")
    assert row.select_one(".end").get_text(strip=True) == "1 answer"
    assert "not solved yet" in row.select_one(".state").get_text()
    assert row.time["datetime"].endswith("Z")


def test_each_kind_has_its_list(reader: Reader) -> None:
    make_thread(title="Why?")
    make_thread(kind="discussion", title="What do you think?")
    assert set(titles(reader.read("/"))) == {"Why?", "What do you think?"}
    assert titles(reader.read("/questions")) == ["Why?"]
    assert titles(reader.read("/discussions")) == ["What do you think?"]


def test_category_tag_and_person_have_theirs(reader: Reader) -> None:
    category, ada = make_category("Printing", description="On paper."), make_person("ada")
    make_thread(ada, category=category, title="One", tags=("c++", "labels"))
    make_thread(title="Two")
    page = reader.read("/c/printing")
    assert titles(page) == ["One"]
    assert "On paper." in page.get_text()
    assert titles(reader.read("/tags/c%2B%2B")) == ["One"]
    assert titles(reader.read("/people/Ada/threads")) == ["One"]


@pytest.mark.parametrize("path", ["/c/nowhere", "/tags/never", "/people/nobody/threads"])
def test_what_is_not_there_is_404(reader: Reader, path: str) -> None:
    assert reader.get(path).status_code == 404


def test_what_may_not_be_seen_is_404_and_in_no_list(app: Flask, reader: Reader) -> None:
    inside = make_category("Inside", visibility="staff")
    make_thread(make_person(role="agent"), category=inside, title="Hush", tags=("hidden",))
    assert reader.get("/c/inside").status_code == 404
    assert reader.get("/tags/hidden").status_code == 404
    assert titles(reader.read("/")) == []
    assert "Inside" not in reader.get("/").text
    staff = Reader(app, make_person(role="agent"))
    assert titles(staff.read("/c/inside")) == titles(staff.read("/tags/hidden")) == ["Hush"]


def test_the_orders(reader: Reader) -> None:
    first = aged(make_thread(title="first"), 3)
    aged(make_thread(title="second"), 2)
    aged(make_thread(title="third"), 1)
    make_reply(first, make_person())
    assert titles(reader.read("/")) == ["first", "third", "second"]
    assert titles(reader.read("/?order=new")) == ["third", "second", "first"]
    second = db.session.scalars(db.select(Thread).filter_by(title="second")).one()
    second.helpful = 5
    db.session.commit()
    page = reader.read("/?order=helpful")
    assert titles(page)[0] == "second"
    assert page.select_one('.filters [aria-current="true"]').get_text() == "Helpful"
    assert titles(reader.read("/?order=nonsense")) == ["first", "third", "second"]


@pytest.mark.parametrize("typed", ["/questions/", "/c/general/", "/people/ada/"])
def test_a_stroke_at_the_end_of_an_address_leads_astray_nobody(reader: Reader, typed: str) -> None:
    make_category("General")
    make_person("ada")
    answer = reader.get(typed)
    assert answer.status_code == 200
    if canonical := soup(answer).select_one("link[rel=canonical]"):
        assert canonical["href"] == f"http://localhost{typed.removesuffix('/')}"
    thread = make_thread()
    assert reader.get(f"{thread.path}/").location == thread.path


def test_one_language_alone(reader: Reader) -> None:
    make_thread(title="Warum?", language="de")
    make_thread(title="Why?")
    assert titles(reader.read("/?language=de")) == ["Warum?"]
    page = reader.read("/questions?language=sv&order=new")
    assert titles(page) == []
    assert page.select_one(".empty a")["href"] == "/questions"
    assert reader.read("/?language=de").select_one(".row h2 a")["lang"] == "de"


def test_unanswered_holds_questions_that_nobody_else_wrote_in(reader: Reader) -> None:
    asker = make_person()
    waiting = make_thread(asker, title="waiting")
    make_reply(waiting, asker)
    make_reply(make_thread(title="answered"), make_person())
    make_thread(kind="discussion", title="talk")
    assert titles(reader.read("/unanswered")) == ["waiting"]


def test_pages_lead_older_and_newer(app: Flask) -> None:
    person, category = make_person(rows_per_list=10), make_category()
    for number in range(25):
        aged(make_thread(person, category=category, title=f"q{number}"), number)
    reader = Reader(app, person)
    first = reader.read("/questions?order=new")
    assert titles(first) == [f"q{number}" for number in range(10)]
    assert not first.select_one('[rel="prev"]')
    second = reader.read(first.select_one('.pages [rel="next"]')["href"])
    assert titles(second) == [f"q{number}" for number in range(10, 20)]
    last = reader.read(second.select_one('.pages [rel="next"]')["href"])
    assert titles(last) == [f"q{number}" for number in range(20, 25)]
    assert not last.select_one('.pages [rel="next"]')
    again = reader.read(last.select_one('.pages [rel="prev"]')["href"])
    assert titles(again) == titles(second)


def test_htmx_gets_the_list_alone(app: Flask) -> None:
    make_thread(title="Why?")
    reader = Reader(app)
    answer = reader.get("/questions?order=new", target="list")
    part = root(answer)
    assert part["id"] == "list"
    assert titles(part) == ["Why?"]
    assert part == soup(reader.get("/questions?order=new")).select_one("#list")
    assert "HX-Request" in answer.headers["Vary"]


def test_a_broken_cursor_is_the_first_page(reader: Reader) -> None:
    make_thread(title="Why?")
    assert titles(reader.read("/?at=rubbish&order=new")) == ["Why?"]


def test_a_visitor_gets_no_cookie(reader: Reader) -> None:
    make_thread()
    answer = reader.get("/")
    assert "Set-Cookie" not in answer.headers
    assert "csrf" not in answer.text


def test_someone_who_left_has_no_link(reader: Reader) -> None:
    thread = make_thread()
    thread.author_id = None
    db.session.commit()
    assert "someone who left" in reader.read("/").select_one(".row .meta").get_text()
