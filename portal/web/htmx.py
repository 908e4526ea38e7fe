"""HTMX: what a request asks for and how it is answered. Nothing else reads or sets an HX-* header.

A page and its fragments are one rendering: the fragment is a file that the page includes, so an answer to HTMX is that
file alone, and an answer to a browser without JavaScript is 303 to the page.
"""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, make_response, redirect, render_template, request
from htmx_flask import Htmx
from htmx_flask import make_response as htmx_response

ASKED = ("HTTP_HX_REQUEST", "HTTP_HX_TARGET", "HTTP_HX_BOOSTED", "HTTP_HX_CURRENT_URL")
"""What of a request answers may differ by, as WSGI names it."""

Load = Callable[[], dict[str, Any]]
"""What a fragment needs, asked for only when it is drawn."""


def mount(app: Flask) -> None:
    """Teach requests about HTMX, and caches that answers differ by it."""
    Htmx(app)
    app.after_request(_vary)


def is_htmx() -> bool:
    """Whether HTMX asks, and swaps a part of a page that is already there."""
    return bool(_htmx())


def asks_for(target: str) -> bool:
    """Whether HTMX asks for the element with this id and nothing else."""
    return is_htmx() and _htmx().target == target


def page_shown() -> int:
    """The page of a thread that the browser shows, by the address that HTMX tells."""
    query = (_htmx().current_url or "").partition("?")[2].partition("#")[0]
    asked = parse_qs(query).get("page", ["1"])[0]
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def shows_another(path: str) -> bool:
    """Whether the browser's address is known, and another than this."""
    url: str = (_htmx().current_url or "") if is_htmx() else ""
    return bool(url) and urlsplit(url).path != path


def answer(page: str, fragment: str, load: Load, *, beside: Sequence[str] = (), push: bool = False) -> Response:
    """The answer to an act that is done: the fragment for HTMX, else 303 to the address of the page.

    `beside`: other fragments that changed, each swapped where its id stands (they get `oob`). `push`: the browser shows
    the address of the page from now on.
    """
    if not is_htmx():
        return go(page)
    context = load()
    text = render_template(fragment, **context)
    text += "".join(render_template(other, **context, oob=True) for other in beside)
    return htmx_response(text, push_url=page if push else None)


def show(page: str, fragment: str, load: Load, *, status: int = 200, into: str = "") -> Response:
    """A form, as a page or as the fragment in it, which then is told that it stands `in_place`, among what it changes.

    `into`: the id of the element that HTMX replaces, if it is not its target.
    """
    if not is_htmx():
        return make_response(render_template(page, **load()), status)
    text = render_template(fragment, **load(), in_place=True)
    response = htmx_response(text, status, retarget=f"#{into}" if into else None)
    if into:
        response.headers["HX-Reswap"] = "outerHTML"  # set by hand: htmx-flask refuses some of what HTMX knows
    return response


def go(address: str) -> Response:
    """Lead the browser to another page, with a GET."""
    if is_htmx():
        return htmx_response("", 204, redirect=address)
    return make_response(redirect(address, code=303))


def _htmx() -> Any:
    return request.htmx  # pyright: ignore


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.add("HX-Request")
    return response
