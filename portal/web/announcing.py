"""Writing an announcement: the form with its ideas, what it will look like, and throwing it away."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask_babel import gettext as _

from portal.announcements import actions, queries
from portal.announcements.policy import can_announce, can_draft
from portal.announcements.queries import AnnouncementWritten
from portal.core.db import write
from portal.core.errors import Conflict, Forbidden
from portal.people.viewer import Viewer
from portal.web import htmx
from portal.web.announcement_forms import AnnouncementForm, begun
from portal.web.announcement_words import outcomes
from portal.web.finishing import sign_in_first
from portal.web.publishing import extending
from portal.web.viewing import viewer
from portal.web.written_forms import number

bp = Blueprint("announcing", __name__, url_prefix="/announcements")


@bp.get("/new")
@sign_in_first
def new() -> Response:
    """The form to begin one; `?idea=` is named in it already."""
    seen = _announcer()
    form = AnnouncementForm(None, data={"language": seen.language or "en"})
    if idea := number(request.args.get("idea")):
        form.act(f"add-{idea}")
    return _form(seen, form)


@bp.post("/new")
@sign_in_first
def begin() -> Response:
    """Keep it as a draft, and show how it will look."""
    seen, form = _announcer(), AnnouncementForm()
    key = form.key.data or ""
    made = form.take(lambda: write(actions.draft, seen, form.written(seen), form_key=key))
    return htmx.go(f"/announcements/{made}/preview") if made else _form(seen, form)


@bp.get("/<int:thread_id>/edit")
@sign_in_first
def edit(thread_id: int) -> Response:
    """The form to change a draft; what is published meanwhile is changed on its page."""
    seen, found = viewer(), _written(thread_id)
    if not can_draft(seen, found.state):
        return htmx.go(found.path)
    return _form(seen, begun(found, seen), found)


@bp.post("/<int:thread_id>/edit")
@sign_in_first
def change(thread_id: int) -> Response:
    """Change it; one that was scheduled is a draft again."""
    seen, form, found = viewer(), AnnouncementForm(), _written(thread_id)
    revision = form.revision.data or found.revision
    if form.take(lambda: write(actions.change_draft, seen, thread_id, form.written(seen), revision=revision)):
        return htmx.go(f"/announcements/{thread_id}/preview")
    if isinstance(form.trouble, Conflict):
        form.revision.raw_data, form.revision.data = None, found.revision
    return _form(seen, form, found)


@bp.post("/<int:thread_id>/discard")
@sign_in_first
def discard(thread_id: int) -> Response:
    """Throw a draft away."""
    write(actions.discard, viewer(), thread_id)
    flash(_("Thrown away."), "good")
    return htmx.go("/announcements/drafts")


@bp.get("/ideas")
@sign_in_first
def ideas() -> Response:
    """The ideas with these words in their titles, while one types."""
    seen = _announcer()
    found = queries.find_ideas(seen, request.args.get("find", ""))
    return make_response(render_template("announcements/_found.html", found=found, asked=request.args.get("find", "")))


@bp.post("/items")
@sign_in_first
def items() -> Response:
    """A button among the ideas of a form: find, add or remove one. The form comes back with all that was typed."""
    seen, page = _announcer(), request.form.get("page", "new")
    form = AnnouncementForm()
    verb = request.form.get("do", "find")
    context: dict[str, Any] = {"page": page, "changed": form.act(verb), "outcomes": outcomes()}
    context["asked"] = (form.find.data or "") if verb == "find" else ""
    context["found"] = queries.find_ideas(seen, context["asked"])
    form.know_ideas(seen)
    if htmx.is_htmx():
        return make_response(render_template("announcements/_item_fields.html", **context, form=form))
    return _again(seen, form, page, context)


def _again(seen: Viewer, form: AnnouncementForm, page: str, context: dict[str, Any]) -> Response:
    """The page that a form stands on, with what was typed in it."""
    kind, _dash, id_ = page.partition("-")
    if kind == "extend":
        return extending(number(id_), form, **context)
    return _form(seen, form, _written(number(id_)) if id_ else None, **context)


def _form(seen: Viewer, form: AnnouncementForm, written: AnnouncementWritten | None = None, **more: Any) -> Response:
    form.offer(seen)
    context: dict[str, Any] = {"form": form, "written": written, "outcomes": outcomes(), "current": "announcements"}
    context |= {"page": f"edit-{written.id}" if written else "new", "found": (), "asked": "", "changed": None}
    page = render_template("announcements/form.html", **context | more)
    return make_response(page, form.shown_status)


def _announcer() -> Viewer:
    """Who is looking, if they may announce. Raises Forbidden."""
    seen = viewer()
    if not can_announce(seen):
        raise Forbidden
    return seen


def _written(thread_id: int) -> AnnouncementWritten:
    """What it says, for whoever may announce. Raises NotFound where they may not see it, Forbidden."""
    found = queries.written(viewer(), thread_id)
    if not can_announce(viewer()):
        raise Forbidden
    return found
