"""The feed of one's own inbox: /settings/feed makes its secret address, another one, or none."""

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from portal.config import in_force
from portal.core.db import write
from portal.notices import actions, queries
from portal.web import htmx
from portal.web.finishing import sign_in_first
from portal.web.viewing import viewer

bp = Blueprint("own_feed", __name__, url_prefix="/settings")


@bp.route("/feed", methods=["GET", "POST"])
@sign_in_first
def own_feed() -> Response:
    """Its address; a POST makes one, or another, or takes it away."""
    if request.method == "POST":
        _change(request.form.get("do", ""))
        return htmx.go("/settings/feed")
    kept = queries.feed_key(viewer())
    address = f"{in_force().address}/feeds/inbox/{kept[0]}.atom" if kept else ""
    answer = make_response(
        render_template("settings/feed.html", here="feed", address=address, since=kept[1] if kept else None)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _change(wanted: str) -> None:
    if wanted == "make":
        write(actions.make_feed, viewer())
        flash(_("This is the address of your feed. One that you had before leads nowhere any more."), "good")
    elif wanted == "drop":
        write(actions.drop_feed, viewer())
        flash(_("Your feed is gone, and its address leads nowhere."), "good")
    else:
        raise BadRequest
