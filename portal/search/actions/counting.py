"""Count what people look for, and what becomes of what is suggested to them. Nobody's name is in it, and no address.

Counting is worth nobody's time: `web` does it by `write_if_free` once the page is made, and a count may be left out.
"""

import re
import unicodedata
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.core import clock
from portal.core.db import ask, db, param
from portal.core.errors import Forbidden
from portal.people.viewer import Viewer
from portal.search.models.asked import WORDS, SearchAsked, SuggestionCount
from portal.search.policy import can_read_searches

KEPT = timedelta(days=400)
MOST_A_DAY = 5_000
"""Different words of one day; what is searched for beyond them is counted only where it is known already."""
LONGEST_WORD = 40
PLACES = ("question", "discussion", "idea", "search")
WHAT = ("shown", "opened", "deflected", "posted", "voted")

_NUMBER = re.compile(r"\+?\d[\d\s().\-/+]{3,}\d")
"""Digits with what stands between those of a telephone number."""
_DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}


def words_to_count(text: str) -> str:
    """What may be kept of what someone searched for: small letters, without addresses and long numbers."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = _NUMBER.sub(lambda found: " " if _digits(found[0]) >= 5 else found[0], text)
    kept = (word for word in text.split() if "@" not in word and "://" not in word and _digits(word) < 5)
    shown = "".join(char if char.isprintable() else " " for char in " ".join(word[:LONGEST_WORD] for word in kept))
    return " ".join(shown.split())[:WORDS].strip()


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)


def count_search(words: str, language: str, *, found_nothing: bool) -> None:
    """Someone searched for these words on a page in this language."""
    table, nothing = SearchAsked, int(found_nothing)
    given = {"on_day": _today(), "of_words": words, "in_language": language, "nothing": nothing}
    if not words or ask(_ONE_MORE, given).first() is not None:
        return
    known = db.session.scalar(select(func.count()).select_from(table).where(table.day == _today())) or 0
    if known < MOST_A_DAY:
        key = {"day": _today(), "words": words, "language": language}
        row = {"found_nothing": nothing, "opened": 0, "asked_anyway": 0, **key, "asked": 1}
        more: dict[str, Any] = {"asked": table.asked + 1, "found_nothing": table.found_nothing + nothing}
        db.session.execute(_insert(table).values(row).on_conflict_do_update(index_elements=[*key], set_=more))


def count_after_search(words: str, language: str, *, what: str) -> None:
    """What someone did after they searched: `opened` something that was found, or `asked_anyway`. Words that nobody
    searched for lately are not counted, so that an address that someone made up counts for nothing."""
    table = SearchAsked
    lately = select(func.max(table.day)).where(
        table.words == words, table.language == language, table.day >= _today() - timedelta(days=1)
    )
    of_these = (table.words == words, table.language == language, table.day == lately.scalar_subquery())
    db.session.execute(
        update(table)
        .where(*of_these)
        .values({what: getattr(table, what) + 1})
        .execution_options(synchronize_session=False)
    )


def count_suggestion(place: str, what: str) -> None:
    """One of WHAT: they were shown, or opened, or whoever saw them did not post, posted all the same, or voted."""
    if place not in PLACES or what not in WHAT:
        return
    table = SuggestionCount
    today: dict[str, Any] = {"day": _today(), "place": place}
    row = today | {name: int(name == what) for name in WHAT}
    more = {what: getattr(table, what) + 1}
    db.session.execute(_insert(table).values(row).on_conflict_do_update(index_elements=[*today], set_=more))


def deal_with(viewer: Viewer, words: str, language: str, *, on: bool) -> None:
    """Staff have answered what was looked for in these words, or not after all. What comes in from tomorrow on is
    new again. Raises Forbidden."""
    if not can_read_searches(viewer):
        raise Forbidden
    done = {"dealt_with_at": clock.now() if on else None, "dealt_with_by_id": viewer.id if on else None}
    days = [_today() - timedelta(days=ago) for ago in range(KEPT.days + 2)]
    query = update(SearchAsked).where(SearchAsked.day.in_(days)).filter_by(words=words, language=language).values(done)
    db.session.execute(query.execution_options(synchronize_session=False))


def sweep() -> None:
    """Throw away what was counted long ago."""
    for table in (SearchAsked, SuggestionCount):
        db.session.execute(delete(table).where(table.day < _today() - KEPT))


_asked: Any = SearchAsked.__table__
_ONE_MORE = (
    update(_asked)
    .where(
        _asked.c.day == param("on_day"),
        _asked.c.words == param("of_words"),
        _asked.c.language == param("in_language"),
    )
    .values(asked=_asked.c.asked + 1, found_nothing=_asked.c.found_nothing + param("nothing"))
    .returning(_asked.c.day)
)
"""Built once, as every search asks it."""


def _insert(table: Any) -> Any:
    return _DIALECTS[db.session.get_bind().dialect.name].insert(table)


def _today() -> date:
    return clock.now().date()
