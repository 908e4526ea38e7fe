"""Finding in a real browser: titles while one types, words marked where they stand, similar threads beside a form."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.core.db import db, write
from portal.questions.actions import set_accepted
from portal.search.models import SearchAsked, SuggestionCount
from portal.threads.models import Thread
from tests.browser.conftest import PHONE, Serve
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of
from tests.search.looking import counted

pytestmark = pytest.mark.browser


@pytest.fixture
def thread(own_app: Flask) -> Iterator[Thread]:
    """A question about boarding lists that was solved."""
    with own_app.app_context():
        asker = make_person("asker")
        made = make_thread(asker, category=make_category("Printing"), title="Boarding lists are printed twice")
        answer = make_reply(made, body="Look at the boarding settings, said the Boarder.")
        write(set_accepted, viewer_of(asker), answer.id, on=True)
        counted()
        yield made


@pytest.fixture
def address(own_app: Flask, serve: Serve, thread: Thread) -> str:
    return serve(own_app)


def marked(page: Page) -> list[str]:
    """The words that are marked where they stand."""
    return page.evaluate("[...(CSS.highlights.get('found') ?? [])].map(String)")


def test_typing_in_the_header_offers_titles_and_enter_searches(tab: Page, address: str, thread: Thread) -> None:
    tab.goto(f"{address}/keys")
    tab.keyboard.press("/")
    field = tab.get_by_role("search").locator("input")
    expect(field).to_be_focused()
    field.press_sequentially("boarding")
    option = tab.get_by_role("option", name=thread.title)
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("Escape")
    expect(option).to_have_count(0)
    field.press_sequentially(" lists")
    expect(option).to_be_visible()
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")  # back to what was typed
    expect(option).to_have_attribute("aria-selected", "false")
    field.press("Enter")
    tab.wait_for_url("**/search?q=boarding+lists")
    field = tab.locator("#q")
    field.press_sequentially(" ")
    field.fill("boarding")
    expect(option).to_be_visible()
    field.press("ArrowUp")
    field.press("Enter")
    tab.wait_for_url(f"**{thread.path}")


def test_what_led_to_a_thread_is_marked_in_it_and_counted(tab: Page, address: str, thread: Thread) -> None:
    tab.goto(f"{address}/search?q=boarding")
    tab.locator(".filters summary").first.click()
    tab.get_by_role("link", name="Questions", exact=True).last.click()
    expect(tab.locator("#q")).to_have_value("boarding kind:question")
    tab.locator(".hits h2 a").click()
    expect(tab.locator("h1")).to_have_text(thread.title)
    assert marked(tab)[:2] == ["Boarding", "boarding"]
    assert "said" not in marked(tab)
    assert tab.url.split("#")[0] == f"{address}{thread.path}"
    assert tab.locator("mark").count() == 0
    db.session.rollback()  # what this test had read until now
    assert [(row.words, row.asked, row.opened) for row in db.session.query(SearchAsked)] == [("boarding", 1, 1)]
    tab.goto(f"{address}{thread.path}")
    assert marked(tab) == []
    tab.goto(f"{address}/search?q=boardnig")  # typed wrong
    tab.locator(".hits h2 a").click()
    expect(tab.locator("h1")).to_have_text(thread.title)
    assert marked(tab)[:2] == ["Boarding", "boarding"]
    tab.goto(f"{address}/questions/new")
    expect(tab.locator("input[name=searched]")).to_have_value("boardnig")


def test_similar_threads_come_beside_the_form_and_nothing_is_lost(tab: Page, address: str, thread: Thread) -> None:
    tab.goto(f"{address}/questions/new")
    title = tab.get_by_label("Title")
    title.press_sequentially("Boarding lists twice")
    link = tab.locator("#similar").get_by_role("link", name=thread.title)
    expect(link).to_be_visible()
    expect(tab.locator("#similar")).to_contain_text("Look at the boarding settings")
    expect(title).to_be_focused()
    form, beside = tab.locator("form.writing .editor").bounding_box(), link.bounding_box()
    assert form
    assert beside
    assert beside["x"] > form["x"] + form["width"]
    with tab.context.expect_page() as opened:
        link.click()
    opened.value.wait_for_load_state()
    opened.value.close()
    expect(title).to_have_value("Boarding lists twice")
    tab.goto(f"{address}/keys")
    for _ in range(100):  # what a page sends as it is left comes when it comes
        db.session.rollback()
        row = db.session.query(SuggestionCount).one()
        if row.deflected:
            break
        tab.wait_for_timeout(50)
    assert (row.place, row.shown, row.opened, row.deflected, row.posted) == ("question", 1, 1, 1, 0)


def test_on_a_phone_search_is_behind_a_sign_and_nothing_is_too_wide(tab: Page, address: str, thread: Thread) -> None:
    make_person("boarding", name="Boarding" + "o" * 60)
    tab.set_viewport_size({"width": PHONE, "height": 800})
    tab.goto(f"{address}/keys")
    tab.get_by_role("banner").get_by_role("link", name="Search").click()
    field = tab.locator("#q")
    expect(field).to_be_focused()
    field.fill("boarding")
    field.press("Enter")
    expect(tab.locator(".hits .row")).to_have_count(1)
    expect(tab.locator(".names li")).to_have_count(1)
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE
    for summary in tab.locator(".filters summary").all():
        summary.click()
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE
