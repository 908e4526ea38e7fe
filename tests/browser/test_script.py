"""What static/js/app.js adds to htmx: focus, words for what failed, menus. In a real browser, under a strict policy."""

from pathlib import Path

import pytest
from flask import Flask, Response, render_template, render_template_string, request
from flask_babel import Babel
from flask_wtf import CSRFProtect
from playwright.sync_api import Page, expect

from portal.core import assets
from portal.people.viewer import Viewer
from portal.web import drawing, formats, keeping, texts
from tests.browser.conftest import PHONE, Serve

pytestmark = pytest.mark.browser

PAGE = """{% extends "layout/base.html" %}{% block title %}T{% endblock %}{% block main %}
<h1>Here</h1>
<form id="form" hx-post="/act" hx-swap="outerHTML" method="post" action="/act">
  <input name="status" aria-label="status"><textarea name="body" aria-label="body"></textarea><button>Go</button>
</form>
<div class="prose"><pre><code>first = 1
{% for n in range(80) %}line_{{ n }} = {{ n }}
{% endfor %}</code></pre></div>
<details class="menu"><summary>Menu</summary><div class="panel"><a href="#x">First</a>
<button hx-post="/act" hx-swap="none" name="status" value="200">Second</button></div></details>
{% endblock %}"""
LIST = """{% extends "layout/base.html" %}{% block title %}L{% endblock %}{% block main %}<h1>List</h1>
<ul><li class="row"><h2><a href="#one">One</a></h2></li><li class="row"><h2><a href="#two">Two</a></h2></li></ul>
<textarea aria-label="body"></textarea>
<div data-keys hidden><input type="checkbox" id="keys-on"><label for="keys-on">Use single keys</label></div>
{% endblock %}"""
LONG = """{% extends "layout/base.html" %}{% block title %}L{% endblock %}{% block main %}<h1>Long</h1>
{% for n in (1, 90) %}<article class="post" id="post-{{ n }}"><div class="body">
<input class="unfold visually-hidden" type="checkbox" id="unfold-{{ n }}">
<div class="prose long"><pre><code>{% for m in range(200) %}line {{ m }}
{% endfor %}</code></pre>{% for m in range(n) %}<p>Paragraph {{ m }}</p>{% endfor %}</div>
<label class="fold" for="unfold-{{ n }}">All of {{ n }}</label></div></article>{% endfor %}{% endblock %}"""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"
)


@pytest.fixture
def address(serve: Serve) -> str:
    app = Flask(__name__, static_folder=None, template_folder=str(Path(assets.ROOT) / "templates"))
    app.config["SECRET_KEY"] = "for tests only"
    Babel(app)
    CSRFProtect(app)
    drawing.mount(app, assets.mount(app))
    formats.mount(app)
    texts.mount(app)
    keeping.mount(app)

    @app.get("/")
    def show() -> str:
        viewer = Viewer(id=1, role="member", username="anna", name="Anna")
        return render_template_string(PAGE, viewer=viewer, site={"name": "Tidewater", "accent": "teal"})

    @app.get("/list")
    def rows() -> str:
        site = {"name": "The community of Tidewater", "accent": "teal", "open_to_sign_up": True}
        return render_template_string(LIST, viewer=Viewer(), site=site)

    @app.get("/long")
    def long() -> str:
        return render_template_string(LONG, viewer=Viewer(), site={"name": "Tidewater", "accent": "teal"})

    @app.post("/act")
    def act() -> tuple[str, int]:
        status = int(request.form["status"] or 200)
        if status == 422:
            return '<form id="form"><div class="summary" data-focus>Look again</div></form>', 422
        if status == 409:
            page = {"viewer": Viewer(), "site": {"name": "Tidewater", "accent": "teal"}, "status": 409, "title": "No"}
            return render_template("layout/error.html", sentences=["Ada", "was faster."], **page), 409
        return '<p id="form" data-say="It is there">Done</p>', status

    @app.after_request
    def strictly(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return serve(app)


def send(tab: Page, address: str, status: str = "") -> None:
    tab.goto(address)
    tab.get_by_label("status").fill(status)
    tab.get_by_role("button", name="Go").click()


def test_an_act_swaps_its_part_with_the_token_and_says_so_aloud(tab: Page, address: str):
    send(tab, address)
    expect(tab.locator("p#form")).to_have_text("Done")
    expect(tab.locator("#said")).to_have_text("It is there")
    expect(tab.locator("#said")).to_have_class("said aloud")
    assert tab.url == f"{address}/"


def test_a_form_that_was_refused_takes_the_focus(tab: Page, address: str):
    send(tab, address, "422")
    expect(tab.locator(".summary")).to_be_focused()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("500", "went wrong on our side"),
        ("403", "not possible any more"),
        ("429", "a little fast"),
        ("409", "Ada was faster."),
    ],
)
def test_a_failure_leaves_the_page_and_says_a_sentence(tab: Page, address: str, status: str, words: str):
    send(tab, address, status)
    expect(tab.locator("#said")).to_contain_text(words)
    expect(tab.locator("#said")).to_have_class("said")
    expect(tab.get_by_label("status")).to_have_value(status)


