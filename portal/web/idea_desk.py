"""What the team does with an idea among themselves: who sees to it, what is noted, and for whom they vote."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import EmailField, StringField, TextAreaField, URLField

from portal.core.db import write
from portal.core.errors import Forbidden
from portal.ideas import actions
from portal.ideas.policy import can_vote_for
from portal.ideas.queries.desk import colleagues
from portal.ideas.queries.page import idea_part
from portal.ideas.queries.voters import voters
from portal.people.viewer import Viewer
from portal.threads.queries import thread_page, thread_place
from portal.web import htmx
from portal.web.conversations import wanted
from portal.web.finishing import sign_in_first
from portal.web.forms import Form
from portal.web.idea_forms import ids
from portal.web.viewing import viewer

bp = Blueprint("idea_desk", __name__)


class VoteForForm(Form):
    person = StringField(lazy_gettext("Username"))
    email = EmailField(lazy_gettext("E-mail address"))
    name = StringField(lazy_gettext("Name"))
    organisation = StringField(lazy_gettext("Organisation"))
    source_url = URLField(lazy_gettext("Where it came from"))
    permission = StringField(lazy_gettext("On what permission their address is used"))
    note = TextAreaField(lazy_gettext("Note"))

    def given(self) -> dict[str, Any]:
        said = {name: field.data or "" for name, field in self._fields.items() if name != "person"}
        return said | {"person": (self.person.data or "").strip().lstrip("@") or None}


class NoteForm(Form):
    body = TextAreaField(lazy_gettext("Note"))


@bp.get("/ideas/<int:thread_id>/requesters")
@sign_in_first
def requesters(thread_id: int) -> Response:
    """Who voted, by name, and the form to vote for a customer."""
    return _behind(viewer(), thread_id, VoteForForm(None))


@bp.post("/ideas/<int:thread_id>/requesters")
@sign_in_first
def vote_for(thread_id: int) -> Response:
    """Vote on behalf of a customer."""
    seen, form = viewer(), VoteForForm()
    if form.take(lambda: write(actions.vote_for, seen, thread_id, **form.given())) is None:
        return _behind(seen, thread_id, form)
    flash(_("Noted: they are told what becomes of it."), "good")
    return htmx.go(f"/ideas/{thread_id}/requesters")


@bp.post("/ideas/<int:thread_id>/requesters/<int:person_id>/remove")
@sign_in_first
def unvote_for(thread_id: int, person_id: int) -> Response:
    """Take back what staff voted for someone."""
    write(actions.unvote_for, viewer(), thread_id, person_id)
    flash(_("Taken back."), "good")
    return htmx.go(f"/ideas/{thread_id}/requesters")


def _behind(seen: Viewer, thread_id: int, form: VoteForForm) -> Response:
    thread, idea = thread_page(seen, thread_id), idea_part(seen, thread_id)
    found, path = voters(seen, thread_id, cursor=request.args.get("at")), f"/ideas/{thread_id}/requesters"
    context = {"older": f"{path}?at={found.older}" if found.older else None}
    context |= {"newer": f"{path}?at={found.newer}" if found.newer else None}
    page = render_template("ideas/requesters.html", thread=thread, idea=idea, form=form, rows=found.rows, **context)
    return make_response(page, form.shown_status)


@bp.post("/ideas/<int:thread_id>/owner")
@sign_in_first
def owner(thread_id: int) -> Response:
    """Give it to someone on the team, or to nobody."""
    to = next(iter(ids([request.form.get("to", "")])), None)
    write(actions.set_owner, viewer(), thread_id, to=to)
    return _desk(thread_id, _("They see to it now, and are told so.") if to else _("Nobody sees to it now."))


@bp.post("/ideas/<int:thread_id>/personal")
@sign_in_first
def personal(thread_id: int) -> Response:
    """A human writes: nothing about it is asked or sent of itself. Or that again."""
    on = wanted()
    write(actions.set_personal, viewer(), thread_id, on=on)
    return _desk(thread_id, _("A human writes about this now.") if on else _("People are told of it by Rondo again."))


@bp.post("/ideas/<int:thread_id>/notes")
@sign_in_first
def note(thread_id: int) -> Response:
    """Write something for the team alone."""
    form = NoteForm()
    if form.take(lambda: write(actions.add_note, viewer(), thread_id, body=form.body.data or "")) is None:
        return _desk(thread_id, "", form)
    return _desk(thread_id, _("Noted, for the team alone."))


@bp.post("/ideas/notes/<int:note_id>/delete")
@sign_in_first
def delete_note(note_id: int) -> Response:
    """Take a note away."""
    return _desk(write(actions.delete_note, viewer(), note_id), _("The note is deleted."))


@bp.get("/ideas/<int:thread_id>/desk")
@sign_in_first
def desk(thread_id: int) -> Response:
    """What only the team sees of an idea, as a page."""
    return _desk(thread_id, "", NoteForm(None))


def _desk(thread_id: int, said: str, form: NoteForm | None = None) -> Response:
    """The part beside the thread for HTMX, else the page of the idea; a form that was refused has a page of its own."""
    seen = viewer()
    if not can_vote_for(seen):
        raise Forbidden
    load = partial(_context, seen, thread_id, said=said, noting=form)
    if form is not None:
        return htmx.show("ideas/desk.html", "ideas/_desk.html", load, status=form.shown_status)
    if not htmx.is_htmx():
        flash(said, "good")
    return htmx.answer(thread_place(seen, thread_id), "ideas/_desk.html", load)


def _context(seen: Viewer, thread_id: int, **more: Any) -> dict[str, Any]:
    return {
        "idea": idea_part(seen, thread_id),
        "colleagues": colleagues(seen),
        "path": thread_place(seen, thread_id),
    } | more
