"""The editor with its script: toolbar, names, drafts, paste, quotes."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import Serve
from tests.browser.test_pages import AXE, signed_in
from tests.factories import make_category, make_person, make_reply, make_thread

pytestmark = pytest.mark.browser
COPIED = """<html><head><style>p { color: red }</style></head><body>
<h2>Setup</h2><p style="color: red">Take the <b>small</b> one, <a href="https://example.com/a">see here</a>.</p>
<ul><li>one<ul><li><code>two</code></li></ul></li></ul><script>alert(1)</script>
<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table><pre>x = 1</pre></body></html>"""
WRITTEN = """## Setup

Take the **small** one, [see here](https://example.com/a).

- one
  - `two`

| a | b |
| --- | --- |
| 1 | 2 |

```
x = 1
```"""
PASTE = """([html, text]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", text);
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  return document.activeElement.dispatchEvent(paste);
}"""
SELECT = """(selector) => {
  const range = document.createRange();
  range.selectNodeContents(document.querySelector(selector));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@pytest.fixture
def page(own_app: Flask, serve: Serve, tab: Page) -> Page:
    """Bob before a question of Ada's, which he answered."""
    with own_app.app_context():
        ada, bob = make_person("ada", name="Ada Ek"), make_person("bob")
        make_person("adrian", name="Adrian")
        thread = make_thread(ada, category=make_category("Printing"), body="It *prints* nothing.\n\nAnd **jams**.")
        make_reply(thread, bob)
        path = thread.path
    address = serve(own_app)
    signed_in(tab.context, own_app, address, "bob")
    tab.goto(address + path)
    return tab


def test_names_are_offered_and_taken_by_keyboard(page: Page) -> None:
    text = page.locator("#reply textarea")
    text.press_sequentially("For @ad")
    offered = page.get_by_role("listbox").get_by_role("option")
    expect(offered).to_have_text(["Ada Ek @ada", "Adrian @adrian"])
    expect(page.locator("#said")).to_contain_text("2 people found")
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document.querySelector('#reply')).then((r) => r.violations.map((v) => v.id))")
    assert not found
    text.press("ArrowDown")
    text.press("Enter")
    expect(text).to_have_value("For @adrian ")
    text.press_sequentially("@ad")
    expect(offered.first).to_be_visible()
    text.press("Escape")
    expect(offered).to_have_count(0)


def test_what_is_typed_is_found_again_until_it_is_posted(page: Page) -> None:
    text = page.locator("#reply textarea")
    text.fill("Half a thought")
    expect(page.get_by_text("Draft saved")).to_be_visible()
    text.fill("A whole thought")
    page.reload()  # at once: what was not kept yet is kept on leaving
    expect(text).to_have_value("A whole thought")
    expect(page.get_by_text("Your draft from")).to_be_visible()
    text.press("Control+Enter")
    expect(page.locator("#reply .flash")).to_contain_text("Posted")
    page.reload()
    expect(text).to_have_value("")


def test_a_visitors_text_survives_a_reload_and_is_adopted(page: Page) -> None:
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.reload()
    text = page.locator("#reply textarea")
    text.fill("Before I sign in")
    page.reload()
    expect(text).to_have_value("Before I sign in")
    page.context.add_cookies(cookies)  # pyright: ignore[reportArgumentType]
    page.reload()
    expect(text).to_have_value("Before I sign in")
    assert page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('draft'))") == []
    expect(page.get_by_text("Draft saved")).to_be_visible()


def test_what_is_typed_when_the_session_is_over_is_found_again_after_signing_in(page: Page) -> None:
    cookies = page.context.cookies()
    text = page.locator("#reply textarea")
    page.context.clear_cookies()
    text.fill("Too late")
    expect(page.get_by_text("You are signed out")).to_be_visible()
    page.reload()
    expect(text).to_have_value("Too late")
    page.context.add_cookies(cookies)  # pyright: ignore[reportArgumentType]
    page.reload()
    expect(text).to_have_value("Too late")
    expect(page.get_by_text("Draft saved")).to_be_visible()


def test_what_someone_typed_when_their_session_was_over_is_not_for_who_signs_in_next(
    page: Page, own_app: Flask
) -> None:
    text = page.locator("#reply textarea")
    page.context.clear_cookies()
    text.fill("For me alone")
    expect(page.get_by_text("You are signed out")).to_be_visible()
    page.reload()
    text.press_sequentially("!")
    signed_in(page.context, own_app, page.url, "adrian")
    page.reload()
    expect(text).to_have_value("")
    assert page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('draft'))") == []


def test_buttons_and_paste_write_markdown(page: Page) -> None:
    text = page.locator("#reply textarea")
    text.fill("word")
    text.select_text()
    page.get_by_role("toolbar").get_by_role("button", name="Bold").press("Enter")
    expect(text).to_have_value("**word**")
    text.fill("word")
    text.select_text()
    text.press("Control+b")
    expect(text).to_have_value("**word**")
    text.fill("")
    assert page.evaluate(PASTE, [COPIED, "Setup"]) is False, "the paste is ours"
    expect(text).to_have_value(WRITTEN)
    assert page.evaluate(PASTE, ["<div><span>plain</span></div>", "plain"]), "words alone are the browser's"
    for key in ("Control", "Shift", "v"):
        page.keyboard.down(key)
    assert page.evaluate(PASTE, [COPIED, "Setup"]), "nor is what is pasted with Shift"
    for key in ("v", "Shift", "Control"):
        page.keyboard.up(key)
    assert page.evaluate(PASTE, [COPIED, "Setup"]) is False


def test_what_is_selected_is_quoted(page: Page) -> None:
    text, post = page.locator("#reply textarea"), page.locator(".post").first
    quoted = "> [Ada Ek](/posts/{}):\n>\n> It *prints* nothing.\n\n".format(post.get_attribute("id").split("-")[1])  # pyright: ignore
    page.evaluate(SELECT, ".post .prose p")
    page.locator("button.quote").click()
    expect(text).to_have_value(quoted)
    expect(text).to_be_focused()
    text.fill("")
    page.evaluate(SELECT, ".post .prose p")
    post.get_by_role("link", name="Quote").press("Enter")
    expect(text).to_have_value(quoted)
