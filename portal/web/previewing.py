"""How a text will look, before it is posted."""

from typing import Any

from flask import Blueprint, Response, request

from portal.core.errors import Invalid
from portal.threads import queries
from portal.threads.models import FormPlace
from portal.web import htmx
from portal.web.conversations import conversation
from portal.web.viewing import viewer
from portal.web.written_forms import CommentForm, EditForm, ReplyForm, ThreadForm

bp = Blueprint("previewing", __name__)
PAGES = {
    "question": "threads/new.html",
    "discussion": "threads/new.html",
    "reply": "threads/show.html",
    "comment": "threads/comment.html",
    "edit": "threads/edit.html",
}
"""The page of each form."""


@bp.post("/preview")
def preview() -> Response:
    """How a text will look: alone for HTMX, else in the form that it was typed in, which `of` names."""
    of = FormPlace.read(request.form.get("of", ""))
    context: dict[str, Any] = {"shown": "", "refused": "", "preview_of": _preview_of(of)}
    try:
        context["shown"] = queries.preview(viewer(), request.form.get("body", ""))
    except Invalid as trouble:
        context["refused"] = trouble.message
    status = 422 if context["refused"] else 200
    page = PAGES[of.kind] if of else "threads/preview.html"
    return htmx.show(page, "threads/_preview.html", lambda: context | _typed(of), status=status)


def _preview_of(of: FormPlace | None) -> str:
    """What tells the preview of this form from others on its page."""
    return f"-{of.kind}-{of.id}" if of and of.kind in ("comment", "edit") else ""


def _typed(of: FormPlace | None) -> dict[str, Any]:
    """What the page needs around the preview: the form with what was typed in it."""
    seen = viewer()
    if htmx.is_htmx() or of is None:
        return {}
    if of.kind == "reply":
        return conversation(seen, of.id, request.args.get("page", 1, int), form=ReplyForm())
    if of.kind == "comment":
        queries.place_of(seen, of.id)
        return {"form": CommentForm().of(of.id), "post_id": of.id}
    if of.kind == "edit":
        return {"form": EditForm().of(of.id), "editing": queries.editing(seen, of.id)}
    form = ThreadForm()
    form.offer(queries.categories_to_write_in(seen, of.kind), seen)
    return {"form": form, "kind": of.kind}
