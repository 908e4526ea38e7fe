"""How the clocks of questions are put into words. A list has two in each row, so what was said is kept."""

from datetime import datetime, timedelta
from functools import lru_cache

from babel import Locale
from flask import Flask
from flask_babel import format_timedelta
from flask_babel import gettext as _

from portal.core.clock import now
from portal.questions.queries.clocks import Clock
from portal.web.formats import day
from portal.web.texts import ngettext, spoken

_MINUTE, _EXACT = timedelta(minutes=1), 180


def mount(app: Flask) -> None:
    """Give templates the filters `due_words` and `age_words`."""
    app.add_template_filter(due_words)
    app.add_template_filter(age_words)


def age_words(since: datetime) -> str:
    """How long it has waited: "waiting for 3 days"."""
    return _("waiting for %(time)s", time=format_timedelta(now() - since, granularity="minute", threshold=1.2))


def due_words(clock: Clock) -> str:
    """How it stands with its target: "due in 40 min", "2 h past its target", in business time; the day, if far."""
    if clock.due_at is None:
        return _said(spoken()[0], late=False, minutes=-1)
    if clock.left is None:
        when = day(clock.due_at)
        return _("was due on %(day)s", day=when) if clock.is_late else _("due on %(day)s", day=when)
    return _said(spoken()[0], late=clock.is_late, minutes=abs(clock.left) // _MINUTE)


@lru_cache(maxsize=2048)
def _said(_locale: Locale, *, late: bool, minutes: int) -> str:
    if minutes < 0:
        return _("no target")
    if minutes == 0:
        return _("past its target") if late else _("due now")
    if late:
        return _("%(time)s past its target", time=_length(minutes))
    return _("due in %(time)s", time=_length(minutes))


def _length(minutes: int) -> str:
    """Minutes up to an hour, hours and minutes up to three, then hours."""
    hours, rest = divmod(minutes, 60)
    said = [ngettext("%(num)s h", "%(num)s h", hours)] if hours else []
    if rest and minutes < _EXACT:
        said.append(ngettext("%(num)s min", "%(num)s min", rest))
    return " ".join(said)
