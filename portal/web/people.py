"""A person, as others see them."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from portal.people import queries
from portal.web.viewing import viewer

bp = Blueprint("people", __name__)


@bp.get("/people/<username>")
def profile(username: str) -> str | Response:
    """Who someone is, and the way to what they began."""
    person = queries.profile(viewer(), username)
    if person.username != username:
        return redirect(f"/people/{person.username}", 302)
    return render_template("people/show.html", person=person)
