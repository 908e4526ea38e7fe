"""Pictures and files come into a text by choosing, dropping and pasting them, and by a button without a script."""

import base64
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from portal.core.db import db, write
from portal.people.actions import sessions
from portal.threads.models import Post
from tests.browser.conftest import PATIENCE, Serve
from tests.factories import make_person, make_thread
from tests.uploads import making

pytestmark = pytest.mark.browser
CAT = {"name": "My cat.png", "mimeType": "image/png", "buffer": making.picture(1000, 500)}
NOTES = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Words."}
PAGE = {"name": "page.png", "mimeType": "image/png", "buffer": making.HTML}
BRING = """(target, [kind, name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)), transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  const about = { bubbles: true, cancelable: true };
  target.dispatchEvent(kind === "paste"
    ? new ClipboardEvent(kind, { ...about, clipboardData: transfer })
    : new DragEvent(kind, { ...about, dataTransfer: transfer }));
}"""


@pytest.fixture
def page(own_app: Flask, serve: Serve, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page of a question, in the browser of someone who is signed in."""
    with own_app.app_context():
        thread, ada = make_thread(), make_person("ada")
        session_id = write(sessions.start_session, ada.id)
        path = f"/questions/{thread.id}-{thread.slug}"
    signer = own_app.session_interface.get_signing_serializer(own_app)  # type: ignore[attr-defined]
    cookie = signer.dumps({"_user_id": session_id, "_fresh": True, "_permanent": True})
    address = serve(own_app)
    context = chromium.new_context(java_script_enabled=getattr(request, "param", True))
    context.add_cookies([{"name": "rondo", "value": cookie, "url": address}])
    made = context.new_page()
    made.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    made.goto(address + path)
    yield made
    context.close()
    assert not complaints


def bring(page: Page, kind: str, file: dict[str, object]) -> None:
    data = base64.b64encode(file["buffer"]).decode()  # type: ignore[arg-type]
    page.locator("#reply textarea").evaluate(BRING, [kind, file["name"], file["mimeType"], data])


def text_of(own_app: Flask) -> str:
    with own_app.app_context():
        return db.session.scalars(db.select(Post.source).order_by(Post.id.desc()).limit(1)).one()


def test_what_is_chosen_comes_to_the_cursor_and_what_is_refused_is_said(page: Page, own_app: Flask):
    text = page.locator("#reply textarea")
    text.fill("Before.\nAfter.")
    text.evaluate("field => field.setSelectionRange(8, 8)")
    page.set_input_files("#reply .files input", [CAT, PAGE, NOTES])  # type: ignore[list-item]
    said = page.locator("#reply .files-said")
    expect(said).to_have_class("files-said error")
    expect(said).to_have_text(
        "page.png: Only pictures (JPEG, PNG, GIF, WebP) and PDF, text, CSV, log and zip files are taken."
    )
    first, picture, file, last = text.input_value().split("\n")
    assert (first, last) == ("Before.", "After.")
    assert picture.startswith("![My cat](/uploads/")
    assert file.startswith("[notes.txt](/uploads/")
    page.get_by_role("button", name="Post your answer").click()
    image = page.locator('.prose img[alt="My cat"]')
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0
    assert text_of(own_app).startswith("Before.\n![My cat]")
    image.click()  # a large one opens
    expect(page.locator("img")).to_have_js_property("naturalWidth", 1000)
    assert page.url.endswith("-1000x500.webp")


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_what_is_dropped_or_pasted_comes_too(page: Page, kind: str):
    bring(page, kind, CAT)
    expect(page.locator("#reply .files-said")).to_have_text("My cat.png is in your text.")
    assert page.locator("#reply textarea").input_value().startswith("![My cat](/uploads/")


def test_nothing_is_posted_while_a_file_is_on_its_way(page: Page, own_app: Flask):
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/uploads", hold)
    page.locator("#reply textarea").fill("Look: ")
    bring(page, "paste", CAT)
    page.get_by_role("button", name="Post your answer").click()
    expect(page.locator("#reply .files-said")).to_have_text("Wait until everything is uploaded, then post.")
    waiting[0].continue_()
    expect(page.locator("#reply .files-said")).to_have_text("My cat.png is in your text.")
    page.get_by_role("button", name="Post your answer").click()
    expect(page.locator('.prose img[alt="My cat"]')).to_be_attached()
    assert "![My cat]" in text_of(own_app)


@pytest.mark.parametrize("page", [False], indirect=True)
def test_without_a_script_a_button_does_it(page: Page, own_app: Flask):
    page.locator("#reply textarea").fill("Look:")
    page.set_input_files("#reply .files input", [CAT, NOTES])  # type: ignore[list-item]
    page.get_by_role("button", name="Upload").click()
    text = page.locator("#reply textarea").input_value()
    assert text.startswith("Look:\n\n![My cat](/uploads/")
    assert "\n[notes.txt](/uploads/" in text
    page.get_by_role("button", name="Post your answer").click()
    expect(page.locator('.prose img[alt="My cat"]')).to_be_attached()
    assert "![My cat]" in text_of(own_app)
