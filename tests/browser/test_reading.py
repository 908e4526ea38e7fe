"""Reading in a real browser: what is written meanwhile comes in without a reload, and menus act in place."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.core.db import db
from portal.people.passwords import hashed
from portal.threads.models import Thread
from tests.browser.conftest import Serve
from tests.factories import make_category, make_person, make_reply, make_thread

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery staple"


@pytest.fixture
def thread(own_app: Flask) -> Iterator[Thread]:
    """A question, and a member who reads it."""
    with own_app.app_context():
        make_person("ada", password_hash=hashed(PASSWORD))
        yield make_thread(category=make_category("Printing"))


@pytest.fixture
def page(tab: Page, own_app: Flask, serve: Serve, thread: Thread) -> Page:
    """Ada's window, with a clock that tests move."""
    address = serve(own_app)
    tab.clock.install()
    tab.goto(f"{address}/sign-in")
    tab.get_by_label("E-mail address or username").fill("ada")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url(f"{address}/")
    return tab


def test_what_is_written_meanwhile_comes_in_on_the_page(page: Page, thread: Thread) -> None:
    page.goto(page.url.rstrip("/") + thread.path)
    with page.expect_response("**/news?*") as nothing:
        page.clock.fast_forward(31_000)
    assert nothing.value.status == 204
    expect(page.locator(".news a")).to_have_count(0)
    db.session.rollback()  # what this test had read until now
    reply = make_reply(db.session.get_one(Thread, thread.id), body="Meanwhile.").id
    db.session.rollback()
    page.evaluate("dispatchEvent(new Event('focus'))")  # at once is too soon
    page.clock.fast_forward(6_000)
    page.evaluate("dispatchEvent(new Event('focus'))")  # she comes back to this window
    link = page.get_by_role("link", name="1 new post since you opened this")
    link.click()
    expect(page.locator(f"#post-{reply}")).to_be_focused()
    expect(page.get_by_text("Meanwhile.")).to_be_visible()
    expect(page.locator(".line")).to_have_text("New since your last visit")
    expect(link).to_have_count(0)


def test_a_category_is_muted_in_place(page: Page) -> None:
    page.get_by_role("link", name="Printing").first.click()
    page.get_by_text("Follow", exact=True).click()
    page.get_by_role("button", name="Mute").click()
    summary = page.locator("main summary", has_text="Muted")
    expect(summary).to_be_focused()
