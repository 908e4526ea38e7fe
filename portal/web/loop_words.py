"""How long something took or takes, in words, for the pages about loops."""

from datetime import datetime, timedelta
from functools import lru_cache

from babel import Locale
from babel.units import format_unit
from flask import Flask
from flask_babel import gettext as _

from portal.core import clock
from portal.web.texts import spoken

UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def mount(app: Flask) -> None:
    """Give templates the filters `after_words`, `how_long` and `waited`."""
    app.add_template_filter(after_words)
    app.add_template_filter(how_long)
    app.add_template_filter(waited)


def after_words(waited: timedelta) -> str:
    """How long it took: "after 2 days"."""
    return _("after %(time)s", time=how_long(waited))


def how_long(time: timedelta | int | None) -> str:
    """A length of time, given or in seconds: "2 days", "5 hours"; a dash for none."""
    if time is None:
        return "–"
    seconds = int(time.total_seconds()) if isinstance(time, timedelta) else time
    return _length(spoken()[0], max(seconds, 0))


@lru_cache(maxsize=2048)
def _length(locale: Locale, seconds: int) -> str:
    """Whole days from a day and a half on: lengths in one column are compared, and weeks or months say too little."""
    unit, size = next((each for each in UNITS if seconds >= 1.5 * each[1]), UNITS[-1])
    return format_unit(round(seconds / size), f"duration-{unit}", locale=locale)


def waited(since: datetime) -> str:
    """How long someone has waited since then: "20 days"."""
    return how_long(clock.now() - since)
