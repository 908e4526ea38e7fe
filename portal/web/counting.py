"""Counts what people look for and what they do then: some seconds later, together with what others looked for."""

import atexit
from collections.abc import Callable, Iterable
from functools import partial
from threading import Lock, Timer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog
from flask import Flask, Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from portal.config import Settings
from portal.core.db import write, write_if_free
from portal.core.errors import Busy
from portal.search.actions import counting
from portal.search.parsing import Query, parse
from portal.web.locale import chosen
from portal.web.reading import is_prefetch
from portal.web.viewing import came_from

FORMS = {"/questions/new": "question", "/discussions/new": "discussion", "/ideas/new": "idea"}
"""Where similar threads are shown while one writes."""
THREAD = "threads.show"
MOST = 2_000
"""Counts that are gathered at once; what is more is left out."""
Act = Callable[[], None]

log = structlog.stdlib.get_logger(__name__)


def mount(app: Flask, settings: Settings) -> None:
    """Count after the page is made: as long later as visitors' pages are kept."""
    write_them = Gathered(app, settings.page_cache_seconds).put if settings.page_cache_seconds else _at_once

    @app.after_request
    def counted(response: Response) -> Response:  # pyright: ignore[reportUnusedFunction]
        if acts := _acts_of(response):
            write_them(acts)
        return response


class Gathered:
    """What this process has counted and not written yet. To write each by itself took a third of the time of a search,
    and kept others from writing; a process that is killed forgets those of some seconds."""

    def __init__(self, app: Flask, seconds: float) -> None:
        self.app, self.seconds = app, seconds
        self.acts: list[Act] = []
        self.timer: Timer | None = None
        """Which runs as long as there is something."""
        self.lock = Lock()
        atexit.register(self.write)

    def put(self, acts: Iterable[Act]) -> None:
        """To be written with the others."""
        with self.lock:
            self.acts = [*self.acts, *acts][:MOST]
            if self.timer is None:
                self.timer = Timer(self.seconds, self.write)
                self.timer.daemon = True
                self.timer.start()

    def write(self) -> None:
        """Write what there is."""
        with self.lock:
            if self.timer:
                self.timer.cancel()
            acts, self.acts, self.timer = self.acts, [], None
        if not acts:
            return
        try:
            with self.app.app_context():
                write(_all, acts)
        except (SQLAlchemyError, Busy) as error:
            log.info("counts are left out", number=len(acts), error=str(error))


def count(act: Callable[..., None], *args: Any, **given: Any) -> None:
    """Have this counted."""
    g.setdefault("counts", []).append(partial(act, *args, **given))


def count_search(query: Query, *, found_nothing: bool) -> None:
    """Someone searched; but not, if they only turn a page or choose a filter."""
    words = words_of(query)
    if words and words != words_of(searched_before()) and not _is_again():
        count(counting.count_search, words, chosen().language, found_nothing=found_nothing)


def count_asked_anyway(words: str) -> None:
    """Someone who had searched for these words asked a question."""
    if words := words_of(parse(words)):
        count(counting.count_after_search, words, chosen().language, what="asked_anyway")


def words_of(query: Query) -> str:
    """What of a search may be kept: words, not filters."""
    return counting.words_to_count(" ".join((*query.words, *query.phrases)))


def searched_before() -> Query:
    """What the page was found by that this request comes from: the browser says so within the portal."""
    parts = urlsplit(came_from())
    return parse(parse_qs(parts.query).get("q", [""])[0] if parts.path == "/search" else "")


def _acts_of(response: Response) -> list[Act]:
    """What is to be counted of this request."""
    if request.endpoint == THREAD and response.status_code == 200 and not _is_again():
        _count_opened()
    acts: list[Act] = g.pop("counts", [])
    return acts if response.status_code < 400 and not is_prefetch() else []


def _count_opened() -> None:
    """A thread was opened from what was found, or from what was suggested."""
    if words := words_of(searched_before()):
        count(counting.count_after_search, words, chosen().language, what="opened")
    elif place := FORMS.get(urlsplit(came_from()).path):
        count(counting.count_suggestion, place, "opened")


def _at_once(acts: list[Act]) -> None:
    """A write ends what was read: it comes after the page is made. It waits for nobody."""
    write_if_free(_all, acts)


def _all(acts: list[Act]) -> None:
    for act in acts:
        act()


def _is_again() -> bool:
    """Whether the browser loads a page anew that it showed already."""
    return request.headers.get("Cache-Control", "") == "max-age=0"
