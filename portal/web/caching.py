"""Pages of visitors, kept for a moment: they are the same for all, and most of what a portal is asked for.

A page is kept for three seconds at most, in each process by itself, so that what someone posts is seen soon by all, and
at once by its author, who is signed in. Nothing that was made for someone is ever kept: a request that has a session is
not looked at, and an answer is taken only where the view says that it is the same for every visitor.
"""

import threading
import time
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from cachetools import TTLCache
from flask import Flask, Response, current_app, request
from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response as AnyResponse

from portal.config import Settings
from portal.web import htmx, locale
from portal.web.viewing import viewer
from portal.web.watching import ROUTE

BYTES, LONGEST, LONGEST_KEY = 4_000_000, 400_000, 2_000
"""Of all pages of a process together, of one of them, and of what it is found by."""

PARTS = 256
T = TypeVar("T")
SHARED = "rondo.shared"
KEPT = "rondo.kept_for_visitors"
STATE = "X-Cache"

COUNTED = ("/search?", "/questions/new", "/discussions/new", "/ideas/new")
"""Who comes to a thread from one of these pages is counted there, so they are not answered from what is kept."""

CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
"""Who has it already is told so by the view, which costs less than what is kept."""

Key = tuple[str, ...]
Kept = tuple[str, list[tuple[str, str]], bytes, str]


def mount(app: Flask, settings: Settings) -> None:
    """Keep what the views offer. Comes inside of what counts and logs every request."""
    app.after_request(_offered)
    app.extensions[KEPT] = Parts(settings.page_cache_seconds)
    if settings.page_cache_seconds:
        session_cookie = cast("str", app.config["SESSION_COOKIE_NAME"])
        app.wsgi_app = Pages(app.wsgi_app, session_cookie, settings.page_cache_seconds)


def same_for_visitors() -> None:
    """The view says: whoever asks for this address without a session, in this language, gets this page."""
    if not viewer().is_signed_in:
        request.environ[SHARED] = True


def for_visitors(key: Hashable, make: Callable[[], T]) -> T:
    """A part of a page that is not kept as a whole, as each is another: what `make` gives is the same for every visitor
    for whom the key is, and kept as long as a page is. For who is signed in it is made each time."""
    if viewer().is_signed_in:
        return make()
    return cast("Parts", current_app.extensions[KEPT]).get(key, make)


class Parts:
    """What was made for visitors, for some seconds."""

    def __init__(self, seconds: float, timer: Callable[[], float] = time.monotonic) -> None:
        self.kept: TTLCache[Hashable, Any] = TTLCache(PARTS, seconds, timer)
        self.lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self.lock:
            found = self.kept.get(key)
        if found is None:
            found = make()
            with self.lock:
                self.kept[key] = found
        return found


def _offered(response: Response) -> AnyResponse:
    """An answer that forbids to be kept, or is no page, is not the same for all after all."""
    if response.status_code != 200 or "no-store" in str(response.cache_control):
        request.environ.pop(SHARED, None)
    return response


def _weight(kept: Kept) -> int:
    return len(kept[2])


class Pages:
    """Around the application: answers from what is kept, and keeps what it is offered."""

    def __init__(
        self,
        application: WSGIApplication,
        session_cookie: str,
        seconds: float,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.application = application
        self.session_cookie = session_cookie
        self.kept: TTLCache[Key, Kept] = TTLCache(BYTES, seconds, timer, getsizeof=_weight)
        self.lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self.application(environ, start_response)
        with self.lock:
            kept = self.kept.get(key)
        if kept is None:
            return self._ask(key, environ, start_response)
        status, headers, body, environ[ROUTE] = kept
        start_response(status, [*headers, (STATE, "hit")])
        return [body]

    def _key(self, environ: WSGIEnvironment) -> Key | None:
        """What tells visitors' pages apart; None for what is not to be kept."""
        if environ.get("REQUEST_METHOD") != "GET" or any(environ.get(name) for name in CONDITIONS):
            return None
        cookies = parse_cookie(environ.get("HTTP_COOKIE"))
        if self.session_cookie in cookies:
            return None
        came_from = str(environ.get("HTTP_REFERER", ""))
        if came_from and any(place in came_from for place in COUNTED):
            return None
        language = cookies.get(locale.COOKIE, "")
        asked = ("HTTP_HOST", "wsgi.url_scheme", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT_LANGUAGE", *htmx.ASKED)
        key = (language, *(str(environ.get(name, "")) for name in asked))
        return key if sum(map(len, key)) <= LONGEST_KEY else None

    def _ask(self, key: Key, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            said[:] = [(status, headers)]
            shared = environ.get(SHARED)
            return start_response(status, [*headers, (STATE, "miss")] if shared else headers, *rest)

        answer = self.application(environ, start)
        if not environ.get(SHARED):
            return answer
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        # The session's cookie is set after everything else, so it is looked for here.
        if len(body) <= LONGEST and not any(name.lower() == "set-cookie" for name, _ in said[0][1]):
            with self.lock:
                self.kept[key] = (*said[0], body, str(environ.get(ROUTE, "")))
        return [body]
