"""An announcement goes out: how it will look and who will be told, publishing it, and what can be done afterwards."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask_babel import gettext as _

from portal.announcements import actions, queries
from portal.announcements.policy import can_announce
from portal.announcements.queries import AnnouncementWritten
from portal.config import in_force
from portal.core import clock
from portal.core.db import write
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.threads.queries import thread_page, thread_place
from portal.web import htmx
from portal.web.announcement_forms import CorrectionForm, ItemsForm, WithdrawalForm
from portal.web.announcement_words import AUDIENCES, outcomes
from portal.web.finishing import sign_in_first
from portal.web.forms import Form
from portal.web.outlook import outlook
from portal.web.viewing import viewer

bp = Blueprint("publishing", __name__, url_prefix="/announcements/<int:thread_id>")


@bp.get("/preview")
@sign_in_first
def preview(thread_id: int) -> Response:
    """How it will look, and who will be told."""
    return _preview(thread_id)


@bp.post("/publish")
@sign_in_first
def publish(thread_id: int) -> Response:
    """Publish it; where it has a time to come, then, unless `now` = 1."""
    seen, at_once = viewer(), bool(request.form.get("now"))
    try:
        state = write(actions.publish, seen, thread_id, at_once=at_once)
    except Invalid as trouble:
        return _preview(thread_id, refused=tuple(map(str, trouble.fields.values())))
    said = _("Published.") if state == "published" else _("Scheduled. Should an idea in it change, it waits for you.")
    flash(said, "good")
    return htmx.go(thread_place(seen, thread_id))


@bp.post("/undo")
@sign_in_first
def undo(thread_id: int) -> Response:
    """Before anyone was told: it is a draft again."""
    try:
        write(actions.undo, viewer(), thread_id)
    except Conflict as trouble:
        flash(str(trouble), "warn")
        return htmx.go(thread_place(viewer(), thread_id))
    flash(_("Undone: it is a draft again, and nobody was told."), "good")
    return htmx.go(f"/announcements/{thread_id}/preview")


@bp.post("/unschedule")
@sign_in_first
def unschedule(thread_id: int) -> Response:
    """It is a draft again."""
    try:
        write(actions.unschedule, viewer(), thread_id)
    except Conflict as trouble:
        flash(str(trouble), "warn")
        return htmx.go(thread_place(viewer(), thread_id))
    flash(_("It is a draft again."), "good")
    return htmx.go(f"/announcements/{thread_id}/preview")


@bp.route("/correct", methods=["GET", "POST"])
@sign_in_first
def correct(thread_id: int) -> Response:
    """Say what was wrong, and how it reads from now on."""
    seen, found = viewer(), _published(thread_id)
    begun = {"title": found.title, "body": found.body, "revision": found.revision}
    form = CorrectionForm(data=begun, items=found.items)
    if request.method == "POST" and form.take(lambda: write(actions.correct, seen, thread_id, **form.given())):
        flash(_("Corrected. Those who had been told of it are told what was wrong."), "good")
        return htmx.go(thread_place(seen, thread_id))
    if isinstance(form.trouble, Conflict):
        form.revision.raw_data, form.revision.data = None, found.revision
    return _shown("correct", thread_id, form)


@bp.route("/items", methods=["GET", "POST"])
@sign_in_first
def extend(thread_id: int) -> Response:
    """Name more ideas in it."""
    seen = viewer()
    _published(thread_id)
    form = ItemsForm()
    if request.method == "POST" and form.take(lambda: write(actions.extend, seen, thread_id, form.items())):
        flash(_("Added. Whoever asked for them is told."), "good")
        return htmx.go(thread_place(seen, thread_id))
    return extending(thread_id, form)


@bp.route("/withdraw", methods=["GET", "POST"])
@sign_in_first
def withdraw(thread_id: int) -> Response:
    """Take it back, and say why."""
    seen, form = viewer(), WithdrawalForm()
    _published(thread_id)
    reason = form.reason.data or ""
    if request.method == "POST" and form.take(lambda: write(actions.withdraw, seen, thread_id, reason=reason)):
        flash(_("Withdrawn. Those who had been told of it are told why."), "good")
        return htmx.go(thread_place(seen, thread_id))
    return _shown("withdraw", thread_id, form)


def extending(thread_id: int, form: ItemsForm, **more: Any) -> Response:
    """The form to name more ideas, with what was typed."""
    form.know_ideas(viewer())
    about = {"page": f"extend-{thread_id}", "found": (), "asked": "", "changed": None}
    return _shown("extend", thread_id, form, **about | more)


def _shown(name: str, thread_id: int, form: Form, **more: Any) -> Response:
    context: dict[str, Any] = {"thread": thread_page(viewer(), thread_id), "current": "announcements"}
    context |= {"form": form, "outcomes": outcomes()} | more
    page = render_template(f"announcements/{name}.html", **context)
    return make_response(page, form.shown_status)


def _published(thread_id: int) -> AnnouncementWritten:
    """What it says, for whoever may amend it. Raises NotFound where nobody was told, or they may not see it."""
    found = queries.written(viewer(), thread_id)
    if not can_announce(viewer()):
        raise Forbidden
    if found.state != "published":
        raise NotFound
    return found


def _preview(thread_id: int, refused: tuple[str, ...] = ()) -> Response:
    seen = viewer()
    thread, part = thread_page(seen, thread_id), queries.announcement_part(seen, thread_id)
    if not can_announce(seen):
        raise Forbidden
    if not part.can_draft or thread.deleted:
        return htmx.go(thread.path)
    context: dict[str, Any] = {"thread": thread, "announcement": part, "opening": thread.posts[0], "refused": refused}
    context |= {"audiences": AUDIENCES, "now": clock.now()}
    context |= {"undo_seconds": in_force().undo_seconds, "current": "announcements"} | outlook(seen, part)
    return make_response(render_template("announcements/preview.html", **context), 422 if refused else 200)
