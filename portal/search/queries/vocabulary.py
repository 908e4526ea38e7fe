"""How common words are among what every visitor may read."""

from collections.abc import Iterable

from sqlalchemy import func, select

from portal.core.db import ask, param
from portal.people.viewer import Viewer
from portal.search.models import SearchWord
from portal.search.stems import base

MOST_LANGUAGES = 6
FALLBACK = "en"


def languages(viewer: Viewer) -> tuple[tuple[str, ...], int]:
    """The languages of the portal's threads, the commonest first, and how many posts are counted.

    They are counted as the word that is written with no letter; whoever looks reads their own too."""
    rows = ask(_LANGUAGES).all()
    found = dict.fromkeys([*(base(row.stem) for row in rows), base(viewer.language or FALLBACK), FALLBACK])
    return tuple(found)[:MOST_LANGUAGES], sum(row.posts for row in rows)


def counts(stems: Iterable[str]) -> dict[str, int]:
    """How many posts have each of these stems, about."""
    return {row.stem: row.posts for row in ask(_COUNTS, {"stems": sorted(set(stems))})}


_LANGUAGES = (
    select(SearchWord.stem, SearchWord.posts)
    .where(SearchWord.word == "", SearchWord.posts > 0)
    .order_by(SearchWord.posts.desc(), SearchWord.stem)
)
_COUNTS = (
    select(SearchWord.stem, func.sum(SearchWord.posts).label("posts"))
    .where(SearchWord.stem.in_(param("stems", many=True)), SearchWord.word != "")
    .group_by(SearchWord.stem)
)
