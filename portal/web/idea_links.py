"""Link a question to an idea; make a question or a discussion an idea, and back; act on many ideas at once."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import RadioField, SelectField, StringField

from portal.core.db import write
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.ideas import actions
from portal.ideas.policy import can_turn, can_vote_for
from portal.ideas.queries.linked import idea_of_question
from portal.ideas.queries.picking import find_ideas
from portal.people.viewer import Viewer
from portal.threads.queries import ThreadPage, categories_for, thread_page, thread_place
from portal.web import htmx
from portal.web.conversations import show_thread
from portal.web.deciding import idea_words
from portal.web.errors import page
from portal.web.finishing import sign_in_first
from portal.web.forms import Form, Needed, choices
from portal.web.idea_forms import PickForm, day_sent, ids
from portal.web.texts import ngettext
from portal.web.viewing import came_from, viewer
from portal.web.written_forms import number

bp = Blueprint("idea_links", __name__)
KINDS = {"question": lazy_gettext("Question"), "discussion": lazy_gettext("Discussion"), "idea": lazy_gettext("Idea")}


class TurnForm(Form):
    kind = RadioField(lazy_gettext("What it becomes"), [Needed()], validate_choice=False)
    category = SelectField(lazy_gettext("Category"), validate_choice=False)
    reason = StringField(lazy_gettext("Reason"))


@bp.get("/threads/<int:thread_id>/idea")
@sign_in_first
def ask_link(thread_id: int) -> Response:
    """The form to link a question to an idea."""
    return _linking(viewer(), thread_id, PickForm(None))


@bp.post("/threads/<int:thread_id>/idea")
@sign_in_first
def link(thread_id: int) -> Response:
    """Link it, to another one too; or (`do=unlink`) to none."""
    seen, form = viewer(), PickForm()
    if form.only_looks:
        return _linking(seen, thread_id, form)
    ends = request.form.get("do") == "unlink"
    if not form.done(lambda: _link(seen, thread_id, None if ends else form.picked("idea"))):
        return _linking(seen, thread_id, form)
    said = _("No longer linked.") if ends else _("Linked: who asked is told what becomes of the idea.")
    return show_thread(thread_id, said)


def _link(seen: Viewer, thread_id: int, idea_id: int | None) -> None:
    try:
        write(actions.link_question, seen, thread_id, idea_id=idea_id)
    except Invalid as error:  # the form has no field of that name
        raise Invalid(
            fields={"find" if name == "idea" else name: words for name, words in error.fields.items()}
        ) from None


def _linking(seen: Viewer, thread_id: int, form: PickForm) -> Response:
    thread = thread_page(seen, thread_id)
    if thread.kind != "question":
        raise NotFound
    if not can_vote_for(seen):
        raise Forbidden
    found = find_ideas(seen, form.find.data or idea_words(thread))
    about = {"thread": thread, "found": found, "field": "idea", "linked": idea_of_question(seen, thread_id)}
    load = partial(dict[str, Any], form=form, **about)
    into = f"link-{thread_id}" if form.errors or form.only_looks else ""
    return htmx.show("ideas/link.html", "ideas/_link.html", load, status=form.shown_status, into=into)


@bp.get("/threads/<int:thread_id>/kind")
@sign_in_first
def ask_turn(thread_id: int) -> Response:
    """The form to make it something else."""
    return _turning(viewer(), thread_id, TurnForm(None))


@bp.post("/threads/<int:thread_id>/kind")
@sign_in_first
def turn(thread_id: int) -> Response:
    """Make it a question, a discussion or an idea: everything and everybody in it stays."""
    seen, form = viewer(), TurnForm()
    given: dict[str, Any] = {"kind": form.kind.data or "", "category_id": number(form.category.data) or None}
    if not form.done(lambda: write(actions.turn, seen, thread_id, **given, reason=form.reason.data or "")):
        return _turning(seen, thread_id, form)
    flash(_("Done. Its old address leads here."), "good")
    return htmx.go(thread_place(seen, thread_id))


def _turning(seen: Viewer, thread_id: int, form: TurnForm) -> Response:
    thread = thread_page(seen, thread_id)
    if thread.kind not in KINDS or not can_turn(seen):
        raise Forbidden
    form.kind.choices = choices((kind, words) for kind, words in KINDS.items() if kind != thread.kind)
    form.kind.data = form.kind.data or ("idea" if thread.kind != "idea" else "question")
    form.category.choices = choices(_places(seen, thread))
    load = partial(dict[str, Any], form=form, thread=thread)
    into = f"turn-{thread_id}" if form.errors else ""
    return htmx.show("ideas/turn.html", "ideas/_turn.html", load, status=form.shown_status, into=into)


def _places(seen: Viewer, thread: ThreadPage) -> list[tuple[str, str]]:
    """The categories that take one of the kinds that it may become; which of them, where not all."""
    others = [kind for kind in KINDS if kind != thread.kind]
    found = [(each, [str(KINDS[kind]) for kind in others if kind in each.kinds]) for each in categories_for(seen)]
    stays = any(taken and each.id == thread.category_id for each, taken in found)
    places = [("", _("The same, if it takes that") if stays else _("Choose one"))]
    for each, taken in found:
        if taken and each.id != thread.category_id:
            places.append((str(each.id), each.name if len(taken) == len(others) else f"{each.name} ({taken[0]})"))
    return places


@bp.post("/ideas/bulk")
@sign_in_first
def bulk() -> Response:
    """One act on many ideas of the list; what could not be done is said. A refusal keeps the reason that was typed:
    the list has no place for it, nor for what was ticked, which the browser still has."""
    try:
        done = write(actions.bulk, viewer(), ids(request.form.getlist("idea")), **_act_sent())
    except Invalid as error:
        said = [*(error.fields.values() or [error.message]), _("Go back: what you ticked and typed is still there.")]
        return page(error.status, said, typed=request.form.get("reason", ""))
    flash(ngettext("Done to %(num)s idea.", "Done to %(num)s ideas.", done.done), "good")
    if done.left:
        left = [_("#%(id)s is left as it is: %(why)s", id=id_, why=why) for id_, why in done.left[:20]]
        flash(" ".join(left), "warn")
    return htmx.go(came_from() or "/ideas")


def _act_sent() -> dict[str, Any]:
    """What is to be done to them. Raises Invalid."""
    sent = request.form
    words: dict[str, Any] = {name: sent.get(name, "") for name in ("act", "tag", "status", "reason")}
    words |= {name: day_sent(name) for name in ("target_on", "revisit_on")}
    words |= {name: next(iter(ids([sent.get(name, "")])), None) for name in ("owner", "into")}
    return words | {"tell": sent.get("tell", "now")}
