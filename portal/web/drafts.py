"""What people began to write: kept while they type, found again, thrown away."""

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask_babel import gettext as _

from portal.core.db import write
from portal.core.errors import NotFound
from portal.threads import actions, queries
from portal.threads.models import FormPlace
from portal.web import editing, htmx, writing
from portal.web.finishing import sign_in_first
from portal.web.viewing import signed_in, viewer
from portal.web.written_forms import number

bp = Blueprint("drafts", __name__)


@bp.get("/drafts")
@sign_in_first
def index() -> str:
    """One's own drafts."""
    return render_template("drafts/show.html", drafts=queries.drafts(viewer()))


@bp.post("/drafts")
@signed_in
def save() -> Response:
    """Keep what stands in a form. The script of the editor sends it now and then; the form stays as it is."""
    kept = write(actions.save_draft, viewer(), _place(), request.form.to_dict(), form_key=request.form.get("key", ""))
    if htmx.is_htmx():
        return make_response("", 204)
    if kept:
        flash(_("Kept as a draft."), "good")
    return htmx.go("/drafts")


@bp.post("/drafts/discard")
@signed_in
def discard() -> Response:
    """Throw a draft away: `back` = form leads to its form, which is empty then."""
    place = _place()
    write(actions.discard_draft, viewer(), place)
    fresh = {"reply": writing.reply_form, "comment": writing.comment_form, "edit": editing.form}.get(place.kind)
    if htmx.is_htmx() and fresh:
        return fresh(place.id)
    flash(_("Draft discarded."), "good")
    return htmx.go(queries.path_of_form(place) if request.form.get("back") == "form" else "/drafts")


@bp.get("/mentions")
@signed_in
def mentions() -> Response:
    """Whom one can call in the text of a form: `of` is what the form is for, `q` what was typed after the @."""
    given = request.args
    place = FormPlace.read(given.get("of", ""))
    if place is None:
        raise NotFound
    category, privacy = number(given.get("category")), given.get("privacy", "none")
    people = queries.offered_people(viewer(), place, given.get("q", "")[:60], category_id=category, privacy=privacy)
    answer = make_response(render_template("threads/_people.html", people=people) if people else "", 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _place() -> FormPlace:
    place = FormPlace.read(request.form.get("of", ""))
    if place is None:
        raise NotFound
    return place
