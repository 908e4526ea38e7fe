"""The forms of the staff inbox."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Optional

from portal.core import clock
from portal.core.hours import Hours
from portal.questions.queries.clocks import Care
from portal.web.forms import Form, choices

HOUR, TOMORROW, WEEK, DAY = "hour", "tomorrow", "week", "day"


class ViewForm(Form):
    name = StringField(lazy_gettext("Name of the view"))
    shared = BooleanField(lazy_gettext("Show it to everyone on the team"))


class AssignForm(Form):
    to = SelectField(lazy_gettext("Who sees to it"), validate_choice=False)
    note = StringField(lazy_gettext("Note"))
    back = HiddenField()

    def offer(self, colleagues: Mapping[int, str], mine: int | None) -> None:
        """Oneself first, nobody last."""
        others = {id_: name for id_, name in colleagues.items() if id_ != mine}
        me = {id_: _("%(name)s (you)", name=name) for id_, name in colleagues.items() if id_ == mine}
        self.to.choices = choices([*((str(id_), name) for id_, name in (me | others).items()), ("", _("Nobody"))])

    @property
    def chosen(self) -> int | None:
        """Whom it is given to. Nonsense is a person that there is not."""
        to = self.to.data or ""
        return (int(to) if to.isdecimal() and to.isascii() and len(to) < 19 else 0) if to else None


class SnoozeForm(Form):
    until = RadioField(
        lazy_gettext("Until"),
        choices=choices(
            (
                (HOUR, lazy_gettext("In an hour")),
                (TOMORROW, lazy_gettext("Tomorrow morning")),
                (WEEK, lazy_gettext("Monday morning")),
                (DAY, lazy_gettext("The morning of the day below")),
            )
        ),
        default=TOMORROW,
        validate_choice=False,
    )
    day = DateField(lazy_gettext("Day"), [Optional()])
    note = StringField(lazy_gettext("Note"))
    back = HiddenField()

    def moment(self, hours: Hours) -> datetime | None:
        """When it comes back: in business hours, but for the hour. Something past where it makes no sense."""
        now = clock.now()
        today = hours.today(now)
        if self.until.data == HOUR:
            return now + timedelta(hours=1)
        days: dict[str | None, date | None] = {
            TOMORROW: today + timedelta(days=1),
            WEEK: today + timedelta(days=7 - today.weekday()),
            DAY: self.day.data,
        }
        day = days.get(self.until.data)
        return hours.morning(day) if day is not None and today < day < today + timedelta(days=400) else now


def assigned(care: Care) -> dict[str, str]:
    """What the form to assign begins with."""
    return {"to": str(care.assignee_id or "")}