def test_a_server_that_cannot_be_reached_loses_nothing(tab: Page, address: str):
    tab.goto(address)
    tab.get_by_label("body").fill("My words")
    tab.context.set_offline(True)
    tab.get_by_role("button", name="Go").click()
    expect(tab.locator("#said")).to_contain_text("could not be reached")
    expect(tab.get_by_label("body")).to_have_value("My words")
    tab.context.set_offline(False)
    tab.evaluate("htmx.ajax('GET', '/list', {target: 'h1', swap: 'none'})")
    expect(tab.locator("#said")).to_be_empty(timeout=8_000)  # before it would go by itself


def test_a_form_whose_place_on_the_page_is_gone_is_sent_as_without_a_script(tab: Page, address: str):
    tab.goto(address)
    tab.locator("#form").evaluate("form => form.setAttribute('hx-target', '#gone')")
    tab.get_by_role("button", name="Go").click()
    tab.wait_for_url(f"{address}/act")


def test_what_asks_by_itself_fails_without_a_word(tab: Page, address: str):
    tab.goto(address)
    tab.context.set_offline(True)
    tab.evaluate("htmx.ajax('GET', '/', {target: 'body', swap: 'none'}).catch(() => {})")
    assert not tab.inner_text("#said")  # at once: what is said goes after a while


def test_ctrl_enter_sends_what_is_being_written(tab: Page, address: str):
    tab.goto(address)
    tab.get_by_label("body").press("Control+Enter")
    expect(tab.locator("p#form")).to_have_text("Done")


def test_menus_close_by_a_choice_by_escape_and_by_a_click_elsewhere(tab: Page, address: str):
    tab.goto(address)
    summary = tab.locator("main .menu summary")
    first = tab.get_by_role("link", name="First")
    summary.click()
    expect(first).to_be_visible()
    tab.keyboard.press("Escape")
    expect(first).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    first.click()
    expect(first).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    tab.get_by_role("button", name="Second").click()
    expect(first).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    tab.get_by_role("heading", name="Here").click()
    expect(first).to_be_hidden()


def test_the_header_has_room_for_the_search_and_the_name_at_any_width(tab: Page, address: str):
    tab.goto(f"{address}/list")
    for width in (840, 1024, 1120, 1280, 1400):
        tab.set_viewport_size({"width": width, "height": 700})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        for part, least in ((".top .search input", 120), (".brand", 60)):
            box = tab.locator(part).bounding_box()
            assert box
            assert box["width"] >= least, f"{part} at {width}"


def test_on_a_phone_the_navigation_is_below_and_nothing_is_wider_than_the_screen(tab: Page, address: str):
    tab.set_viewport_size({"width": PHONE, "height": 844})
    tab.goto(address)
    box = tab.get_by_role("navigation", name="Main").bounding_box()
    assert box
    assert box["y"] + box["height"] == 844
    assert tab.evaluate("document.documentElement.scrollWidth") == PHONE


def test_the_first_tab_leads_past_the_header(tab: Page, address: str):
    tab.goto(address)
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("link", name="Skip to the content")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator("main")).to_be_focused()


def test_code_is_copied_and_opened_whole(tab: Page, address: str):
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.goto(address)
    code = tab.locator(".prose pre")
    before = code.bounding_box()
    tab.get_by_role("button", name="Copy").click()
    expect(tab.get_by_role("button", name="Copied")).to_be_visible()
    copied = str(tab.evaluate("navigator.clipboard.readText()"))
    assert copied.startswith("first = 1\nline_0 = 0\n")
    assert copied.endswith("line_79 = 79")
    tab.get_by_role("button", name="Show all of it").click()
    after = code.bounding_box()
    assert before
    assert after
    assert after["height"] > before["height"]
    expect(code).to_be_focused()


def test_keys_step_through_what_is_there_and_can_be_switched_off(tab: Page, address: str):
    tab.goto(f"{address}/list")
    first, second = tab.get_by_role("link", name="One"), tab.get_by_role("link", name="Two")
    tab.keyboard.press("j")
    expect(first).to_be_focused()
    tab.keyboard.press("j")
    expect(second).to_be_focused()
    tab.keyboard.press("k")
    expect(first).to_be_focused()
    tab.get_by_label("Use single keys").uncheck()
    second.focus()
    tab.keyboard.press("k")
    expect(second).to_be_focused()
    tab.reload()
    expect(tab.get_by_label("Use single keys")).not_to_be_checked()


def test_keys_are_letters_while_one_writes(tab: Page, address: str):
    tab.goto(f"{address}/list")
    tab.get_by_label("body").press_sequentially("jk?")
    expect(tab.get_by_label("body")).to_have_value("jk?")
    assert tab.url == f"{address}/list"


def test_only_a_reply_that_is_high_is_folded_and_its_address_opens_it(tab: Page, address: str):
    tab.goto(f"{address}/long")
    expect(tab.get_by_text("All of 90")).to_be_visible()
    expect(tab.get_by_text("All of 1", exact=True)).to_be_hidden()
    folded = tab.locator("#post-90").evaluate("post => post.clientHeight")
    tab.goto(f"{address}/long#post-90")
    expect(tab.get_by_text("All of 90")).to_be_hidden()
    assert tab.locator("#post-90").evaluate("post => post.clientHeight") > folded + 1000
