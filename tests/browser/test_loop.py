"""The whole way of an idea in a real browser, with and without JavaScript: suggested, voted for, planned, announced as
shipped, told, confirmed, closed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from portal.core.clock import now
from portal.core.db import db, write
from portal.loop.models import Debt
from portal.people.passwords import hashed
from portal.worker import run_once
from tests.browser.conftest import PATIENCE, PHONE, Serve
from tests.factories import make_category, make_person

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery staple"
TITLE = "Print labels in colour"
PEOPLE = {"ben": "member", "cleo": "member", "mia": "manager"}


@pytest.fixture
def community(own_app: Flask) -> Flask:
    """Two who ask and one who decides. Nothing waits to be undone."""
    own_app.config["RONDO"] = own_app.config["RONDO"].model_copy(update={"undo_seconds": 0})
    with own_app.app_context():
        make_category("Printing", kinds=["question", "discussion", "idea"])
        for name, role in PEOPLE.items():
            make_person(name, name=name.title(), role=role, password_hash=hashed(PASSWORD))
    return own_app


@pytest.fixture(params=["script", "no script"])
def tabs(
    request: pytest.FixtureRequest, chromium: Browser, community: Flask, serve: Serve
) -> Iterator[dict[str, Page]]:
    """A signed-in window for each of them: Ben's is a phone."""
    address = serve(community)
    contexts = {
        name: chromium.new_context(
            base_url=address,
            java_script_enabled=request.param == "script",
            viewport={"width": PHONE if name == "ben" else 1280, "height": 900},
        )
        for name in PEOPLE
    }
    yield {name: _signed_in(context.new_page(), name) for name, context in contexts.items()}
    for context in contexts.values():
        context.close()


def _signed_in(page: Page, name: str) -> Page:
    page.set_default_timeout(PATIENCE)
    page.goto("/sign-in")
    page.get_by_label("E-mail address or username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    return page


def _work(app: Flask) -> None:
    with app.app_context():
        run_once()


def _a_week_later(app: Flask) -> None:
    """It is time to ask."""
    with app.app_context():
        past = update(Debt).where(Debt.ask_at.is_not(None)).values(ask_at=now() - timedelta(hours=1))
        write(lambda: db.session.execute(past))


def test_from_asking_to_a_closed_loop(tabs: dict[str, Page], community: Flask) -> None:
    ben, cleo, mia = tabs["ben"], tabs["cleo"], tabs["mia"]

    ben.goto("/ideas/new")
    ben.get_by_label("Title").fill(TITLE)
    ben.get_by_label("Text").fill("We tell our brands apart by colour.")
    ben.get_by_role("button", name="Post your idea").click()
    ben.wait_for_url("**/ideas/*-print-labels-in-colour")

    cleo.goto("/ideas")
    vote = cleo.get_by_role("button", name="Vote, 1 vote")
    vote.click()
    expect(cleo.get_by_role("button", name="Vote, 2 votes")).to_have_attribute("aria-pressed", "true")

    mia.goto(ben.url)
    mia.get_by_label("A note for the team").fill("Cleo asked by telephone, too.")
    mia.get_by_role("button", name="Note it").click()
    expect(mia.locator(".team .note")).to_contain_text("by telephone")
    mia.get_by_role("link", name="Decide").click()
    mia.get_by_label("Status").select_option(label="Planned")
    mia.get_by_label("Reason").fill("Two brands, one printer: we see it.")
    mia.get_by_role("button", name="Decide").click()
    expect(mia.locator(".note.plan")).to_contain_text("Two brands, one printer")

    _work(community)
    cleo.goto("/inbox")
    expect(cleo.locator(".notices .row")).to_have_count(1)
    expect(cleo.locator(".notices .row")).to_contain_text("Planned")

    mia.goto("/announcements/new")
    mia.get_by_label("Title").fill("Labels, in colour")
    mia.get_by_label("Text").fill("Choose a colour for each brand.")
    mia.get_by_label("Find an idea").fill("labels")
    mia.get_by_role("button", name="Find", exact=True).click()
    mia.get_by_role("button", name=f"Put in “{TITLE}”").click()
    mia.get_by_label("A sentence about it").fill("Under Settings, then Labels.")
    mia.get_by_role("button", name="Save and preview").last.click()
    expect(mia.locator("main")).to_contain_text("Under Settings, then Labels.")
    mia.get_by_role("button", name="Publish now").click()
    mia.wait_for_url("**/announcements/*-labels-in-colour")

    _work(community)
    for reader, why in ((ben, "You suggested"), (cleo, "You voted for")):
        reader.goto("/inbox")
        first = reader.locator(".notices .row").first
        expect(first).to_contain_text("Labels, in colour")
        expect(first).to_contain_text(why)
        expect(first).to_contain_text(TITLE)

    _a_week_later(community)
    _work(community)
    ben.goto("/inbox")
    ben.locator(".notices .row").first.get_by_role("link").first.click()
    expect(ben.get_by_role("heading", name="Does this solve your need?")).to_be_visible()
    ben.get_by_text("Yes, it does").click()
    ben.get_by_role("button", name="Send my answer").click()
    expect(ben.get_by_text("Thank you. Your answer is recorded.").first).to_be_visible()

    ben.goto(f"{ben.url.split('/answer')[0]}/ideas?status=shipped")
    ben.get_by_role("link", name=TITLE).click()
    expect(ben.locator("main")).to_contain_text("You said: Solved")

    mia.goto("/staff/loops")
    expect(mia.locator("main")).not_to_contain_text(TITLE)
    mia.goto(cleo.url.replace("/inbox", "/ideas?status=shipped"))
    mia.get_by_role("link", name=TITLE).click()
    expect(mia.locator("main")).to_contain_text("2 of 2")
