"""A request's id, its line in the log, and its figures for Prometheus."""

import re
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from flask import Flask, request
from prometheus_client import Counter, Histogram
from werkzeug.wsgi import ClosingIterator

from portal.config import Settings
from portal.core.logs import Statements, count_statements

REQUEST_ID, ROUTE = "rondo.request_id", "rondo.route"
STATIC, UNKNOWN = "static", "unknown"
GIVEN_ID = re.compile(r"[A-Za-z0-9_.:-]{8,64}", re.ASCII)
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

SECONDS = Histogram("rondo_request_seconds", "Time to answer.", ("method", "route"), buckets=BUCKETS)
ANSWERS = Counter("rondo_answers", "Answers, by status.", ("method", "route", "status"))
STATEMENTS = Counter("rondo_sql_statements", "SQL statements sent while answering.", ("route",))

log = structlog.stdlib.get_logger("portal.requests")


def mount(app: Flask, settings: Settings) -> None:
    """Watch every request, those for static files too. A proxy's word on the id is taken if proxies are trusted."""
    app.before_request(_note_route)
    app.wsgi_app = Watch(app.wsgi_app, trusts_proxy=settings.trusted_proxies > 0)


def request_id() -> str:
    """The id of the request under way: error pages show it, the log has it."""
    return str(request.environ.get(REQUEST_ID, ""))


def _note_route() -> None:
    request.environ[ROUTE] = request.url_rule.rule if request.url_rule else UNKNOWN


class Watch:
    """Around the whole application."""

    def __init__(self, application: WSGIApplication, *, trusts_proxy: bool) -> None:
        self.application = application
        self.trusts_proxy = trusts_proxy

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began, statements = time.perf_counter(), count_statements()
        environ[REQUEST_ID] = known = self._id(environ)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=known)
        answered: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            answered.append(status)
            return start_response(status, [*headers, ("X-Request-ID", known)], *rest)

        def done() -> None:
            _tell(environ, answered[-1] if answered else "500", time.perf_counter() - began, statements)

        try:
            return ClosingIterator(self.application(environ, start), done)
        except BaseException:
            done()
            raise

    def _id(self, environ: WSGIEnvironment) -> str:
        given = str(environ.get("HTTP_X_REQUEST_ID", ""))
        return given if self.trusts_proxy and GIVEN_ID.fullmatch(given) else secrets.token_hex(8)


def _tell(environ: WSGIEnvironment, status: str, seconds: float, statements: Statements) -> None:
    """Write the line and add to the figures. The address itself may hold a secret: only its route is written."""
    route, code = str(environ.get(ROUTE, STATIC)), status[:3]
    method = str(environ.get("REQUEST_METHOD", ""))
    method = method if method in ("GET", "HEAD", "POST", "OPTIONS") else "other"
    SECONDS.labels(method, route).observe(seconds)
    ANSWERS.labels(method, route, code).inc()
    STATEMENTS.labels(route).inc(statements.count)
    about = {"path": environ.get("PATH_INFO", "")[:200]} if route == UNKNOWN else {}
    log.info(
        "answered",
        request_id=environ[REQUEST_ID],
        method=method,
        route=route,
        status=int(code),
        ms=round(seconds * 1000, 1),
        statements=statements.count,
        address=environ.get("REMOTE_ADDR", ""),
        **about,
    )
