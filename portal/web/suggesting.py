"""Similar threads: while one writes, beside a thread that one reads, and for staff who are about to answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask_babel import gettext as _

from portal.core.errors import NotFound
from portal.people.viewer import Viewer
from portal.search.actions.counting import count_suggestion
from portal.search.queries.similar import Similar, similar, similar_to
from portal.threads import queries
from portal.web import htmx
from portal.web.caching import same_for_visitors
from portal.web.counting import FORMS, count, count_asked_anyway
from portal.web.finishing import FINISHING
from portal.web.viewing import viewer
from portal.web.written_forms import ThreadForm

P = ParamSpec("P")
bp = Blueprint("suggesting", __name__)

MOST = 5
SEEN = ("shown", "opened")
"""What the field `suggested` of a form says once there was something to see; `asked`: there is a script, which asks."""
A_WHILE = "private, max-age=300"


def while_writing(seen: Viewer, form: ThreadForm) -> tuple[Similar, ...]:
    """Threads like the one that someone is writing."""
    title, body = (form.title.data or "").strip(), (form.body.data or "").strip()
    if len(title) < 3:
        return ()
    return similar(seen, title=title, body=body, language=form.language.data or "", limit=MOST)


def seen_first(again: Callable[..., Response]) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Without a script, who posts a new thread is shown those like it once, by `again`; with one they have been."""

    def around(view: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(view)
        def posting(*args: P.args, **kwargs: P.kwargs) -> Any:
            found = () if request.environ.get(FINISHING) else _unseen(ThreadForm())
            return again(*args, **kwargs, found=found) if found else view(*args, **kwargs)

        return posting

    return around


def _unseen(form: ThreadForm) -> tuple[Similar, ...]:
    """What the form that was sent should have shown, and did not. A form without the field is none of our pages."""
    if request.form.get("suggested") != "" or not form.body.data or queries.is_posted(viewer(), form.key.data or ""):
        return ()
    return while_writing(viewer(), form)


def posted(form: ThreadForm, kind: str) -> None:
    """A thread was begun by this form: after all that was suggested, and perhaps after a search."""
    if form.suggested.data in SEEN:
        count(count_suggestion, kind, "posted")
    if form.searched.data and kind == "question":
        count_asked_anyway(form.searched.data)


def voted_instead() -> bool:
    """Whether this vote was cast beside the form for an idea like it."""
    if request.form.get("suggested") not in (*SEEN, "asked"):
        return False
    count(count_suggestion, "idea", "voted")
    return True


@bp.post("/similar")
def typed() -> Response:
    """Threads like what stands in the form to begin one: its title, later its body too."""
    form, place = ThreadForm(), request.form.get("of", "")
    found = while_writing(viewer(), form)
    first = bool(found) and form.suggested.data not in SEEN
    if first:
        count(count_suggestion, place, "shown")
    page = "search/_similar.html" if htmx.is_htmx() else "search/similar.html"
    return make_response(render_template(page, similar=found, first=first, kind=place))


@bp.post("/similar/left")
def left() -> Response:
    """Whoever was writing needs to ask no more: they say so, or the page does as they leave it after looking at one."""
    place = request.form.get("of", "")
    count(count_suggestion, place, "deflected")
    if "helped" not in request.form:
        return make_response("", 204)
    if viewer().is_signed_in:
        flash(_("Good. What you had typed is kept among your drafts."), "good")
    return htmx.go(next((path for path, kind in FORMS.items() if kind == place), "/new").removesuffix("/new") or "/")


@bp.get("/threads/<int:thread_id>/similar")
def of_thread(thread_id: int) -> Response:
    """Threads like this one: beside it, or as a page."""
    same_for_visitors()
    seen = viewer()
    path = queries.thread_place(seen, thread_id)
    context = {"similar": similar_to(seen, thread_id, limit=MOST), "thread_id": thread_id, "path": path}
    page = "search/_beside.html" if htmx.is_htmx() else "search/similar.html"
    answer = make_response(render_template(page, **context))
    answer.headers["X-Robots-Tag"] = "noindex"
    if htmx.is_htmx():
        answer.headers["Cache-Control"] = A_WHILE
    return answer


@bp.get("/threads/<int:thread_id>/answered-before")
def answered_before(thread_id: int) -> Response:
    """For staff who look at a question that nobody answered: those like it that were."""
    seen = viewer()
    if not seen.is_staff:
        raise NotFound
    path = queries.thread_place(seen, thread_id)
    found = [each for each in similar_to(seen, thread_id, limit=4 * MOST) if _is_answered(each)]
    context = {"similar": found[:MOST], "thread_id": thread_id, "path": path, "answered": True}
    page = "search/_answered.html" if htmx.is_htmx() else "search/similar.html"
    return make_response(render_template(page, **context))


def _is_answered(each: Similar) -> bool:
    return each.is_solved or (each.kind == "question" and each.is_answered)
