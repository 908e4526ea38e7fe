"""Counts what people look for and what they do then: once the page is made, and only if nobody is writing just then."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, g, request

from portal.core.db import write_if_free
from portal.search.actions import counting
from portal.search.parsing import Query, parse
from portal.web.locale import chosen
from portal.web.reading import is_prefetch
from portal.web.viewing import came_from

FORMS = {"/questions/new": "question", "/discussions/new": "discussion", "/ideas/new": "idea"}
"""Where similar threads are shown while one writes."""
THREAD = "threads.show"


def mount(app: Flask) -> None:
    """Count after the page is made."""
    app.after_request(_count)


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


def _count(response: Response) -> Response:
    """After the page is made: a write ends what was read."""
    if request.endpoint == THREAD and response.status_code == 200 and not _is_again():
        _count_opened()
    acts: list[Callable[[], None]] = g.pop("counts", [])
    if acts and response.status_code < 400 and not is_prefetch():
        write_if_free(_all, acts)
    return response


def _count_opened() -> None:
    """A thread was opened from what was found, or from what was suggested."""
    if words := words_of(searched_before()):
        count(counting.count_after_search, words, chosen().language, what="opened")
    elif place := FORMS.get(urlsplit(came_from()).path):
        count(counting.count_suggestion, place, "opened")


def _all(acts: list[Callable[[], None]]) -> None:
    for act in acts:
        act()


def _is_again() -> bool:
    """Whether the browser loads a page anew that it showed already."""
    return request.headers.get("Cache-Control", "") == "max-age=0"
