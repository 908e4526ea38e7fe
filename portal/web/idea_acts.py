"""What people do with an idea: vote, be spared what becomes of it; and what staff note about it."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, flash
from flask_babel import gettext as _

from portal.core.db import write
from portal.ideas import actions
from portal.ideas.queries.marks import marks
from portal.people.viewer import Viewer
from portal.threads.queries import thread_place
from portal.web import htmx
from portal.web.conversations import conversation, show_thread, wanted
from portal.web.finishing import sign_in_first
from portal.web.suggesting import voted_instead
from portal.web.viewing import came_from, viewer

bp = Blueprint("idea_acts", __name__)

BESIDE = ("ideas/_people.html", "threads/_follow.html")
"""What a vote changes on the page of an idea besides the vote."""


@bp.post("/ideas/<int:thread_id>/vote")
@sign_in_first
def vote(thread_id: int) -> Response:
    """I want this too, or not any more: in a list, or on the page of the idea."""
    seen, on = viewer(), wanted()
    write(actions.set_vote, seen, thread_id, on=on)
    if htmx.asks_for(f"vote-{thread_id}"):
        return htmx.answer("", "ideas/_vote.html", partial(_mark, seen, thread_id))
    if not htmx.is_htmx():
        flash(
            _("You voted for this. You will hear what becomes of it.") if on else _("Your vote is taken back."), "good"
        )
    back = "" if voted_instead() else came_from()
    place = partial(conversation, seen, thread_id)
    return htmx.answer(back or thread_place(seen, thread_id), "ideas/_voting.html", place, beside=BESIDE)


def _mark(seen: Viewer, thread_id: int) -> dict[str, Any]:
    return {"id": thread_id, "mark": marks(seen, [thread_id])[thread_id], "live": True, "big": False}


@bp.post("/ideas/<int:thread_id>/silence")
@sign_in_first
def silence(thread_id: int) -> Response:
    """Do not tell me what becomes of it, or tell me after all."""
    on = wanted()
    write(actions.set_silence, viewer(), thread_id, on=on)
    said = _("You are not told what becomes of this.") if on else _("You will hear what becomes of this.")
    return show_thread(thread_id, said)


@bp.post("/ideas/<int:thread_id>/undo")
@sign_in_first
def undo(thread_id: int) -> Response:
    """Take back what was just decided, before anybody is told."""
    write(actions.undo, viewer(), thread_id)
    return show_thread(thread_id, _("Undone: nobody was told."))
