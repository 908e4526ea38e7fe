"""Who is looking at this request: the session, the viewer that the rooms take, and what every template knows."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, Response, current_app, g, request, session
from flask_babel import refresh
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from portal.config import Settings, in_force
from portal.core.clock import now
from portal.core.db import db, write
from portal.core.errors import Busy
from portal.people import queries
from portal.people.actions import sessions
from portal.people.queries import DEVICE_LASTS, SESSION_LASTS, SignedIn
from portal.people.viewer import VISITOR, Viewer
from portal.site.queries import Site, site
from portal.web import htmx

P = ParamSpec("P")
Kept = TypeVar("Kept", bound=AnyResponse)
SEEN_EVERY = timedelta(minutes=5)

login = LoginManager()


class Browser(UserMixin):
    """What Flask-Login holds: a browser that is signed in. Its id is that of the session row, nothing else."""

    def __init__(self, signed_in: SignedIn) -> None:
        self.signed_in = signed_in

    def get_id(self) -> str:
        return self.signed_in.session_id


def viewer() -> Viewer:
    """Who is looking."""
    found = _browser()
    return found.viewer if found else VISITOR


def session_id() -> str:
    """The session of this browser, or an empty text for a visitor."""
    found = _browser()
    return found.session_id if found else ""


def this_site() -> Site:
    """The portal's own settings, asked for once a request."""
    if "site" not in g:
        g.site = site()
    return g.site


def let_in(new_session: str) -> None:
    """Sign this browser in: nothing of what its cookie held before is kept, the form token included."""
    session.clear()
    session.permanent = True
    found = queries.signed_in(new_session)
    if found is not None:
        login_user(Browser(found))
        refresh()


def device() -> str:
    """The secret by which this browser is known again; empty where it has none."""
    return request.cookies.get(_device_cookie(), "")


def keep_device(answer: Kept, secret: str) -> Kept:
    """Let this browser keep its secret, as safely as it keeps its session, and when it signs out too."""
    answer.set_cookie(
        _device_cookie(),
        secret,
        max_age=DEVICE_LASTS,
        secure=in_force().is_production,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return answer


def _device_cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-device"


def let_out() -> None:
    """Sign this browser out."""
    logout_user()
    session.clear()
    refresh()


def visitor_address() -> str:
    """Where the request came from."""
    return request.remote_addr or ""


def signed_in(view: Callable[P, Any]) -> Callable[P, Any]:
    """A page for people with an account: a visitor signs in first and comes back to it. Acts: `sign_in_first`."""

    @wraps(view)
    def page(*args: P.args, **kwargs: P.kwargs) -> Any:
        if viewer().is_signed_in:
            return view(*args, **kwargs)
        return lead_to_sign_in(next=here() if request.method == "GET" else "")

    return page


def lead_to_sign_in(**carried: str) -> Response:
    """To the page to sign in, with what is to happen afterwards."""
    query = urlencode({name: value for name, value in carried.items() if value})
    return htmx.go(f"/sign-in?{query}" if query else "/sign-in")


def here() -> str:
    """The address of this request within the portal."""
    query = request.query_string.decode("ascii", "ignore")
    return quote(request.path) + (f"?{query}" if query else "")


def came_from() -> str:
    """The address of the page that this request was made from, or an empty text if that is none of ours."""
    parts = urlsplit(request.referrer or "")
    return local_path(parts._replace(scheme="", netloc="").geturl()) if parts.netloc == request.host else ""


def local_path(wanted: str) -> str:
    """An address within the portal, or an empty text for anything that could lead elsewhere."""
    plain = wanted.startswith("/") and wanted[1:2] not in ("/", "\\") and "\\" not in wanted
    return wanted if plain and wanted.isascii() and wanted.isprintable() and " " not in wanted else ""


def mount(app: Flask, settings: Settings) -> None:
    """Set up sessions, form tokens and the context of templates."""
    app.config.from_mapping(
        SESSION_COOKIE_NAME="__Host-rondo" if settings.is_production else "rondo",
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,  # it goes out again when the row is touched
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
    )
    login.session_protection = None
    login.init_app(app)
    login.user_loader(_load)
    app.context_processor(_context)
    app.after_request(_seen)


def _load(wanted: str) -> Browser | None:
    found = queries.signed_in(wanted)
    return Browser(found) if found else None


def _browser() -> SignedIn | None:
    found: Any = current_user
    return found.signed_in if found and found.is_authenticated else None


def _context() -> dict[str, object]:
    try:
        return {"viewer": viewer(), "site": this_site()}
    except SQLAlchemyError:  # the page that says so needs a frame too
        db.session.rollback()
        return {"viewer": VISITOR, "site": Site()}


def _seen(response: Response) -> AnyResponse:
    """Note now and then that this browser was here, after the page is made: a write ends what was read."""
    user: Any = g.get("_login_user")
    if user is not None and user.is_authenticated and now() - user.signed_in.seen_at > SEEN_EVERY:
        try:
            write(sessions.touch, user.get_id())
        except Busy:
            return response
        session.modified = True
    return response
