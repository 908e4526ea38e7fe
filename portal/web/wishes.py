"""What someone wants to hear of, and how: /settings/notices."""

from collections.abc import Iterable

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from portal.core.db import write
from portal.delivery import digests
from portal.notices import actions, queries
from portal.people.queries import own
from portal.people.viewer import Viewer
from portal.web import htmx
from portal.web.finishing import sign_in_first
from portal.web.viewing import viewer

bp = Blueprint("wishes", __name__, url_prefix="/settings")

SORTS: dict[str, tuple[LazyString, LazyString]] = {
    "requested": (
        lazy_gettext("What I asked for"),
        lazy_gettext("What becomes of ideas that I suggested or voted for, and whether it solves my need."),
    ),
    "announcements": (
        lazy_gettext("Announcements in general"),
        lazy_gettext("If I follow them: all that is new, asked for or not."),
    ),
    "followed": (lazy_gettext("Ideas that I only follow"), lazy_gettext("What becomes of them.")),
    "answers": (
        lazy_gettext("Accepted answers"),
        lazy_gettext("An answer was accepted, or the team says that it is right."),
    ),
    "replies": (lazy_gettext("Replies"), lazy_gettext("In what I watch, and under what I wrote.")),
    "mentions": (lazy_gettext("Mentions"), lazy_gettext("Someone calls me by an @.")),
    "team": (lazy_gettext("Work of the team"), lazy_gettext("What is mine to see to, and what waits for me.")),
}


OFTEN: dict[str, LazyString] = {
    "each": lazy_gettext("Each by itself"),
    "daily": lazy_gettext("Once a day, in one letter"),
    "weekly": lazy_gettext("Once a week, on Monday, in one letter"),
}


@bp.route("/notices", methods=["GET", "POST"])
@sign_in_first
def wishes() -> Response:
    """The switches, and the people one muted."""
    seen = viewer()
    now = queries.choices(seen)
    if request.method == "POST":
        write(_choose, seen, now)
        flash(_("Saved."), "good")
        return htmx.go("/settings/notices")
    rows = [(sort, *SORTS[sort], *now[sort]) for sort in SORTS if sort in now]
    person = own(seen)
    known = {"has_address": bool(person.email) and person.is_confirmed, "muted": queries.muted_people(seen)}
    known |= {"often": OFTEN, "how_often": digests.how_often(seen)}
    return make_response(render_template("settings/notices.html", here="notices", rows=rows, **known))


def _choose(seen: Viewer, sorts: Iterable[str]) -> None:
    """As the form says. One without the choice of how often leaves that as it is."""
    inbox, mail = request.form.getlist("inbox"), request.form.getlist("mail")
    actions.choose(seen, {sort: (sort in inbox, sort in mail) for sort in sorts})
    if (often := request.form.get("often")) in OFTEN:
        digests.choose_often(seen, often)
