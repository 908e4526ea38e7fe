"""The page of what was found, the titles that come while one types, and what is counted of it."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask

from portal.core.db import db
from portal.search.models import SearchAsked
from portal.search.parsing import OPERATORS
from portal.threads.models import Thread
from tests.factories import make_category, make_person, make_reply, make_thread
from tests.web.reading import Reader, soup, titles


@pytest.fixture
def thread(app: Flask) -> Iterator[Thread]:
    """A question about boarding lists, with an answer that says more."""
    asker = make_person("asker", name="Jonas Ek")
    category = make_category("Printing")
    made = make_thread(
        asker, category=category, title="Boarding list prints twice", body="Each passenger is there twice."
    )
    make_reply(made, make_person("helper"), body="The <b>passenger</b> filter does it; see the boarding settings.")
    return made


def counted() -> dict[str, tuple[int, int, int, int]]:
    """What was searched for: how often, found nothing, opened, asked anyway."""
    rows = db.session.query(SearchAsked)
    return {row.words: (row.asked, row.found_nothing, row.opened, row.asked_anyway) for row in rows}


def came(reader: Reader, path: str, by: str) -> int:
    """Go to a page from another one; the status."""
    return reader.client.get(path, headers={"Referer": f"http://localhost{by}"}).status_code


def test_a_hit_says_what_it_is_and_where(app: Flask, thread: Thread) -> None:
    page = Reader(app).read("/search?q=boarding")
    row = page.select_one(".hits .row")
    assert row
    assert titles(page) == [thread.title]
    assert row.select_one("h2 mark")
    assert "Question, not solved yet" in row.select_one(".state").get_text()
    meta = row.select_one(".meta").get_text(" ", strip=True)
    assert "Printing" in meta
    assert "1 more in this thread" in meta
    assert row.select_one("time")
    assert page.select_one("#q")["value"] == "boarding"
    assert page.select_one("title").get_text().startswith("boarding · Search")


def test_excerpts_are_escaped_but_for_their_marks(app: Flask, thread: Thread) -> None:
    make_reply(thread, body="A script: `<script>passenger</script>`")
    text = Reader(app).get("/search?q=passenger").text
    assert "<script>passenger" not in text
    assert "<mark>" in text


def test_it_is_nothing_for_search_engines_and_is_kept_by_nobody(app: Flask, thread: Thread) -> None:
    answer = Reader(app).get("/search?q=boarding")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert soup(answer).select_one("meta[name=robots]")["content"] == "noindex"
    assert "Set-Cookie" not in answer.headers
    assert "Disallow: /search" in Reader(app).get("/robots.txt").text


def test_filters_write_operators_into_the_field(app: Flask, thread: Thread) -> None:
    make_category("Elsewhere")
    reader = Reader(app)
    page = reader.read("/search?q=boarding")
    links = {link.get_text(strip=True): link["href"] for link in page.select(".filters a")}
    narrowed = reader.read(links["Unanswered"])
    assert narrowed.select_one("#q")["value"] == "boarding is:unanswered"
    assert titles(narrowed) == []
    assert narrowed.select_one(".filters summary.on").get_text(strip=True).endswith("Unanswered")
    assert reader.read(links["Printing"]).select_one("#q")["value"] == "boarding in:printing"
    assert reader.read(links["Elsewhere"]).select(".hits .row") == []
    assert reader.read(links["New"]).select_one("#q")["value"] == "boarding order:new"


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("q=boarding&kind=question&state=solved", "boarding kind:question is:solved"),
        ("q=kind:discussion+boarding&kind=question", "boarding kind:question"),
        ("q=boarding&by=helper&tag=labels&after=2026-01-02", "boarding tag:labels by:helper after:2026-01-02"),
        ("q=boarding&tag=labels", "boarding tag:labels"),
        ("q=boarding&kind=nonsense&after=soon&order=sideways&status=planned", "boarding status:planned"),
        ("q=%22boarding+list%22+-twice", '"boarding list" -twice'),
    ],
)
def test_filters_in_the_address_are_written_into_the_field_too(app: Flask, asked: str, written: str) -> None:
    assert Reader(app).read(f"/search?{asked}").select_one("#q")["value"] == written


def test_filters_have_the_words_of_this_search_whatever_these_are(app: Flask, thread: Thread) -> None:
    reader = Reader(app)
    for words in ("boarding", '<b>"x\x01%01&amp;', '">x', "-boarding", ""):
        for more in ("", " by:helper"):
            page = reader.read("/search?" + urlencode({"q": f"{words}{more}"}))
            new = page.select_one(".filters a[href*='order%3Anew']")
            typed = page.select_one("#q")["value"]
            assert parse_qs(urlsplit(new["href"]).query)["q"] == [f"{typed} order:new".strip()]
            assert page.select_one(".filters input[name=q]")["value"] == typed.removesuffix("by:helper").strip()
            assert page.select(".filters b, .filters x") == []


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "6"])
def test_any_page_that_is_asked_for_is_a_page(app: Flask, thread: Thread, page: str) -> None:
    assert Reader(app).get(f"/search?q=boarding&page={page}").status_code == 200


def test_pages(app: Flask) -> None:
    asker, category = make_person(), make_category("Printing")
    for number in range(23):
        make_thread(asker, category=category, title=f"Gangway number {number}")
    reader = Reader(app)
    first = reader.read("/search?q=gangway")
    second = reader.read(first.select_one(".pages a[rel=next]")["href"])
    assert (len(titles(first)), len(titles(second))) == (20, 3)
    assert not {*titles(first)} & {*titles(second)}
    assert second.select_one(".pages a[rel=next]") is None


def test_htmx_gets_what_changes(app: Flask, thread: Thread) -> None:
    answer = Reader(app).get("/search?q=boarding", target="found")
    assert soup(answer).select_one("#found .hits")
    assert "<html" not in answer.text


def test_before_one_searches_the_page_says_how(app: Flask) -> None:
    page = Reader(app).read("/search")
    said = page.select_one(".how").get_text()
    assert all(f"{name}:" in said for name in OPERATORS)
    assert page.select_one("#q").has_attr("autofocus")


def test_nothing_found_leads_to_asking_and_to_a_person(app: Flask, thread: Thread) -> None:
    reader = Reader(app, make_person())
    page = reader.read("/search?q=moon+ferry")
    ask, talk = (link["href"] for link in page.select(".empty .buttons a"))
    asking, talking = reader.read(ask), reader.read(talk)
    assert asking.select_one("#title")["value"] == "moon ferry"
    assert talking.select_one("input[name=privacy][checked]")["value"] == "staff"
    assert asking.select_one("input[name=privacy][checked]")["value"] == "none"


def test_nothing_found_with_a_filter_leads_to_a_search_without(app: Flask, thread: Thread) -> None:
    page = Reader(app).read("/search?q=boarding+is:solved")
    assert page.select_one(".empty a.button")["href"] == "/search?q=boarding"


def test_a_draft_is_not_written_over_by_the_words_of_a_search(app: Flask, thread: Thread) -> None:
    reader = Reader(app, make_person())
    reader.post("/drafts", of="question", title="My own", body="Begun.")
    page = reader.read("/questions/new?title=moon+ferry")
    assert (page.select_one("#title")["value"], page.select_one("#body").get_text(strip=True)) == ("My own", "Begun.")


def test_people_and_tags_stand_on_top(app: Flask) -> None:
    make_thread(make_person("marta", name="Marta Nowak"), tags=["martinis"])
    page = Reader(app).read("/search?q=mart")
    assert {link["href"] for link in page.select(".names a")} == {"/people/marta", "/tags/martinis"}


@pytest.mark.parametrize("words", ["mar%25", "m_rta", "mar/", "%25%25", "__"])
def test_signs_that_mean_something_to_a_database_are_signs(app: Flask, words: str) -> None:
    make_thread(make_person("marta", name="Marta Nowak"), tags=["martinis"])
    assert Reader(app).read(f"/search?q={words}").select(".names a") == []


def test_titles_come_while_one_types(app: Flask, thread: Thread) -> None:
    reader = Reader(app)
    found = soup(reader.get("/search/titles?q=boarding", target="x")).select("a[role=option]")
    assert [link["href"] for link in found] == [thread.path]
    assert reader.get("/search/titles?q=nothing+like+it").status_code == 204
    assert reader.get("/search/titles?q=").status_code == 204


def test_every_page_has_the_field_and_it_asks_nothing_of_the_database(app: Flask, statements: list[str]) -> None:
    make_category()
    reader = Reader(app)
    for path in ("/keys", "/questions/new", "/people/nobody"):
        form = soup(reader.get(path)).select_one("header form.search")
        assert (form["action"], form.select_one("input")["name"]) == ("/search", "q")
        assert soup(reader.get(path)).select_one("header a[href='/search']")
    statements.clear()
    reader.get("/keys")
    assert len(statements) == 1  # the settings of the portal


def test_a_search_is_counted_once_however_it_is_narrowed(app: Flask, thread: Thread) -> None:
    reader = Reader(app)
    assert came(reader, "/search?q=Boarding+LIST", "/") == 200
    assert came(reader, "/search?q=Boarding+LIST+kind:question", "/search?q=Boarding+LIST") == 200
    assert came(reader, "/search?q=Boarding+LIST&page=2", "/search?q=Boarding+LIST") == 200
    reader.client.get("/search?q=boarding+list", headers={"Cache-Control": "max-age=0"})
    reader.client.get("/search?q=boarding+list", headers={"Sec-Purpose": "prefetch"})
    reader.get("/search?q=is:solved")
    reader.get("/search/titles?q=boarding")
    assert counted() == {"boarding list": (1, 0, 0, 0)}


def test_what_found_nothing_is_counted_but_not_what_a_filter_kept_out(app: Flask, thread: Thread) -> None:
    reader = Reader(app)
    reader.get("/search?q=moon+ferry")
    reader.get("/search?q=boarding+is:solved")
    assert counted() == {"moon ferry": (1, 1, 0, 0), "boarding": (1, 0, 0, 0)}


def test_who_looks_for_a_person_or_an_address_is_not_counted(app: Flask, thread: Thread) -> None:
    reader = Reader(app)
    for words in ("Jonas+Ek", "@helper", "ada@example.com", "0701234567", "by:helper"):
        reader.get(f"/search?q={words}")
    assert counted() == {}


def test_opening_a_hit_is_counted_by_where_one_came_from(app: Flask, thread: Thread) -> None:
    for reader in (Reader(app), Reader(app, make_person())):
        came(reader, "/search?q=boarding", "/")
        assert came(reader, thread.path, "/search?q=boarding&page=1") == 200
        came(reader, thread.path, "/questions")
        came(reader, thread.path, "/search?q=never+searched")
    reader.client.get(thread.path, headers={"Referer": "https://elsewhere.example/search?q=boarding"})
    assert counted() == {"boarding": (2, 0, 2, 0)}


def test_asking_after_a_search_is_counted(app: Flask, thread: Thread) -> None:
    reader = Reader(app, make_person())
    page = reader.read("/search?q=boarding+sheet+colour")
    form = reader.read(page.select_one(".not-it a, .empty a.main")["href"])
    sent = {name: form.select_one(f"input[name={name}]")["value"] for name in ("title", "searched", "key")}
    sent |= {"body": "How?", "category": str(thread.category_id), "searched": "Boarding sheet kind:question colour"}
    assert reader.post("/questions/new", **sent).status_code == 303
    assert counted()["boarding sheet colour"][3] == 1
