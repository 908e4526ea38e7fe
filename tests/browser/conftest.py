"""A real Chromium, and a server it can reach. Left out, with a word, where there is no Chromium."""

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

Serve = Callable[[Flask], str]
PHONE, DESK = 390, 1280


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    """A fresh window on a desk, without cookies. What the page complains about fails the test."""
    context = chromium.new_context(viewport={"width": DESK, "height": 900})
    page = context.new_page()
    page.set_default_timeout(5000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert not complaints


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve an application on a free port of this machine; its address."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(_serving(app))


class Answering:
    """Knows how many requests are under way: what a page sends as it is left may come after the test is over."""

    def __init__(self, app: Flask) -> None:
        self.app, self.count, self.changed = app, 0, threading.Condition()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self._add(1)
        try:
            return self.app(environ, start_response)
        finally:
            self._add(-1)

    def _add(self, one: int) -> None:
        with self.changed:
            self.count += one
            self.changed.notify_all()

    def wait(self) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.count == 0, timeout=10)


@contextmanager
def _serving(app: Flask) -> Iterator[str]:
    answering = Answering(app)
    server = make_server("127.0.0.1", 0, answering, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        answering.wait()
        server.server_close()
