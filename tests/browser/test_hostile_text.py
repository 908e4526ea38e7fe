"""Every hostile text there is, rendered, on one page with htmx: nothing of it runs, with the policy or without it.

Under the policy a script would be stopped; without it, only the renderer is between the writer and a reader."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, Response, render_template_string
from markupsafe import Markup
from playwright.sync_api import Browser, Page, Request

from portal.core import assets
from portal.core.markup import IMPORTED, render
from tests.browser.conftest import Serve
from tests.core.hostile import HOSTILE
from tests.core.hostile_html import ELEMENTS as MARKUP

pytestmark = pytest.mark.browser

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Hostile</title>
<meta name="htmx-config" content='{"allowEval": false, "includeIndicatorStyles": false}'>
<link rel="stylesheet" href="{{ asset('css/app.css') }}">
<script src="{{ asset('js/app.js') }}" defer></script></head>
<body>{% for post in posts %}<article title="{{ post[0] }}" data-name='{{ post[0] }}'>
<h2>{{ post[0] }}</h2><a href="/t/1">{{ post[0] }}</a><div class="prose">{{ post[1] }}</div></article>{% endfor %}
</body></html>"""

# What a reader's hand may set off: hovering, focusing, pressing, leaving; without following the links.
TOUCH = """() => {
  document.addEventListener('click', event => event.preventDefault(), true)
  for (const element of document.body.querySelectorAll('*')) {
    for (const name of ['mouseover', 'mouseenter', 'pointerdown', 'focus', 'load', 'error', 'toggle', 'animationstart'])
      element.dispatchEvent(new Event(name, {bubbles: true}))
    element.click()
  }
}"""
SCHEMES = "() => [...new Set([...document.querySelectorAll('a[href]')].map(a => a.protocol))]"
ELEMENTS = "() => [...new Set([...document.querySelectorAll('.prose *')].map(e => e.localName))]"
HANDLERS = """() => [...document.querySelectorAll('*')].flatMap(e => [...e.attributes])
  .filter(a => /^(on|hx-|data-hx-|style$|srcdoc$|formaction$)/i.test(a.name)).map(a => a.name)"""

# Each text as the whole of a document in a frame; then, how many of them ran something there.
BELIEVE = """texts => document.body.append(
  ...texts.map(text => Object.assign(document.createElement('iframe'), {srcdoc: text})))"""
RAN = """least => [...document.querySelectorAll('iframe')].filter(frame => {
  try { return frame.contentWindow.__ran } catch { return false }
}).length >= least"""


def everyone(names: object) -> dict[str, str]:
    return {name: name for name in list(names)}  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def posts() -> list[tuple[str, Markup]]:
    return [
        (text, Markup(render(text, post_key=str(at), people=everyone, limits=IMPORTED).html))
        for at, text in enumerate(HOSTILE)
    ]


@pytest.fixture
def addresses(serve: Serve, posts: list[tuple[str, Markup]]) -> dict[str, str]:
    app = Flask(__name__, static_folder=None)
    assets.mount(app)

    @app.get("/open")
    def without() -> str:
        return render_template_string(PAGE, posts=posts)

    @app.get("/")
    def within() -> Response:
        response = Response(render_template_string(PAGE, posts=posts))
        response.headers["Content-Security-Policy"] = POLICY
        return response

    address = serve(app)
    return {name: f"{address}{path}" for name, path in {"within": "/", "without": "/open"}.items()}


class Watched:
    """What a page did that a page of text does not do."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.did = page, list[str]()
        self.site = address.rsplit("/", 1)[0]
        page.on("dialog", lambda dialog: (self.did.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: self.did.append(f"error {error}"))
        page.on("console", lambda said: self.did.append(said.text) if "Security Policy" in said.text else None)
        page.on(
            "framenavigated", lambda frame: self.did.append(f"went to {frame.url}") if frame.url != address else None
        )
        page.on("popup", lambda popup: self.did.append(f"opened {popup.url}"))
        page.on("request", self._asked)
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok
        page.evaluate(TOUCH)
        page.wait_for_function("() => document.readyState === 'complete'")
        if page.evaluate("() => '__ran' in window"):
            self.did.append("a script ran")

    def _asked(self, request: Request) -> None:
        own_image = request.resource_type == "image" and request.url.startswith(
            (f"{self.site}/uploads/", f"{self.site}/static/")
        )
        document = request.resource_type == "document" and request.url.startswith(self.site)
        asset = request.resource_type in {"script", "stylesheet"} and request.url.startswith(f"{self.site}/static/")
        icon = request.url == f"{self.site}/favicon.ico"
        if not (own_image or document or asset or icon):
            self.did.append(f"asked for {request.resource_type} {request.url}")


@contextmanager
def _page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("policy", ["within", "without"])
def test_nothing_hostile_runs(chromium: Browser, addresses: dict[str, str], policy: str) -> None:
    with _page(chromium) as page:
        watched = Watched(page, addresses[policy])
        assert page.evaluate("() => typeof htmx") == "object"
        assert page.locator("article").count() == len(HOSTILE)
        assert watched.did == []
        assert set(page.evaluate(SCHEMES)) <= {"http:", "https:", "mailto:"}
        assert page.evaluate(HANDLERS) == []
        assert not set(page.evaluate(ELEMENTS)) & {
            "script",
            "svg",
            "math",
            "iframe",
            "style",
            "form",
            "input",
            "template",
        }


def test_the_same_texts_do_run_where_they_are_believed(chromium: Browser) -> None:
    with _page(chromium) as page:
        page.goto("about:blank")
        page.evaluate(BELIEVE, MARKUP)
        page.wait_for_function(RAN, arg=30)
