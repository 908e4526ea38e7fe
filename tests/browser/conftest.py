"""A real Chromium, and a server it can reach. Left out, with a word, where there is no Chromium."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler, make_server

Serve = Callable[[Flask], str]
PHONE, DESK = 390, 1280
PATIENCE = 60_000
"""Milliseconds a test waits for what it expects: on a busy machine a page may take long, and is right all the same."""

expect.set_options(timeout=PATIENCE)


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
    page.set_default_timeout(PATIENCE)
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


class Patient(WSGIRequestHandler):
    """Answers a request, or gives up on a connection that brings none: browsers open some in advance."""

    timeout = 10


@contextmanager
def _serving(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Patient)
    # What a page sends as it is left may come after the test is over: closing the server waits for each thread.
    assert isinstance(server, ThreadedWSGIServer)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
