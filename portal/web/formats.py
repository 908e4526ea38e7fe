"""How dates, numbers and names are written, for templates: in the reader's language and zone.

Formatting with Babel takes tens of microseconds and a page asks for a hundred of them, so what was formatted is kept:
by language and day, or minute of the day.
"""

import re
import zlib
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from urllib.parse import quote

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_datetime_format
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import gettext
from markupsafe import Markup, escape

from portal.config import in_force
from portal.core import clock
from portal.core.places import LANGUAGES
from portal.web.texts import spoken

AVATAR_COLOURS = 10
LANGUAGE_NAMES = {code: str(Locale.parse(code).display_name).capitalize() for code in LANGUAGES}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_LETTERS = re.compile(r"[^\W\d_]|\d", re.UNICODE)


def mount(app: Flask) -> None:
    """Give templates the filters, and the language and direction of the page."""
    for filter_ in (ago, day, exact, iso, number, initials, avatar_colour, written):
        app.add_template_filter(filter_)
    app.add_template_global(lambda: in_force().address, "site_address")
    for word in (page_language, page_direction, interface_languages, tag_path, time_ago, time_ahead, time_on):
        app.add_template_global(word)


def page_language() -> str:
    """The language of the page, as `lang` wants it."""
    return str(spoken()[0]).replace("_", "-")


def interface_languages() -> dict[str, str]:
    """The languages that Rondo speaks, each by its own name."""
    return LANGUAGE_NAMES


def page_direction() -> str:
    """`ltr` or `rtl`."""
    return spoken()[0].text_direction


def ago(moment: datetime) -> str:
    """How long ago, in words: "5 minutes ago", "yesterday", "12 Mar", "12 Mar 2023"."""
    moment, now = _aware(moment), clock.now()
    seconds = int((now - moment).total_seconds())
    if seconds < _MINUTE:
        return gettext("just now")
    return _ago(spoken()[0], spoken()[1], moment, now, seconds)


def _ago(locale: Locale, zone: tzinfo, moment: datetime, now: datetime, seconds: int) -> str:
    there, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    days = (today - there).days
    if seconds < _HOUR:
        return _relative(locale, seconds // _MINUTE * _MINUTE)
    if days == 0 or seconds < 12 * _HOUR:
        return _relative(locale, seconds // _HOUR * _HOUR)
    if days == 1:
        return gettext("yesterday")
    if days < 7:
        return _relative(locale, days * _DAY)
    return _short(locale, there, there.year == today.year)


def time_ago(moment: datetime) -> Markup:
    """The element for a time: how long ago, with the exact time in the reader's zone on hover."""
    moment, now = _aware(moment), clock.now()
    locale, zone = spoken()
    seconds = int((now - moment).total_seconds())
    words = gettext("just now") if seconds < _MINUTE else _ago(locale, zone, moment, now, seconds)
    return _time(locale, zone, moment, words)


def time_ahead(moment: datetime) -> Markup:
    """The element for a time to come: "soon" if it is near or past, "in 5 minutes", "in 3 hours", or the day."""
    moment, now = _aware(moment), clock.now()
    locale, zone = spoken()
    seconds = int((moment - now).total_seconds())
    if seconds < _MINUTE:
        words = gettext("soon")
    elif seconds < _DAY:
        unit = _MINUTE if seconds < _HOUR else _HOUR
        words = _relative(locale, -(seconds // unit * unit))
    else:
        there = moment.astimezone(zone).date()
        words = _short(locale, there, there.year == now.astimezone(zone).year)
    return _time(locale, zone, moment, words)


def time_on(moment: datetime) -> Markup:
    """The element for a day, with the exact time on hover."""
    moment, (locale, zone) = _aware(moment), spoken()
    return _time(locale, zone, moment, _day(locale, moment.astimezone(zone).date()))


@lru_cache(maxsize=2048)
def _time(locale: Locale, zone: tzinfo, moment: datetime, words: str) -> Markup:
    on_hover = _exact(locale, moment.astimezone(zone))
    drawn = f'<time datetime="{iso(moment)}" title="{escape(on_hover)}">{escape(words)}</time>'
    return Markup(drawn)  # noqa: S704


def exact(moment: datetime) -> str:
    """The whole date and time in the reader's zone, which it names."""
    return _exact(spoken()[0], _aware(moment).astimezone(spoken()[1]))


def day(moment: datetime | date) -> str:
    """The date, in full: "12 March 2024"."""
    if isinstance(moment, datetime):
        moment = _aware(moment).astimezone(spoken()[1]).date()
    return _day(spoken()[0], moment)


@lru_cache(maxsize=4096)
def tag_path(name: str) -> str:
    """The address of a tag."""
    return f"/tags/{quote(name, safe='')}"


def month_name(moment: datetime) -> str:
    """The month in full, where the reader is: "March 2024"."""
    locale, zone = spoken()
    return _month(locale, _aware(moment).astimezone(zone).date().replace(day=1))


def iso(moment: datetime) -> str:
    """For machines: `2024-03-12T16:40:00Z`."""
    return _aware(moment).astimezone(UTC).isoformat("T", "seconds")[:19] + "Z"


def number(value: float) -> str:
    """With the separators of the reader's language."""
    return str(value) if 0 <= value < 1000 and isinstance(value, int) else format_decimal(value, locale=spoken()[0])


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """Two letters at most: of the first and the last word. A name without a letter gives its first character."""
    letters = [found[0] for word in name.split() if (found := _LETTERS.search(word))]
    if not letters:
        return name[:1]
    return (letters[0] + letters[-1] if len(letters) > 1 else letters[0]).upper()[:2]


@lru_cache(maxsize=4096)
def avatar_colour(name: str) -> int:
    """The same name always has the same colour, 0 to 9."""
    return zlib.crc32(name.casefold().encode()) % AVATAR_COLOURS


def _aware(moment: datetime) -> datetime:
    """Stored times are UTC; SQLite gives them without their zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@lru_cache(maxsize=1024)
def _relative(locale: Locale, seconds: int) -> str:
    return format_timedelta(timedelta(seconds=-seconds), add_direction=True, threshold=1, locale=locale)


@lru_cache(maxsize=4096)
def _short(locale: Locale, there: date, this_year: bool) -> str:
    return format_skeleton("MMMd" if this_year else "yMMMd", there, locale=locale)


@lru_cache(maxsize=4096)
def _day(locale: Locale, there: date) -> str:
    return format_date(there, "long", locale=locale)


@lru_cache(maxsize=512)
def _month(locale: Locale, first: date) -> str:
    return format_skeleton("yMMMM", first, locale=locale)


def _exact(locale: Locale, there: datetime) -> str:
    """From its parts, which are few and so are kept: formatting takes Babel a hundred microseconds."""
    written = _pattern(locale).replace("{1}", _full_day(locale, there.date()))
    return f"{written.replace('{0}', _hour(locale, there.hour, there.minute))} {there.tzname()}"


@lru_cache(maxsize=64)
def _pattern(locale: Locale) -> str:
    return str(get_datetime_format("long", locale=locale)).replace("'", "")


@lru_cache(maxsize=4096)
def _full_day(locale: Locale, there: date) -> str:
    return format_date(there, "full", locale=locale)


@lru_cache(maxsize=4096)
def _hour(locale: Locale, hour: int, minute: int) -> str:
    return format_time(time(hour, minute), "short", locale=locale)


def written(html: str) -> Markup:
    """What core/markup made of what someone wrote: the only HTML that is not escaped, the only such filter."""
    return Markup(html)  # noqa: S704
