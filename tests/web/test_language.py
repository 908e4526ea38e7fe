"""The language of the pages: what comes before what, and how it is chosen."""

import pytest
from flask import Flask

from portal.core.db import db
from portal.people.models import Person
from tests.factories import make_person
from tests.web.reading import Reader, soup

GERMAN = {"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}


def spoken(reader: Reader, **headers: str) -> str:
    return soup(reader.client.get("/questions", headers=headers)).html["lang"]


def test_a_visitors_choice_comes_before_what_the_browser_asks_for(app: Flask) -> None:
    visitor = Reader(app)
    assert spoken(visitor, **GERMAN) == "de"
    form = visitor.read("/questions").select_one("footer form")
    assert [button["value"] for button in form.select("button")] == ["en", "de", "sv"]
    back = {"Referer": "http://localhost/questions?order=new"}
    answer = visitor.client.post(form["action"], data={"language": "sv"}, headers=back)
    assert (answer.status_code, answer.location) == (303, "/questions?order=new")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("rondo-language=sv; ")
    for word in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert spoken(visitor, **GERMAN) == "sv"
    page = visitor.client.get("/questions")
    assert "Set-Cookie" not in page.headers
    assert soup(page).select_one('footer [aria-pressed="true"]').get_text() == "Svenska"
    assert soup(visitor.client.get("/nowhere")).html["lang"] == "sv"


def test_for_people_it_is_their_setting(app: Flask) -> None:
    ada = Reader(app, make_person("ada", language="de"))
    ada.client.set_cookie("rondo-language", "sv")
    assert spoken(ada) == "de"
    assert ada.post("/language", language="en").status_code == 303
    assert spoken(ada, **GERMAN) == "en"
    assert db.session.scalars(db.select(Person.language).filter_by(username="ada")).one() == "en"
    assert ada.client.post("/language", data={"language": "sv"}).status_code == 400, "it needs the token"


@pytest.mark.parametrize("language", ["", "xx", "../de", "de\r\nX: y"])
def test_other_words_are_no_language(app: Flask, language: str) -> None:
    visitor = Reader(app)
    assert visitor.post("/language", language=language).status_code == 400
    visitor.client.set_cookie("rondo-language", "xx")
    assert spoken(visitor) == "en"
