"""Business hours, in which targets count, and what each category promises."""

from collections.abc import Mapping
from datetime import time

from babel.dates import get_day_names
from flask import Response, request
from flask_babel import LazyString, get_locale, lazy_gettext
from flask_babel import gettext as _
from wtforms import TextAreaField, TimeField
from wtforms.validators import Optional

from portal.core.db import write
from portal.core.hours import DAY, Opening, Week
from portal.questions.queries.promises import promised
from portal.site.actions import change_site
from portal.site.queries import Site
from portal.web.admin.frame import bp, gone_to, shown
from portal.web.admin.targets import hours_of
from portal.web.forms import Form
from portal.web.viewing import this_site, viewer

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SENDS_NOTHING = -1
"""For a day that ends and never begins, or the other way round: the room refuses it."""


class HoursForm(Form):
    """Two times for each day, and the closed days."""

    closed_days = TextAreaField(lazy_gettext("Closed days"))

    @property
    def days(self) -> Week:
        """Monday to Sunday as they were filled in."""
        return tuple(_opening(self[f"{day}_begins"].data, self[f"{day}_ends"].data) for day in DAYS)

    def change(self) -> Site:
        """Put it into force."""
        closed = (self.closed_days.data or "").replace(",", " ").split()
        return write(change_site, viewer(), week=self.days, closed_days=closed)


def _add(day: str, name: str, words: LazyString) -> None:
    setattr(HoursForm, f"{day}_{name}", TimeField(words, [Optional()]))


for _day in DAYS:
    _add(_day, "begins", lazy_gettext("From"))
    _add(_day, "ends", lazy_gettext("Until"))


@bp.route("/hours", methods=["GET", "POST"])
def hours() -> Response:
    """When someone on the team is there."""
    now = this_site()
    form = HoursForm(data=_fields(now.week) | {"closed_days": "\n".join(now.closed_days)})
    if request.method == "POST" and form.take(form.change):
        return gone_to("/admin/hours", _("Saved. It holds from now on."))
    names: Mapping[int, str] = get_day_names("wide", "stand-alone", locale=get_locale())
    days = [(day, names[number]) for number, day in enumerate(DAYS)]
    return shown("admin/hours.html", form, here="hours", days=days, promised=promised(viewer()), in_hours=hours_of)


def _opening(begins: time | None, ends: time | None) -> Opening | None:
    """None where both are empty. Midnight as the end is the end of the day."""
    if begins is None and ends is None:
        return None
    until = _SENDS_NOTHING if ends is None else _minute(ends) or DAY
    return (_SENDS_NOTHING if begins is None else _minute(begins)), until


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _fields(week: Week) -> dict[str, time | str]:
    fields: dict[str, time | str] = {}
    for day, opening in zip(DAYS, week, strict=True):
        if opening is not None:
            fields[f"{day}_begins"] = time(*divmod(opening[0], 60))
            fields[f"{day}_ends"] = time(*divmod(opening[1] % DAY, 60))
    return fields
