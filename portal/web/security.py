"""What every answer says to the browser about safety, and which changes of state are taken from it."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, current_app, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.config import Settings, in_force

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
NOT_USED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone")
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Within the portal the whole address, so that a POST says where it comes from; nothing to anyone else.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in (*NOT_USED, "payment", "usb", "browsing-topics")),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TRANSPORT = "max-age=31536000"
SIGNING_IN = ("accounts", "recovering")
BY_LINK = ("unsubscribing.record",)
"""Mail programs send this (RFC 8058), without a cookie and a token: the secret in the address is all it needs."""
CHANGING = ("POST", "PUT", "PATCH", "DELETE")

csrf = CSRFProtect()


class FromElsewhere(CSRFError):
    """Another site sent the form. Nothing of it is shown back."""

    description = "sent from another site"


def mount(app: Flask, settings: Settings) -> None:
    """Guard every answer and every change of state. Comes last, so that it is around everything else."""
    app.config.from_mapping(
        # A token lives as long as the session; where a form comes from is checked below, for visitors too.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf.init_app(app)
    app.before_request(_readable)
    app.before_request(_guard)
    app.wsgi_app = Headers(app.wsgi_app, secure=settings.is_production)
    if proxies := settings.trusted_proxies:
        # Not the host: a proxy that forgets to set X-Forwarded-Host passes on what anyone wrote there.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)


def _readable() -> None:
    """Refuse NUL, which no keyboard writes and no text of PostgreSQL can hold, wherever it stands."""
    if "\0" in request.path or any("\0" in value for _, value in request.values.items(multi=True)):
        raise BadRequest


def _guard() -> None:
    """Refuse what another site sends, and what someone signed in sends without the token of their session.

    Visitors' pages are the same for all and so hold no token; there is nothing of theirs to act with. The forms to sign
    in have a session and a token all the same, so that nobody is signed in to an account that someone else chose.
    """
    if request.method not in CHANGING or not current_app.config["WTF_CSRF_ENABLED"]:
        return
    if request.endpoint in BY_LINK:
        return
    if not is_from_here(default=True):
        raise FromElsewhere
    if "_user_id" in session or request.blueprint in SIGNING_IN:
        csrf.protect(apply_exemptions=True)


def is_from_here(*, default: bool) -> bool:
    """Whether the browser says that a page of ours sent this; `default` where it says nothing."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    if origin := request.headers.get("Origin"):
        ours = {request.host, urlsplit(in_force().address).netloc}
        return urlsplit(origin).netloc in ours
    return default


class Headers:
    """Adds what an answer does not say itself: pages, errors, static files and whatever else there will be."""

    def __init__(self, application: WSGIApplication, *, secure: bool) -> None:
        self.application = application
        self.secure = secure

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        wanted = HEADERS
        if self.secure and environ.get("wsgi.url_scheme") == "https":
            wanted = HEADERS | {"Strict-Transport-Security": TRANSPORT}

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            said = {name.lower() for name, _ in headers}
            missing = [(name, value) for name, value in wanted.items() if name.lower() not in said]
            return start_response(status, headers + missing, *rest)

        return self.application(environ, start)
