"""Following categories, tags and threads, and the page of all of it."""

import pytest
from flask import Flask

from portal.core.db import db
from portal.threads.models import CategoryWatch, TagWatch, Watch
from tests.factories import make_category, make_person, make_thread
from tests.web.reading import Reader, root


@pytest.fixture
def ada(app: Flask) -> Reader:
    return Reader(app, make_person("ada"))


def kept(table: type) -> list[str]:
    return list(db.session.scalars(db.select(table.level)))  # type: ignore[attr-defined]


@pytest.mark.parametrize(("page", "table"), [("/c/printing", CategoryWatch), ("/tags/labels", TagWatch)])
def test_a_category_or_a_tag_is_followed_on_its_page(app: Flask, ada: Reader, page: str, table: type) -> None:
    make_thread(category=make_category("Printing"), tags=["labels"])
    menu = ada.read(page).select_one('form[action$="/watch"]')
    assert menu.summary.get_text(strip=True) == "Follow"
    answer = ada.post(menu["action"], level="watch", target=menu["id"])
    part = root(answer)
    assert (part["id"], part.summary.get_text(strip=True)) == (menu["id"], "Watching")
    assert part["data-say"].startswith("You watch this")
    assert part.select_one('[aria-pressed="true"]')["value"] == "watch"
    assert kept(table) == ["watch"]
    assert ada.post(menu["action"], level="mute").status_code == 303
    assert kept(table) == ["mute"]
    assert ada.post(menu["action"], level="shout").status_code == 400
    visitor = Reader(app)
    assert visitor.read(page).select_one(f'form[action="{menu["action"]}"] button')["value"] == "follow"
    assert "/sign-in" in visitor.post(menu["action"], level="follow").location


def test_what_one_follows_is_changed_in_place(ada: Reader, app: Flask) -> None:
    thread = make_thread(category=make_category("Printing"), tags=["labels"], title="Why?")
    thread_id = thread.id
    for action in (f"/threads/{thread_id}", f"/categories/{thread.category_id}", "/tags/labels"):
        ada.post(f"{action}/watch", level="follow")
    page = ada.read("/people/ada/following")
    assert [a.get_text(strip=True) for a in page.select(".items li > div:first-child a")] == [
        "Printing",
        "labels",
        "Why?",
    ]
    for form in page.select(".items form"):
        part = root(ada.post(form["action"], level="mute", target=form["id"]))
        assert (part["id"], part.summary.get_text(strip=True)) == (form["id"], "Muted")
    assert kept(Watch).count("mute") == 1
    back = {"Referer": "http://localhost/people/ada/following"}
    data = {"csrf_token": ada.token, "level": "none"}
    answer = ada.client.post(f"/threads/{thread_id}/watch", data=data, headers=back)
    assert (answer.status_code, answer.location) == (303, "/people/ada/following")
    assert "Why?" not in ada.get("/people/ada/following").text


def test_what_someone_follows_is_nobody_elses_business(app: Flask, ada: Reader) -> None:
    make_person("bob")
    assert ada.get("/people/bob/following").status_code == ada.get("/people/nobody/following").status_code == 404
    make_thread()
    assert Reader(app, make_person(role="agent")).get("/people/ada/following").status_code == 404
    assert Reader(app).get("/people/ada/following").location.startswith("/sign-in")
    assert "You follow nothing yet" in ada.get("/people/ada/following").text
