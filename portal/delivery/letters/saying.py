"""How dates are written in letters, and what is quoted from posts: in the reader's language, by the reader's clock."""

import html
import re
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_time

from portal.core.places import LANGUAGES
from portal.notices.queries.inbox import QUOTED
from portal.people.models import Person
from portal.site.queries import site

LONGEST = 600
"""Characters of a post that a letter quotes."""
_BLOCKS = re.compile(r"(?:</(?:p|h[1-6]|pre|blockquote|table|ul|ol|div|details)>|<hr ?/?>)\n?")
_LINES = re.compile(r"(?:<br ?/?>|</(?:li|tr|dt|dd|summary)>)\n?")
_ITEM = re.compile(r"<li\b[^>]*>")
_CELL = re.compile(r"</t[dh]>")
_TAG = re.compile(r"<[^>]*(?:>|$)")
_SPACES, _EMPTY = re.compile(r"[^\S\n]+"), re.compile(r"\n(?: ?\n)+")


def language_of(person: Person) -> str:
    """In which language someone is written to."""
    return person.language if person.language in LANGUAGES else site().language


def moment(at: datetime, person: Person) -> str:
    """A moment, where the reader is, with the zone named."""
    return _moment(at, person.time_zone, language_of(person))


def day(on: date, person: Person) -> str:
    """A date in full."""
    return _day(on, language_of(person))


def quoted(safe: str, length: int = LONGEST) -> str:
    """The beginning of a safe HTML as text: its paragraphs and lines stay, its marks go."""
    text = _LINES.sub("\n", _BLOCKS.sub("\n\n", safe[:QUOTED]))
    text = html.unescape(_TAG.sub("", _CELL.sub(" ", _ITEM.sub("• ", text))))
    text = _EMPTY.sub("\n\n", "\n".join(line.strip() for line in _SPACES.sub(" ", text).split("\n"))).strip()
    if len(text) <= length:
        return text
    cut = max(text.rfind(" ", 0, length), text.rfind("\n", 0, length))
    return text[: cut if cut > length // 2 else length - 1].rstrip(" \n,;:.-") + "…"


@lru_cache(maxsize=1024)
def _moment(at: datetime, zone: str, language: str) -> str:
    there = at.astimezone(_zone(zone))
    when = format_date(there, "medium", locale=language), format_time(there, "short", locale=language)
    return f"{', '.join(when)} {there.tzname()}"


@lru_cache(maxsize=1024)
def _day(on: date, language: str) -> str:
    return format_date(on, "long", locale=language)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
