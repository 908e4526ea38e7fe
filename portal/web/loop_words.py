"""How long something took or takes, in words, for the pages about loops."""

from datetime import timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import format_timedelta
from flask import Flask
from flask_babel import gettext as _

from portal.web.texts import spoken


def mount(app: Flask) -> None:
    """Give templates the filters `after_words` and `how_long`."""
    app.add_template_filter(after_words)
    app.add_template_filter(how_long)


def after_words(waited: timedelta) -> str:
    """How long it took: "after 2 days"."""
    return _("after %(time)s", time=how_long(waited))


def how_long(time: timedelta | int | None) -> str:
    """A length of time, given or in seconds, in its largest unit: "2 days"; a dash for none."""
    if time is None:
        return "–"
    seconds = int(time.total_seconds()) if isinstance(time, timedelta) else time
    return _length(spoken()[0], max(seconds, 0))


@lru_cache(maxsize=2048)
def _length(locale: Locale, seconds: int) -> str:
    return format_timedelta(timedelta(seconds=seconds), granularity="second", threshold=1.5, locale=locale)
