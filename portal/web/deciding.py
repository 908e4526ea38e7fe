"""Decide on an idea, merge it into another, part them again."""

import re
from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from portal.core.db import write
from portal.core.errors import Conflict, Forbidden
from portal.ideas import actions
from portal.ideas.policy import can_decide
from portal.ideas.queries.marks import status_names
from portal.ideas.queries.page import IdeaPart, idea_part
from portal.ideas.queries.picking import find_ideas
from portal.people.viewer import Viewer
from portal.threads.queries import ThreadPage, thread_page, thread_place
from portal.web import htmx
from portal.web.conversations import show_thread
from portal.web.finishing import sign_in_first
from portal.web.idea_forms import MergeForm, OutcomeForm
from portal.web.texts import ngettext
from portal.web.viewing import viewer

bp = Blueprint("deciding", __name__)
_WORDS = re.compile(r"\w+")
DECIDED = {
    "now": lazy_gettext("Decided. Until people are told, you can undo it."),
    "with-announcement": lazy_gettext("Decided. They are told with the announcement."),
    "quiet": lazy_gettext("Decided. Nobody is told of it."),
}
"""What is said once it is, by when people hear of it."""


@bp.get("/ideas/<int:thread_id>/outcome")
@sign_in_first
def ask_outcome(thread_id: int) -> Response:
    """The form to decide; filled with what holds, so that a date or a reason can be changed."""
    idea = idea_part(viewer(), thread_id)
    begun = {"chosen": idea.mark.status, "target_on": idea.mark.target_on, "revisit_on": idea.revisit_on}
    if idea.outcome:
        begun["reason"] = idea.outcome.reason
    return _deciding(viewer(), thread_id, OutcomeForm(None, data=begun))


@bp.post("/ideas/<int:thread_id>/outcome")
@sign_in_first
def decide(thread_id: int) -> Response:
    """Record it."""
    seen, form = viewer(), OutcomeForm()
    if not form.done(lambda: write(actions.decide, seen, thread_id, **form.given())):
        return _deciding(seen, thread_id, form)
    return show_thread(thread_id, str(DECIDED[form.tell.data or ""]))


def _deciding(seen: Viewer, thread_id: int, form: OutcomeForm) -> Response:
    idea, thread = _to_decide(seen, thread_id)
    form.offer(status_names())
    load = partial(dict[str, Any], form=form, idea=idea, thread=thread)
    into = f"decide-{thread_id}" if form.errors else ""
    return htmx.show("ideas/decide.html", "ideas/_decide.html", load, status=form.shown_status, into=into)


@bp.get("/ideas/<int:thread_id>/merge")
@sign_in_first
def ask_merge(thread_id: int) -> Response:
    """The form to merge it into another idea."""
    return _merging(viewer(), thread_id, MergeForm(None))


@bp.post("/ideas/<int:thread_id>/merge")
@sign_in_first
def merge(thread_id: int) -> Response:
    """Merge it: its people are told once, in terms of its own title."""
    seen, form = viewer(), MergeForm()
    if form.only_looks:
        return _merging(seen, thread_id, form)
    reason = form.reason.data or ""
    done = form.take(lambda: write(actions.merge, seen, thread_id, into=form.picked("into"), reason=reason))
    if done is None:
        return _merging(seen, thread_id, form)
    flash(_report(done), "good")
    return htmx.go(thread_place(seen, done.into))


def _report(done: actions.Merged) -> str:
    joined = ngettext("%(num)s person joined", "%(num)s people joined", done.joined)
    both = ngettext("%(num)s had voted for both", "%(num)s had voted for both", done.had_voted)
    return _("Merged: %(joined)s, %(both)s.", joined=joined, both=both)


def _merging(seen: Viewer, thread_id: int, form: MergeForm) -> Response:
    idea, thread = _to_decide(seen, thread_id)
    found = find_ideas(seen, form.find.data or idea_words(thread), besides=thread_id)
    load = partial(dict[str, Any], form=form, idea=idea, thread=thread, found=found, field="into", besides=thread_id)
    into = f"merge-{thread_id}" if form.errors or form.only_looks else ""
    return htmx.show("ideas/merge.html", "ideas/_merge.html", load, status=form.shown_status, into=into)


def idea_words(thread: ThreadPage) -> str:
    """The longest word of its title: what is like it probably has that, too."""
    return max(_WORDS.findall(thread.title), key=len, default="")


def _to_decide(seen: Viewer, thread_id: int) -> tuple[IdeaPart, ThreadPage]:
    thread, idea = thread_page(seen, thread_id), idea_part(seen, thread_id)
    if not can_decide(seen):
        raise Forbidden
    return idea, thread


@bp.post("/ideas/<int:thread_id>/unmerge")
@sign_in_first
def unmerge(thread_id: int) -> Response:
    """Part them again: at once without a word, later with one to those who had been told."""
    write(_part, viewer(), thread_id)
    flash(_("They are two ideas again."), "good")
    return htmx.go(thread_place(viewer(), thread_id))


def _part(seen: Viewer, thread_id: int) -> None:
    try:
        actions.undo(seen, thread_id)
    except Conflict:
        actions.unmerge(seen, thread_id)


@bp.get("/staff/ideas/find")
def find() -> Response:
    """The ideas with these words in their titles, to choose one of them."""
    besides = request.args.get("besides", "")
    typed = request.args.get("find", "")
    found = find_ideas(viewer(), typed, besides=int(besides) if besides.isdecimal() and len(besides) < 19 else None)
    field = "into" if request.args.get("field") == "into" else "idea"
    return make_response(render_template("ideas/_found.html", found=found, field=field))
