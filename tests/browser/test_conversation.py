"""The way through a conversation, as people go it: sign in, ask, answer, accept, comment, edit, vote."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from portal.people.passwords import hashed
from tests.browser.conftest import DESK, PATIENCE, PHONE, Serve
from tests.factories import make_category, make_person, make_thread

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery staple"


@pytest.fixture
def address(own_app: Flask, serve: Serve) -> str:
    """A portal with a category and two members."""
    with own_app.app_context():
        make_category("Printing")
        for name in ("asker", "helper"):
            make_person(name, password_hash=hashed(PASSWORD))
    return serve(own_app)


class Window:
    """One person's browser."""

    def __init__(self, page: Page, address: str, said: list[str]) -> None:
        self.page = page
        self.address = address
        self.said = said

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def sign_in(self, name: str) -> None:
        self.page.get_by_label(re.compile("address or username", re.I)).fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def windows(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[tuple[Window, Window]]:
    """Two windows, a wide and a narrow one; what a page complains about fails the test."""
    said: list[str] = []
    contexts = [
        chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=request.param == "with JavaScript"
        )
        for width in (DESK, PHONE)
    ]
    made = []
    for context in contexts:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        made.append(Window(page, address, said))
    yield made[0], made[1]
    for context in contexts:
        context.close()
    assert not said


def test_a_question_is_asked_answered_and_solved(windows: tuple[Window, Window]) -> None:
    asker, helper = windows
    asker.go("/sign-in")
    asker.sign_in("asker")
    asker.go("/questions/new")
    asker.page.get_by_label("Title").fill("How do I print a label?")
    asker.page.get_by_label("Text").fill("It prints **nothing**.")
    asker.page.get_by_role("button", name="Preview").click()
    expect(asker.page.locator("#preview strong")).to_have_text("nothing")
    asker.page.get_by_role("button", name="Post your question").click()
    expect(asker.page.get_by_role("heading", level=1)).to_have_text("How do I print a label?")
    path = asker.page.url.removeprefix(asker.address)

    # A visitor writes first and signs in then; the answer is there.
    helper.go(path)
    helper.page.locator("#reply textarea").fill("Turn it off and on.")
    helper.page.get_by_role("button", name="Post your answer").click()
    helper.sign_in("helper")
    answer = helper.page.locator("article.post", has_text="Turn it off and on.")
    expect(answer).to_be_visible()
    expect(helper.page.locator("#reply .flash")).to_contain_text("You follow this now")

    # They put it right.
    answer.locator("summary").last.click()
    answer.get_by_role("link", name="Edit").click()
    helper.page.locator("form[action$='/edit'] textarea").fill("Turn it off, and on again.")
    helper.page.get_by_role("button", name="Save").click()
    expect(helper.page.locator("article.post").last).to_contain_text("Turn it off, and on again.")

    # The asker asks back, votes and accepts.
    asker.go(path)
    answer = asker.page.locator("article.post").last
    answer.get_by_role("link", name="Comment").click()
    asker.page.get_by_label("Your comment").fill("For how long?")
    asker.page.get_by_role("button", name="Comment").click()
    expect(answer.locator(".comments")).to_contain_text("For how long?")
    answer.get_by_role("button", name="Helpful").click()
    expect(answer.get_by_role("button", name="Helpful")).to_have_attribute("aria-pressed", "true")
    expect(answer.get_by_role("button", name="Helpful")).to_contain_text("1")
    answer.get_by_role("button", name="This solved it").click()
    expect(asker.page.locator("header .note.good")).to_contain_text("Solved by Helper")
    expect(answer).to_have_class(re.compile("accepted"))
    expect(answer.locator(".who").first).to_contain_text("Accepted")

    # The list says so.
    asker.go("/questions")
    expect(asker.page.locator(".row .state.solved")).to_have_count(1)


def test_the_forms_work_on_pages_of_their_own(windows: tuple[Window, Window], own_app: Flask) -> None:
    """Whoever opens one in a new tab finds nothing around it that it could be swapped into."""
    with own_app.app_context():
        thread = make_thread(make_person("someone", password_hash=hashed(PASSWORD)))
        path, thread_id = thread.path, thread.id
        make_person("boss", role="moderator", password_hash=hashed(PASSWORD))
    window, boss = windows
    window.go("/posts/1/edit")
    window.sign_in("someone")
    window.page.get_by_label("Text").fill("It prints something.")
    window.page.get_by_role("button", name="Save").click()
    expect(window.page.locator("#post-1 .prose").first).to_have_text("It prints something.")
    window.go("/posts/1/comment")
    window.page.get_by_label("Your comment").fill("Only on Mondays.")
    window.page.get_by_role("button", name="Comment").click()
    expect(window.page.locator(".comments")).to_contain_text("Only on Mondays.")
    boss.go(f"/threads/{thread_id}/close")
    boss.sign_in("boss")
    boss.page.get_by_label("Reason").fill("It is Tuesday.")
    boss.page.get_by_role("button", name="Close").click()
    expect(boss.page.locator("header .note.warn")).to_contain_text("It is Tuesday.")
    assert boss.page.url.startswith(boss.address + path)


def test_with_javascript_a_form_comes_in_and_goes_again(tab: Page, address: str, own_app: Flask) -> None:
    with own_app.app_context():
        path = make_thread(make_person("someone"), title="Why?").path
    window = Window(tab, address, [])
    window.go("/sign-in")
    window.sign_in("asker")
    window.go(path)
    link = tab.get_by_role("link", name="Comment")
    link.click()
    expect(tab.get_by_label("Your comment")).to_be_focused()
    tab.get_by_role("link", name="Cancel").click()
    expect(tab.get_by_label("Your comment")).to_have_count(0)
    expect(link).to_be_focused()
    tab.locator("#reply textarea").fill("half a thought")
    tab.get_by_role("link", name="Quote").click()
    expect(tab.locator("#reply textarea")).to_have_value(re.compile(r"^half a thought\n\n> \[Someone\]"))
    expect(tab.locator("#reply textarea")).to_be_focused()
    assert tab.url.endswith(path)
