"""A visitor who presses an action signs in or up, the action is finished, and they are back where they were.

Only views marked with `sign_in_first` are kept. The id of what was kept is in the visitor's own cookie as well as in
the address of the sign-in page, so that nobody finishes what someone else prepared, nor what they gave up long ago.
"""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any, ParamSpec
from urllib.parse import unquote, urlencode, urlsplit

from flask import Response, current_app, flash, render_template, request, session
from flask.ctx import RequestContext
from flask_wtf.csrf import generate_csrf

from portal.core.db import write
from portal.core.errors import Invalid
from portal.people.actions import keeping
from portal.people.actions.keeping import Act
from portal.web import htmx, viewing

P = ParamSpec("P")
MARK = "finishes_after_sign_in"
COOKIE = "acts"
FINISHING = "rondo.finishing"
"""Of a request that only finishes what someone began: they have read all that there is to say before it."""
MOST = 5
"""Acts that one browser may have waiting, in several tabs."""


def sign_in_first(view: Callable[P, Any]) -> Callable[P, Any]:
    """A page or an action for people with an account: a visitor signs in first, and it is finished then."""

    @wraps(view)
    def act(*args: P.args, **kwargs: P.kwargs) -> Any:
        if viewing.viewer().is_signed_in:
            return view(*args, **kwargs)
        if request.method == "GET":
            return viewing.lead_to_sign_in(next=viewing.here())
        return keep()

    setattr(act, MARK, True)
    return act


def keep() -> Response:
    """Keep what was pressed and lead to the page to sign in."""
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    back = viewing.came_from()
    if any("password" in name for name, _value in fields):  # never kept, whatever a page may ask for one day
        return viewing.lead_to_sign_in(next=back)
    try:
        kept = write(keeping.keep_act, Act(path=viewing.here(), fields=fields), address=viewing.visitor_address())
    except Invalid as trouble:
        flash(str(trouble), "warn")
        return viewing.lead_to_sign_in(next=back)
    session[COOKIE] = [*session.get(COOKIE, []), kept][-MOST:]
    return viewing.lead_to_sign_in(act=kept, next=back)


def waiting(act_id: str) -> str:
    """The act, if this browser may finish it, else an empty text. Ask before signing in, which empties the cookie."""
    return act_id if act_id and act_id in session.get(COOKIE, []) else ""


def finish(act_id: str, back: str) -> Response:
    """Do what was kept, now that they are signed in, and lead to where it leads; without an act, to where they were."""
    act = write(keeping.take_act, act_id) if act_id else None
    if act is None:
        return htmx.go(viewing.local_path(back) or "/")
    answer = _do(act, viewing.local_path(back))
    if answer is not None and answer.status_code // 100 == 3:
        place = urlsplit(answer.location or "")
        return htmx.go(viewing.local_path(place._replace(scheme="", netloc="").geturl()) or "/")
    page = render_template("accounts/unfinished.html", act=act, long=LONG)
    return Response(page, status=answer.status_code if answer and answer.status_code >= 400 else 409)


LONG = 60
"""A field with more characters than this was written by hand, and is shown."""


def _do(act: Act, back: str) -> Response | None:
    """Send the kept form as the person who is signed in now; None if it leads nowhere that may be finished."""
    body = urlencode([*act.fields, ("csrf_token", generate_csrf())]).encode()
    path, _, query = act.path.partition("?")
    environ: dict[str, Any] = {
        name: value
        for name, value in request.environ.items()
        if not name.startswith(("HTTP_HX_", "werkzeug.", "flask."))
    }
    environ |= {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": unquote(path).encode().decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        FINISHING: True,
        "HTTP_REFERER": f"{request.host_url.rstrip('/')}{back}" if back else "",
    }
    with RequestContext(current_app._get_current_object(), environ, session=session._get_current_object()):  # pyright: ignore
        view = current_app.view_functions.get(request.endpoint or "")
        return current_app.full_dispatch_request() if getattr(view, MARK, False) else None
