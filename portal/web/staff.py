"""The pages of staff: what we did and why, and keeping someone out. The inbox is in web/inbox.py."""

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, Response
from flask_babel import get_timezone, lazy_gettext
from flask_babel import gettext as _
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import Optional

from portal.core.db import write
from portal.moderation.queries.log import ABOUT, log
from portal.moderation.queries.people import tended
from portal.people.actions.suspending import lift_suspension, suspend
from portal.web.admin.frame import asked, asked_id, gone_to, listed, shown
from portal.web.forms import Form
from portal.web.viewing import viewer

bp = Blueprint("staff", __name__, url_prefix="/staff")


class SuspendForm(Form):
    reason = TextAreaField(lazy_gettext("Reason"))
    until = DateField(lazy_gettext("Last day"), [Optional()])

    def suspend(self, person_id: int) -> None:
        """Keep them out until the end of that day, where they who suspend are; or until it is lifted."""
        write(suspend, viewer(), person_id, reason=self.reason.data or "", until=_end_of(self.until.data))


class LiftForm(Form):
    reason = StringField(lazy_gettext("Reason"))


@bp.get("/log")
def show_log() -> Response:
    """What staff did, and why."""
    about, person_id, thread_id = asked("about"), asked_id("person"), asked_id("thread")
    about = about if about in ABOUT else ""
    found = log(viewer(), about=about, person_id=person_id, thread_id=thread_id, cursor=asked("at"))
    only = {"about": about, "person": str(person_id or ""), "thread": str(thread_id or "")}
    context = listed(found, "/staff/log", **only)
    return shown("staff/log.html", about=about, narrowed=bool(person_id or thread_id), **context)


@bp.get("/people/<int:person_id>")
def show_person(person_id: int) -> Response:
    """Someone whom one may suspend, or let in again."""
    return _person(person_id)


@bp.post("/people/<int:person_id>/suspend")
def suspend_person(person_id: int) -> Response:
    """Keep someone out."""
    form = SuspendForm()
    if form.done(lambda: form.suspend(person_id)):
        return gone_to(f"/staff/people/{person_id}", _("Suspended, and signed out everywhere."))
    return _person(person_id, form)


@bp.post("/people/<int:person_id>/lift")
def lift(person_id: int) -> Response:
    """Let someone in again."""
    form = LiftForm()
    if form.done(lambda: write(lift_suspension, viewer(), person_id, reason=form.reason.data or "")):
        return gone_to(f"/staff/people/{person_id}", _("They can sign in again."))
    return _person(person_id, lifting=form)


def _person(person_id: int, form: SuspendForm | None = None, lifting: LiftForm | None = None) -> Response:
    someone = tended(viewer(), person_id)
    refused = form or lifting
    lines = log(viewer(), about="people", person_id=person_id).rows[:10]
    forms = {"suspending": form or SuspendForm(None), "lifting": lifting or LiftForm(None)}
    return shown("staff/person.html", refused, someone=someone, log=lines, **forms)


def _end_of(day: date | None) -> datetime | None:
    """The last moment of a day where the reader is."""
    if day is None:
        return None
    try:
        return datetime.combine(day + timedelta(days=1), time.min, get_timezone() or UTC).astimezone(UTC)
    except OverflowError:  # the last day that there is
        return None
