"""Who on the team sees to a question, and what is put off: asked for in the inbox and beside the question."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, request
from flask_babel import gettext as _

from portal.core.db import write
from portal.questions.actions.caring import assign, snooze
from portal.questions.queries import inbox as queries
from portal.questions.queries import waiting_row
from portal.web import htmx
from portal.web.conversations import FACTS, conversation
from portal.web.inbox import PATH, asked
from portal.web.inbox_forms import AssignForm, SnoozeForm, assigned
from portal.web.viewing import came_from, local_path, this_site, viewer

bp = Blueprint("caring", __name__, url_prefix="/staff/questions")


@bp.route("/<int:thread_id>/assign", methods=["GET", "POST"])
def assign_question(thread_id: int) -> Response:
    """Give it to oneself, to a colleague or to nobody."""
    row = waiting_row(viewer(), thread_id, hours=this_site().hours)
    form = AssignForm(data=assigned(row.care) | {"back": came_from()})
    to, note = viewer().id if form.to.data == "me" else form.chosen, form.note.data or ""
    if request.method == "POST" and form.done(lambda: write(assign, viewer(), thread_id, to=to, note=note)):
        return _done(thread_id, form.back.data, _("Assigned.") if to else _("Nobody sees to it now."))
    form.offer(queries.colleagues(viewer()), viewer().id)
    return _ask("assign", form, row, done=queries.care_taken(viewer(), thread_id))


@bp.route("/<int:thread_id>/snooze", methods=["GET", "POST"])
def snooze_question(thread_id: int) -> Response:
    """Put it off, or (`on=0`) take that back."""
    hours = this_site().hours
    row = waiting_row(viewer(), thread_id, hours=hours)
    form = SnoozeForm(data={"back": came_from()})
    until = None if request.form.get("on") == "0" else form.moment(hours)
    note = form.note.data or ""
    if request.method == "POST" and form.done(lambda: write(snooze, viewer(), thread_id, until=until, note=note)):
        return _done(thread_id, form.back.data, _("Snoozed.") if until else _("It is back in the inbox."))
    return _ask("snooze", form, row)


def _ask(verb: str, form: AssignForm | SnoozeForm, row: Any, **more: Any) -> Response:
    """The form, as a page or in the place that HTMX asks for it."""
    load = partial(dict[str, Any], form=form, row=row, verb=verb, **more)
    into = f"see-{row.id}" if form.errors else ""
    fragment = f"staff/_{verb}.html"
    return htmx.show("staff/ask.html", fragment, load, status=form.shown_status, into=into)


def _done(thread_id: int, back: str | None, said: str) -> Response:
    """Where it was asked for: the row of the inbox, or the figures beside the question."""
    page = local_path(back or "") or came_from() or PATH
    if not htmx.is_htmx():
        flash(said, "good")
    if htmx.asks_for(f"facts-{thread_id}"):
        load = partial(conversation, viewer(), thread_id, htmx.page_shown(), said=said, focus=_focus())
        return htmx.answer(page, FACTS, load)
    return htmx.answer(page, "staff/_row.html", partial(_row, thread_id, said))


def _row(thread_id: int, said: str) -> dict[str, Any]:
    row = waiting_row(viewer(), thread_id, hours=this_site().hours)
    return {"row": row, "asked": asked({}), "said": said, "focus": _focus()}


def _focus() -> str:
    """What takes the focus that was in a form which is gone; a button that was pressed keeps it."""
    return str(request.path.rpartition("/")[2]) if "note" in request.form else ""
