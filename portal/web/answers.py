"""Does it solve your need? Answered by a link, without signing in. A GET only chooses: mail scanners follow links."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField

from portal.core.db import write
from portal.core.errors import NotFound
from portal.loop import links
from portal.loop.actions import answer
from portal.loop.models import ANSWERS, WANTS
from portal.loop.queries.asked import Asked, asked_of, who_answers
from portal.people.actions.attempts import count_answer
from portal.people.queries import claimed_by
from portal.people.viewer import Viewer
from portal.web import htmx
from portal.web.forms import Form, choices
from portal.web.viewing import visitor_address
from portal.web.written_forms import number

bp = Blueprint("answers", __name__)


class AnswerForm(Form):
    """What someone says to one of the ideas that they are asked about."""

    debt = HiddenField()
    answer = RadioField(lazy_gettext("Does this solve your need?"), choices=[], validate_choice=False)
    cause = SelectField(lazy_gettext("What is wrong?"), choices=[], validate_choice=False)
    comment = TextAreaField(lazy_gettext("In your words"))
    contact = BooleanField(lazy_gettext("Please contact me about it"))

    def offer(self) -> None:
        """The choices, in the reader's language."""
        yes = {"solved": _("Yes, it does"), "partly": _("Partly"), "no": _("No")}
        self.answer.choices = choices((value, yes[value]) for value in ANSWERS)
        words = {
            "defect": _("It does not work properly"),
            "part-missing": _("A part is missing"),
            "cannot-find": _("I cannot find it"),
            "documentation": _("It is not explained well"),
            "too-slow": _("It is too slow"),
            "price": _("The price"),
            "other": _("Something else"),
        }
        self.cause.choices = choices([("", _("Choose, if you like")), *((value, words[value]) for value in WANTS)])

    def record(self, person: Viewer) -> Asked:
        """Keep it. Raises NotFound, Invalid, Forbidden."""
        return answer(
            person,
            debt_id=number(self.debt.data) or None,
            answer=self.answer.data or "",
            cause=self.cause.data or "",
            comment=self.comment.data or "",
            contact=bool(self.contact.data),
        )


@bp.get("/answer/<token>")
def show(token: str) -> Response:
    """All that this person is asked about. The address may choose an answer, which records nothing."""
    return _page(token, _person(token))


@bp.post("/answer/<token>")
def record(token: str) -> Response:
    """Keep one answer."""
    person, form = _person(token), AnswerForm()
    form.offer()
    write(count_answer, address=visitor_address())
    done = form.take(lambda: write(form.record, person))
    if done is None:
        return _page(token, person, form)
    if htmx.is_htmx():
        return _page(token, person, only=done.debt_id)
    return htmx.go(f"/answer/{token}?thanks={done.debt_id}#need-{done.debt_id}")


def _person(token: str) -> Viewer:
    id_ = links.person_of(token)
    person = (who_answers(id_) or who_answers(claimed_by(id_) or 0)) if id_ is not None else None
    if person is None:
        raise NotFound
    return person


def _page(token: str, person: Viewer, form: AnswerForm | None = None, *, only: int | None = None) -> Response:
    asked = asked_of(person)
    thanks = only or number(request.args.get("thanks"))
    refused = number(form.debt.data) or (asked[0].debt_id if asked else 0) if form else 0
    shown = [(each, form if form and each.debt_id == refused else _form(each, asked)) for each in asked]
    context: dict[str, Any] = {"path": f"/answer/{token}", "shown": shown, "thanks": thanks, "person": person}
    status = form.shown_status if form else 200
    if htmx.is_htmx() and (only or refused):
        row = next(((each, its) for each, its in shown if each.debt_id == (only or refused)), None)
        if row is None:
            raise NotFound
        text = render_template("loop/_need.html", each=row[0], form=row[1], **context)
    else:
        text = render_template("loop/answer.html", **context)
    answer = make_response(text, status)
    # Nobody keeps a page whose address is a secret.
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _form(each: Asked, asked: list[Asked]) -> AnswerForm:
    """What they said; else what the address chooses, of the idea that it names or the first."""
    chosen = request.args.get("answer", "")
    about = number(request.args.get("idea")) or (asked[0].idea_id if asked else 0)
    pressed = chosen if chosen in ANSWERS and each.idea_id == about else ""
    said = {"answer": pressed or each.answer, "cause": each.cause, "comment": each.comment, "contact": each.contact}
    form = AnswerForm(None, data={"debt": str(each.debt_id)} | said)
    form.offer()
    return form
