"""The pages that admins write, and the links to them at the end of every page."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.core.db import db, write
from portal.core.errors import Invalid
from portal.events.models import Event
from portal.people.models import Person
from portal.site.actions import pages
from portal.site.models import SitePage
from tests.factories import make_person, viewer_of
from tests.signing_in import csrf_of, sign_in


@pytest.fixture
def admin(client: FlaskClient) -> Person:
    person = make_person("ada", role="admin", password_hash="x")
    sign_in(client, person)
    return person


def add(admin: Person, title: str, language: str = "en", slug: str = "", body: str = "Some *words*.") -> int:
    return write(pages.add_page, viewer_of(admin), slug=slug, language=language, title=title, body=body)


def post(client: FlaskClient, address: str, **fields: object) -> Any:
    return client.post(address, data={"csrf_token": csrf_of(client, "/settings/profile"), **fields})


def links(client: FlaskClient, language: str = "en") -> str:
    """The footer of the home page, as someone without an account sees it."""
    page = client.application.test_client().get("/", headers={"Accept-Language": language}).text
    return page.partition('<footer class="foot">')[2]


def test_without_pages_there_is_no_link(client: FlaskClient) -> None:
    assert "<nav" not in links(client)
    assert client.get("/pages/imprint").status_code == 404


def test_a_page_is_written_shown_and_linked(client: FlaskClient, admin: Person) -> None:
    assert client.get("/admin/pages").status_code == 200
    fields = {"title": "Imprint", "body": "We are **we**. <script>", "language": "en", "slug": ""}
    assert post(client, "/admin/pages/new", **fields).location == "/admin/pages"
    assert '<a href="/pages/imprint" dir="auto">Imprint</a>' in links(client)
    shown = client.application.test_client().get("/pages/imprint")
    assert (shown.status_code, "<strong>we</strong>" in shown.text, "<script>" in shown.text) == (200, True, False)
    assert "Set-Cookie" not in shown.headers
    assert "/admin/pages" not in shown.text
    page_id = db.session.scalars(db.select(SitePage.id)).one()
    assert f"/admin/pages/{page_id}" in client.get("/pages/imprint").text


def test_readers_get_it_in_their_language_else_the_portals_else_any(client: FlaskClient, admin: Person) -> None:
    add(admin, "Impressum", "de", "imprint", "Wir.")
    add(admin, "Om oss", "sv", "imprint", "Vi.")
    add(admin, "Villkor", "sv", "terms", "Vi vill.")

    def heading(path: str, language: str) -> str:
        text = client.application.test_client().get(path, headers={"Accept-Language": language}).text
        return text.partition("<h1")[2].partition(">")[2].partition("<")[0]

    assert heading("/pages/imprint", "de") == "Impressum"
    assert heading("/pages/imprint", "sv") == "Om oss"
    assert heading("/pages/imprint", "en") == "Impressum"
    assert heading("/pages/terms", "de") == "Villkor"
    assert ">Om oss</a>" in links(client, "sv")
    assert ">Impressum</a>" in links(client, "fr")
    text = client.application.test_client().get("/pages/terms", headers={"Accept-Language": "de"}).text
    assert 'lang="sv"' in text


def test_the_order_is_the_admins(client: FlaskClient, admin: Person) -> None:
    for title in ("Imprint", "Privacy", "Terms"):
        add(admin, title)
    assert post(client, "/admin/pages/terms/move", to="up").status_code == 303
    post(client, "/admin/pages/imprint/move", to="up")
    found = links(client)
    assert found.index("Imprint") < found.index("Terms") < found.index("Privacy")
    assert post(client, "/admin/pages/nowhere/move", to="up").status_code == 404


def test_the_second_of_two_editors_hears_of_the_first(client: FlaskClient, admin: Person) -> None:
    page_id = add(admin, "Imprint")
    at = f"/admin/pages/{page_id}"

    def version() -> str:
        return client.get(at).text.split('name="version"')[1].split('value="')[1].split('"')[0]

    mine = version()
    assert post(client, at, title="Imprint", body="First", version=mine).status_code == 303
    late = post(client, at, title="Imprint", body="Second", version=mine)
    assert (late.status_code, "Someone else changed this page" in late.text, "Second" in late.text) == (409, True, True)
    assert db.session.get_one(SitePage, page_id, populate_existing=True).source == "First"
    again = late.text.split('name="version"')[1].split('value="')[1].split('"')[0]
    assert post(client, at, title="Imprint", body="Second", version=again).status_code == 303
    assert db.session.get_one(SitePage, page_id, populate_existing=True).source == "Second"


def test_deleting_the_last_language_takes_the_link_away(client: FlaskClient, admin: Person) -> None:
    first, second = add(admin, "Imprint"), add(admin, "Impressum", "de", "imprint")
    assert post(client, f"/admin/pages/{first}/delete").status_code == 303
    assert "Impressum" in links(client)
    post(client, f"/admin/pages/{second}/delete")
    assert "<nav" not in links(client)
    kinds = db.session.scalars(db.select(Event.kind).filter_by(logged=True).order_by(Event.id)).all()
    assert kinds == ["page.added", "page.added", "page.deleted", "page.deleted"]
    assert "Deleted a page: Impressum (de)" in client.get("/staff/log").text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 81}, "title"),
        ({"body": ""}, "body"),
        ({"body": "> " * 40 + "x"}, "body"),
        ({"language": "tlh"}, "language"),
        ({"slug": "imprint"}, "language"),
    ],
)
def test_what_cannot_be_taken_keeps_what_was_typed(
    client: FlaskClient, admin: Person, given: dict[str, str], field: str
) -> None:
    add(admin, "Imprint")
    answer = post(client, "/admin/pages/new", **({"title": "Terms", "body": "Kept words", "language": "en"} | given))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "body" in given or "Kept words" in answer.text


def test_a_footer_bears_only_so_many(app: Any, admin: Person) -> None:
    for number in range(pages.MOST):
        add(admin, f"Page {number}")
    with pytest.raises(Invalid):
        add(admin, "One more")
    add(admin, "Eine Seite", "de", "page-1")


@pytest.mark.parametrize("address", ["/admin/pages", "/admin/pages/new", "/admin/pages/1", "/admin/pages/1/delete"])
def test_nobody_else_knows_of_these_pages(client: FlaskClient, address: str) -> None:
    sign_in(client, make_person("mo", role="moderator"))
    assert client.get(address).status_code in (404, 405)
    assert post(client, "/admin/pages/new", title="x", body="y", language="en").status_code == 404


def test_old_pages_are_rendered_again(app: Any, admin: Person) -> None:
    page_id = add(admin, "Imprint", body="Some *words*.")
    db.session.execute(db.update(SitePage).values(html="old", renderer=0))
    db.session.commit()
    assert app.test_cli_runner().invoke(args=["render"]).output == "1 rendered.\n"
    assert "<em>words</em>" in db.session.get_one(SitePage, page_id, populate_existing=True).html
