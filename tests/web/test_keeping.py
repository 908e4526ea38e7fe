"""Parts of pages that are drawn once: from what they are given, and from nothing of a reader or a request."""

import re

import pytest
from flask import Flask
from jinja2 import meta

from portal.core.assets import ROOT
from tests.factories import make_category, make_person, make_thread
from tests.web.reading import Reader, soup

KEPT = {
    name: re.findall(r"(\w+)=", given)
    for path in (ROOT / "templates").rglob("*.html")
    for name, given in re.findall(r"kept\('([^']+)'(.*?)\) }}", path.read_text(encoding="utf-8"))
}
SAME_FOR_ALL = {"_", "icon", "tag_path", "most_of_a_file", "files_taken"}
"""What a part may ask for besides: made from its arguments and the language alone."""


def test_parts_are_found() -> None:
    assert {"lists/_row.html", "layout/_nav.html", "layout/_said.html"} <= KEPT.keys()


@pytest.mark.parametrize("name", sorted(KEPT))
def test_a_part_knows_what_it_is_given_and_nothing_of_who_looks(app: Flask, name: str) -> None:
    source = (ROOT / "templates" / name).read_text(encoding="utf-8")
    drawn = app.jinja_env.parse(source)
    assert meta.find_undeclared_variables(drawn) <= {*KEPT[name], *SAME_FOR_ALL}
    assert not list(meta.find_referenced_templates(drawn)), "what it includes would have to be looked at, too"


def test_what_is_kept_is_kept_by_language_and_by_what_is_shown(app: Flask) -> None:
    ada = make_person()
    make_thread(ada, category=make_category("Printing"), title="The deck plan")
    reader, german = Reader(app), Reader(app, make_person(language="de"))
    for _ in range(2):
        assert "Unanswered" in soup(reader.get("/")).select_one(".nav").text  # type: ignore[union-attr]
        assert "Unbeantwortet" in soup(german.get("/")).select_one(".nav").text  # type: ignore[union-attr]
        assert [link.text for link in soup(german.get("/")).select(".row h2 a")] == ["The deck plan"]
