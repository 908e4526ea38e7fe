"""Changing a post, and how it came to be what it is."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template

from portal.core.db import write
from portal.core.difference import Piece, difference
from portal.core.errors import Conflict
from portal.people.viewer import Viewer
from portal.threads import actions, queries
from portal.threads.models import FormPlace
from portal.threads.queries import Version
from portal.web import htmx, telling
from portal.web.conversations import show_around
from portal.web.finishing import sign_in_first
from portal.web.viewing import viewer
from portal.web.written_forms import EditForm, number

bp = Blueprint("editing", __name__)


@bp.get("/posts/<int:post_id>/edit")
@sign_in_first
def form(post_id: int) -> Response:
    """The form to change a post."""
    seen = viewer()
    now = queries.editing(seen, post_id)
    begun: dict[str, Any] = {"title": now.title, "body": now.source, "tags": " ".join(now.tags)}
    draft = queries.draft_of(seen, FormPlace("edit", post_id))
    begun |= dict(draft.fields) if draft else {}
    begun["revision"] = number(begun.get("revision")) or now.revision  # the one that the draft began from
    context = {"editing": now, "form": EditForm(None, data=begun).of(post_id), "draft": draft}
    return htmx.show("threads/edit.html", "threads/_edit.html", lambda: context)


@bp.post("/posts/<int:post_id>/edit")
@sign_in_first
def edit(post_id: int) -> Response:
    """Change it; where someone else was faster, show both texts."""
    seen, form = viewer(), EditForm()
    opening = "title" in form.data and form.title.raw_data != []
    if form.take(lambda: write(actions.edit_post, seen, post_id, **form.given(opening=opening))):
        return show_around(post_id, telling.of_edit(seen, post_id))
    load = partial(_refused, seen, post_id, form)
    return htmx.show("threads/edit.html", "threads/_edit.html", load, status=form.status, into=f"edit-{post_id}")


def _refused(seen: Viewer, post_id: int, form: EditForm) -> dict[str, Any]:
    """The form as it was typed; after a conflict with what yours would change in what is there now."""
    now = queries.editing(seen, post_id)
    context: dict[str, Any] = {"editing": now, "form": form.of(post_id)}
    if isinstance(form.trouble, Conflict):
        form.revision.raw_data, form.revision.data = None, now.revision
        context["changes"] = difference(_whole(now.title, now.source), _whole(form.title.data, form.body.data))
    return context


def _whole(title: str | None, text: str | None) -> str:
    return f"{title}\n\n{text or ''}" if title else text or ""


@dataclass(frozen=True, slots=True)
class Step:
    """One version, and what it changed in the one before. The first shows its whole text as it was."""

    version: Version
    title: tuple[Piece, ...]
    tags: tuple[Piece, ...]
    text: tuple[Piece, ...]


@bp.get("/posts/<int:post_id>/history")
def history(post_id: int) -> str:
    """The versions of a post, newest first, each with what it changed."""
    found = queries.history(viewer(), post_id)
    steps = [_step(old, new) for old, new in zip((None, *found.versions), found.versions, strict=False)]
    return render_template("threads/history.html", history=found, versions=steps[::-1])


def _step(old: Version | None, new: Version) -> Step:
    if old is None:
        title, tags, text = (
            (Piece("same", part),) if part else () for part in (new.title, " ".join(new.tags), new.source)
        )
        return Step(new, title, tags, text)
    title = difference(old.title or "", new.title or "") if old.title != new.title else ()
    tags = difference(" ".join(old.tags), " ".join(new.tags)) if old.tags != new.tags else ()
    return Step(new, title, tags, difference(old.source, new.source))
