"""One module reads and sets the headers of HTMX; pages and fragments are one rendering."""

from pathlib import Path

import pytest
from flask import Flask

from portal.web import htmx

ROOT = Path(__file__).parents[2]


@pytest.fixture
def plain(tmp_path: Path) -> Flask:
    """An application whose templates are a fragment, what stands beside it, and the page around them."""
    (tmp_path / "_part.html").write_text("<p id=part>{{ words }}</p>")
    (tmp_path / "_beside.html").write_text("<b id=beside{% if oob %} hx-swap-oob=true{% endif %}></b>")
    (tmp_path / "page.html").write_text("<html>{% include '_part.html' %}</html>")
    app = Flask(__name__, template_folder=str(tmp_path))
    htmx.mount(app)

    def load() -> dict[str, str]:
        return {"words": "hello"}

    app.add_url_rule("/act", "act", lambda: htmx.answer("/there#x", "_part.html", load), methods=["POST"])
    app.add_url_rule(
        "/two",
        "two",
        lambda: htmx.answer("/there", "_part.html", load, beside=["_beside.html"], push=True),
        methods=["POST"],
    )
    app.add_url_rule("/form", "form", lambda: htmx.show("page.html", "_part.html", load, status=422, into="part"))
    app.add_url_rule("/away", "away", lambda: htmx.go("/elsewhere"))
    app.add_url_rule("/page", "page", lambda: f"{htmx.page_shown()} {htmx.asks_for('list')}")
    return app


ASKED = {"HX-Request": "true"}


def test_an_act_answers_303_to_a_browser_and_a_fragment_to_htmx(plain: Flask) -> None:
    client = plain.test_client()
    answer = client.post("/act")
    assert (answer.status_code, answer.location) == (303, "/there#x")
    answer = client.post("/act", headers=ASKED)
    assert (answer.status_code, answer.text) == (200, "<p id=part>hello</p>")
    assert "HX-Push-Url" not in answer.headers


def test_other_fragments_are_swapped_beside_and_the_address_changes(plain: Flask) -> None:
    answer = plain.test_client().post("/two", headers=ASKED)
    assert answer.text == "<p id=part>hello</p><b id=beside hx-swap-oob=true></b>"
    assert answer.headers["HX-Push-Url"] == "/there"


def test_a_refused_form_is_a_page_or_replaces_the_form(plain: Flask) -> None:
    client = plain.test_client()
    answer = client.get("/form")
    assert (answer.status_code, answer.text) == (422, "<html><p id=part>hello</p></html>")
    answer = client.get("/form", headers=ASKED)
    assert (answer.status_code, answer.text) == (422, "<p id=part>hello</p>")
    assert answer.headers["HX-Retarget"] == "#part"
    assert answer.headers["HX-Reswap"] == "outerHTML"


def test_htmx_leaves_the_page_where_a_browser_would(plain: Flask) -> None:
    client = plain.test_client()
    assert client.get("/away").location == "/elsewhere"
    answer = client.get("/away", headers=ASKED)
    assert answer.headers["HX-Redirect"] == "/elsewhere"
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "1 False"),
        ({"HX-Target": "list"}, "1 False"),
        (ASKED | {"HX-Target": "list", "HX-Current-URL": "http://x/questions/7-a?page=12"}, "12 True"),
        (ASKED | {"HX-Target": "other", "HX-Current-URL": "http://x/?page=%00"}, "1 False"),
        (ASKED | {"HX-Current-URL": "http://[broken"}, "1 False"),
        (ASKED | {"HX-Current-URL": "/?page=99999999999"}, "1 False"),
    ],
)
def test_what_htmx_says_about_the_page_may_be_anything(plain: Flask, headers: dict[str, str], said: str) -> None:
    assert plain.test_client().get("/page", headers=headers).text == said


def test_caches_keep_pages_and_fragments_apart(plain: Flask) -> None:
    client = plain.test_client()
    assert "HX-Request" in client.get("/form").headers["Vary"]
    assert "HX-Request" in client.get("/form", headers=ASKED).headers["Vary"]


def test_no_other_module_reads_or_sets_the_headers() -> None:
    found = [
        path.name
        for path in (ROOT / "portal").rglob("*.py")
        if path.name != "htmx.py" and any(word in path.read_text() for word in ('"HX-', "htmx_flask", "request.htmx"))
    ]
    assert found == []
