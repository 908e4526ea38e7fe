"""Every error as a page, or for HTMX as a sentence: what happened, what to do, and the number that the log has too."""

from collections.abc import Sequence
from typing import Any

import structlog
from flask import Flask, Response, current_app, make_response, render_template, request
from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from portal.core.db import is_away
from portal.core.errors import Invalid, RondoError, TooOften
from portal.people.viewer import VISITOR
from portal.site.queries import Site
from portal.web import htmx, locale, security
from portal.web.watching import request_id

TEXT = "body"
"""The field of any form in which people write at length."""
RETRY_AFTER = 10
"""Seconds after which it is worth asking a database again that was away."""

SAID: dict[int, tuple[LazyString, LazyString]] = {
    400: (
        _("That did not reach us whole"),
        _("The request makes no sense to us. Go back, reload the page and try again."),
    ),
    403: (
        _("That is not yours to do"),
        _(
            "You can see this, but you may not do that with it. Perhaps it has been locked or changed since you opened "
            "the page: reload it to see how it is now."
        ),
    ),
    404: (
        _("Nothing here that you can see"),
        _("The address may be wrong, it may have been taken away, or only others may see it."),
    ),
    405: (
        _("Not in this way"),
        _("This address takes forms only, or only shows a page. Go back to the page you came from."),
    ),
    409: (
        _("Someone was faster"),
        _("It has changed since you opened it. Reload the page to see how it is now."),
    ),
    413: (
        _("That is too much at once"),
        _("What was sent is larger than we take. Go back: your text is still there, and can be made shorter."),
    ),
    422: (
        _("Please look at this again"),
        _("What was sent cannot be taken as it is. Go back, change it, and send it again."),
    ),
    429: (
        _("A little too fast"),
        _("That was too often in too short a time. Wait a moment, then try again."),
    ),
    500: (
        _("Something went wrong on our side"),
        _("It is noted, and nothing you sent was half done. Try again in a moment."),
    ),
    503: (
        _("Back in a moment"),
        _("The database cannot be reached right now. Nothing is lost. Try again in a minute."),
    ),
}

log = structlog.stdlib.get_logger(__name__)


def mount(app: Flask) -> None:
    """Answer every error in this way."""
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(CSRFError, _of_form)
    app.register_error_handler(RondoError, _of_ours)
    app.register_error_handler(DBAPIError, _of_database)
    app.register_error_handler(NoConnection, _of_database)


def _of_http(error: HTTPException) -> Response:
    """What Flask or a view refuses. Headers that say more (Allow, Retry-After) are kept."""
    if error.response is not None or (error.code or 500) < 400:
        return make_response(error.get_response(request.environ))
    answer = page(error.code or 500)
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _of_ours(error: RondoError) -> Response:
    sentences = [error.message] if error.message else []
    if isinstance(error, Invalid) and error.fields:
        sentences = list(error.fields.values())
    answer = page(error.status, sentences, typed=request.form.get(TEXT, ""))
    if isinstance(error, TooOften):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _of_database(error: DBAPIError | NoConnection) -> Response:
    """503 where the database is away; anything else is a bug of ours, and goes the way of bugs."""
    if isinstance(error, DBAPIError) and not is_away(error):
        raise error
    log.error("the database is away", error=str(getattr(error, "orig", error)).strip())
    return page(503)


def _of_form(error: CSRFError) -> Response:
    """A form without a token that holds: shown again, with what was typed."""
    title, sentence = _("Please send this once more"), _("The page had been open for too long, or you signed in since.")
    if isinstance(error, security.FromElsewhere):
        return page(400, [_("This form was sent from another site, so nothing was done.")])
    if htmx.is_htmx():
        return page(400, [sentence, _("Copy what you typed, then reload the page.")])
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    typed = [(name, value) for name, value in sent if "password" not in name]
    may_send = security.is_from_here(default=False) and typed == sent
    log.info("form without a valid token", reason=error.description)
    body = render_template(
        "layout/again.html", title=title, sentence=sentence, typed=typed, may_send=may_send, address=request.full_path
    )
    return make_response(body, 400)


def page(status: int, sentences: Sequence[object] = (), *, typed: str = "") -> Response:
    """The answer for this status, with what is known to be said instead of the general sentence. `typed`: a text that
    would be lost with the form."""
    title, general = SAID.get(status, SAID[500 if status >= 500 else 400])
    known = {"status": status, "title": title, "sentences": sentences or [general], "request_id": request_id()}
    known["typed"] = typed
    answer = make_response(_drawn(status, known), status)
    if status == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _drawn(status: int, known: dict[str, Any]) -> str:
    template = "layout/_trouble.html" if htmx.is_htmx() else "layout/error.html"
    if status < 500:
        try:
            return render_template(template, **known)
        except Exception:
            log.exception("the page of an error failed", status=status)
    return _without_database(template, known)


def _without_database(template: str, known: dict[str, Any]) -> str:
    """Draw as for a visitor of a portal that nobody has set up: nothing is asked of the database."""
    frame = {"viewer": VISITOR, "site": Site(), "current": ""}
    with force_locale(locale.of_browser()):
        return current_app.jinja_env.get_template(template).render(frame | known)
