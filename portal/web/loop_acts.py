"""What staff do about open loops, where they see them: respond, set a date, answer those for whom it is not solved."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from wtforms import DateField, EmailField, HiddenField, TextAreaField
from wtforms.validators import Optional

from portal.core.db import write
from portal.core.errors import Invalid
from portal.ideas.actions import amend
from portal.loop.actions import reply_to_all, set_handled, settle
from portal.loop.policy import can_answer
from portal.loop.queries import Decision, standing_decision, work_list
from portal.people.actions.contacts import correct_address, get_contact
from portal.people.viewer import Viewer
from portal.threads import actions as threads
from portal.threads.queries import get_visible
from portal.web import htmx
from portal.web.admin.frame import asked, gone_to, shown
from portal.web.forms import Form, Needed
from portal.web.loops import PATH
from portal.web.viewing import came_from, local_path, viewer

bp = Blueprint("loop_acts", __name__, url_prefix="/staff")


class RespondForm(Form):
    body = TextAreaField(lazy_gettext("What do you tell them?"), [Needed()])
    back = HiddenField()

    def place(self) -> str:
        """Where they were."""
        return local_path(self.back.data or "") or PATH


class DateForm(RespondForm):
    body = None
    day = DateField(lazy_gettext("New date"), [Optional()])
    reason = TextAreaField(lazy_gettext("Reason"))

    def words(self, decided: Decision) -> dict[str, Any]:
        """What is said anew. Raises Invalid without a day, and with the one that they wait for in vain: nobody would
        be told, and the loop would stay open."""
        if self.day.data in (None, decided.day):
            raise Invalid(fields={"day": _("Choose another day.") if self.day.data else _("Choose a day.")})
        which = "revisit_on" if decided.status == "deferred" else "target_on"
        return {which: self.day.data, "reason": self.reason.data or "", "tell": "now"}


class AddressForm(RespondForm):
    body = None
    email = EmailField(lazy_gettext("E-mail address"))


class ReplyForm(Form):
    body = TextAreaField(lazy_gettext("One answer to all of them"), [Needed()])


@bp.route("/loops/<int:thread_id>/respond", methods=["GET", "POST"])
def respond(thread_id: int) -> Response:
    """Write a reply under the idea: the first response, or word after a long silence."""
    seen, form = viewer(), RespondForm(data={"back": came_from()})
    if request.method == "POST" and form.done(lambda: write(threads.reply, seen, thread_id, body=form.body.data or "")):
        flash(_("Your reply stands under the idea."), "good")
        return htmx.go(form.place())
    load = partial(_asked, seen, thread_id, form, "loop/_respond.html")
    return htmx.show("loop/ask.html", "loop/_respond.html", load, status=form.shown_status)


@bp.route("/loops/<int:thread_id>/date", methods=["GET", "POST"])
def set_date(thread_id: int) -> Response:
    """Another target date, or another day to look at it again: everyone who asked is told."""
    seen = viewer()
    decided = standing_decision(seen, thread_id)
    form = DateForm(data={"back": came_from(), "reason": decided.reason, "day": decided.day})
    if request.method == "POST" and form.done(lambda: write(amend, seen, thread_id, **form.words(decided))):
        flash(_("The date is changed."), "good")
        return htmx.go(form.place())
    load = partial(_asked, seen, thread_id, form, "loop/_date.html", decided=decided)
    return htmx.show("loop/ask.html", "loop/_date.html", load, status=form.shown_status)


def _asked(seen: Viewer, thread_id: int, form: Form, fragment: str, **more: Any) -> dict[str, Any]:
    return {"thread": get_visible(seen, thread_id), "form": form, "fragment": fragment} | more


@bp.get("/ideas/<int:thread_id>/answers")
def show_answers(thread_id: int) -> Response:
    """Those for whom this idea did not solve their need, and who wait for an answer."""
    return _answers(viewer(), thread_id, ReplyForm(None))


@bp.post("/ideas/<int:thread_id>/answers")
def answer_all(thread_id: int) -> Response:
    """Say one thing to all of them."""
    seen, form = viewer(), ReplyForm()
    told = form.take(lambda: write(reply_to_all, seen, thread_id, body=form.body.data or ""))
    if told is None:
        return _answers(seen, thread_id, form)
    said = ngettext("%(num)s person will read your answer.", "%(num)s people will read your answer.", told)
    flash(said, "good")
    return htmx.go(f"/staff/ideas/{thread_id}/answers")


def _answers(seen: Viewer, thread_id: int, form: ReplyForm) -> Response:
    path = f"/staff/ideas/{thread_id}/answers"

    def load() -> dict[str, Any]:
        thread = get_visible(seen, thread_id)
        work = work_list(seen, thread_id, cursor=asked("at"))
        pages = {"older": work.page.older, "newer": work.page.newer}
        at = {name: f"{path}?at={cursor}" if cursor else None for name, cursor in pages.items()}
        return {"thread": thread, "work": work, "form": form, "can_answer": can_answer(seen)} | at

    return htmx.show("loop/answers.html", "loop/answers.html", load, status=form.shown_status)


@bp.post("/answers/<int:debt_id>/settle")
def settle_answer(debt_id: int) -> Response:
    """It was dealt with elsewhere."""
    write(settle, viewer(), debt_id)
    return gone_to(came_from() or PATH, _("Off the list."))


@bp.route("/people/<int:person_id>/address", methods=["GET", "POST"])
def mend_address(person_id: int) -> Response:
    """Another address for a contact: what they could not be told goes there."""
    seen = viewer()
    contact = get_contact(seen, person_id)
    form = AddressForm(data={"back": came_from(), "email": contact.email})
    if request.method == "POST" and form.done(
        lambda: write(correct_address, seen, person_id, email=form.email.data or "")
    ):
        flash(_("The address is changed. They are told there."), "good")
        return htmx.go(form.place())
    return shown("loop/address.html", form, contact=contact)


@bp.post("/people/<int:person_id>/handled")
def handle(person_id: int) -> Response:
    """A human writes to this person from now on (`on` = 1), or not any more."""
    on = request.form.get("on") == "1"
    write(set_handled, viewer(), person_id, on=on)
    said = _("Nothing is asked of them by itself any more.") if on else _("They are asked again, as everyone is.")
    return gone_to(came_from() or PATH, said)
