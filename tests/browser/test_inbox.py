"""The staff inbox in a real browser: assigned and snoozed in place, narrowed without a reload, the focus kept."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.people.passwords import hashed
from portal.threads.models import Thread
from tests.browser.conftest import Serve
from tests.factories import make_category, make_person, make_thread

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery staple"


@pytest.fixture
def thread(own_app: Flask) -> Iterator[Thread]:
    """A question that waits, one of another category, and an agent."""
    with own_app.app_context():
        make_person("aggie", name="Aggie", role="agent", password_hash=hashed(PASSWORD))
        make_person("bo", name="Bo", role="manager")
        make_thread(category=make_category("Paper"), title="Another question")
        yield make_thread(category=make_category("Printing"))


def test_seen_to_in_place(tab: Page, own_app: Flask, serve: Serve, thread: Thread) -> None:
    address = serve(own_app)
    tab.goto(f"{address}/sign-in")
    tab.get_by_label("E-mail address or username").fill("aggie")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url(f"{address}/")
    tab.goto(f"{address}/staff/inbox")
    row = tab.locator(f"#question-{thread.id}")

    row.get_by_role("button", name="I see to it").click()
    expect(row.get_by_text("You see to it")).to_be_visible()
    expect(row.get_by_role("button", name="I see to it")).to_be_focused()

    row.get_by_role("link", name="Assign").click()
    expect(row.get_by_label("Who sees to it")).to_be_focused()
    row.get_by_label("Who sees to it").select_option(label="Bo")
    row.get_by_label("Note").fill("You know printers")
    row.get_by_role("button", name="Assign").click()
    expect(row.get_by_text("Bo sees to it")).to_be_visible()
    expect(row.get_by_text("You know printers")).to_be_visible()
    expect(row.get_by_role("link", name="Assign")).to_be_focused()

    row.get_by_role("link", name="Snooze").click()
    row.get_by_label("In an hour").check()
    row.get_by_role("button", name="Snooze").click()
    expect(row.get_by_text("Snoozed until")).to_be_visible()
    row.get_by_role("button", name="Back into the inbox").click()
    expect(row.get_by_text("Snoozed until")).to_have_count(0)

    tab.get_by_label("Category").focus()
    tab.get_by_label("Category").select_option(label="Paper")
    expect(tab.locator(".list .row")).to_have_count(1)
    expect(tab.get_by_label("Category")).to_be_focused()
    assert "category=" in tab.url
    assert tab.url.startswith(f"{address}/staff/inbox?")
