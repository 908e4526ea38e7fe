"""The language of the pages, chosen at their foot: by visitors in a cookie, by people in their settings."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from portal.config import in_force
from portal.core.db import write
from portal.core.places import LANGUAGES
from portal.people.actions.profile import set_language
from portal.web import htmx
from portal.web.locale import COOKIE
from portal.web.viewing import came_from, viewer

bp = Blueprint("language", __name__)
A_YEAR = 365 * 24 * 3600


@bp.post("/language")
def choose() -> Response:
    """From now on the pages are in this language, for this browser; for whoever is signed in, everywhere."""
    wanted, seen = request.form.get("language", ""), viewer()
    if wanted not in LANGUAGES:
        raise BadRequest
    if seen.is_signed_in:
        write(set_language, seen, wanted)
    answer = htmx.go(came_from() or "/")
    answer.set_cookie(
        COOKIE, wanted, max_age=A_YEAR, secure=in_force().is_production, httponly=True, samesite="Lax", path="/"
    )
    return answer
