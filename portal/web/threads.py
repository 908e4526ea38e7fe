"""The page of a thread, and acts on all of it."""

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.core.db import write
from portal.core.errors import NotFound
from portal.ideas.queries.page import IdeaPart
from portal.people.viewer import Viewer
from portal.questions import actions as questions
from portal.threads import actions, queries
from portal.threads.models import FormPlace
from portal.threads.queries import DraftShown, ThreadPage
from portal.web import htmx, telling
from portal.web.caching import same_for_visitors
from portal.web.conversations import reading_on, show_thread, wanted
from portal.web.finishing import sign_in_first
from portal.web.search_engines import described
from portal.web.viewing import viewer
from portal.web.written_forms import ReplyForm, number

bp = Blueprint("threads", __name__)
STAY = "stay"
"""An idea that was merged leads to where it went, unless the address says this."""


@bp.get("/t/<int:thread_id>")
def find(thread_id: int) -> AnyResponse:
    """Where the thread is now."""
    return redirect(queries.thread_place(viewer(), thread_id), 302)


@bp.get("/<any(questions,discussions,ideas,announcements):place>/<int:thread_id>")
@bp.get("/<any(questions,discussions,ideas,announcements):place>/<int:thread_id>-<slug>")
def show(place: str, thread_id: int, slug: str = "") -> str | AnyResponse:
    """A page of a thread. Who asks by another address than its own is led there, if they may see it at all."""
    seen = viewer()
    try:
        context = reading_on(seen, thread_id, _page())
    except NotFound:
        return _elsewhere(queries.thread_place(seen, thread_id))
    if place := _leads_to(seen, context["thread"], context["idea"]):
        return _elsewhere(place)
    draft = queries.draft_of(seen, FormPlace("reply", thread_id))
    about = None if seen.is_signed_in else described(context["thread"], context["question"], context["idea"])
    same_for_visitors()
    return render_template("threads/show.html", **context, form=_reply_form(draft), draft=draft, about=about)


def _leads_to(seen: Viewer, thread: ThreadPage, idea: IdeaPart | None) -> str:
    """The address to go on to, or '' where we are right. What was merged has nothing left to show, even to those who
    may see what is deleted."""
    if thread.deleted and queries.merged_into(thread.id) is not None:
        return queries.thread_place(seen, thread.id)
    if request.path != thread.path:
        return thread.path
    return idea.root.path if idea and idea.root and STAY not in request.args else ""


def _elsewhere(path: str) -> AnyResponse:
    """To its own address, or to that of the thread it was merged into. Raises NotFound if that is where we are."""
    if request.path == path:
        raise NotFound
    query = request.query_string.decode("ascii", "ignore")
    answer = redirect(f"{path}?{query}" if query else path, 301)
    answer.headers["Cache-Control"] = "no-cache"  # a title that is changed back must not lead in a circle
    return answer


def _page() -> int:
    asked = request.args.get("page", "1")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 6 or int(asked) < 1:
        raise NotFound
    return int(asked)


def _reply_form(draft: DraftShown | None) -> ReplyForm:
    """Empty, or with the draft, and with the quote that the address asks for."""
    quoted, typed = number(request.args.get("quote")), (draft.fields.get("body", "").rstrip() if draft else "")
    if quoted:
        text = queries.quotation(viewer(), quoted)[1]
        typed = f"{typed}\n\n{text}" if typed else text
    return ReplyForm(None, data={"body": typed})


@bp.post("/threads/<int:thread_id>/same")
@sign_in_first
def same(thread_id: int) -> Response:
    """I have this too, or not any more."""
    on = wanted()
    now_in = write(questions.set_same, viewer(), thread_id, on=on)
    said = _("Noted: you have this too, and you follow it.") if on else _("Taken back.")
    if now_in != thread_id:
        flash(telling.of_merged(said), "good")
        return htmx.go(queries.thread_place(viewer(), now_in))
    return show_thread(thread_id, said)


@bp.post("/threads/<int:thread_id>/restore")
@sign_in_first
def restore(thread_id: int) -> Response:
    """Bring back what was deleted."""
    write(actions.restore_thread, viewer(), thread_id)
    return show_thread(thread_id, _("Restored."))
