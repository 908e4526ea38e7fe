"""Words that were typed wrong, or in part: what the portal's own words make of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select

from portal.core.db import ask, param
from portal.search.grams import distance, grams, inner, swaps, worth_grams
from portal.search.models import SearchGram, SearchWord
from portal.search.terms import Term
from portal.search.words import fold, normal, words_of

LIKELY = 80
"""Words that are compared letter by letter."""
CONTAINING = 8
SHORTEST_PART = 4
MOST_PARTS = 3
"""Who types more words than this tells enough without parts of them."""
SHORT, MOST_OF_SHORT, MOST_OF_LONG = 5, 1, 2
"""Up to so many letters a word is short; how many mistakes may be in a short one, and in a longer one."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The terms with what they may mean besides, and the words that are searched instead of some typed ones."""

    terms: list[Term]
    instead: Mapping[str, str]


def guess(terms: Sequence[Term], posts: Mapping[str, int], spoken: Sequence[str]) -> Guess | None:
    """What may have been meant; None where nothing comes to mind."""
    found: list[Term] = []
    instead: dict[str, str] = {}
    for term in terms:
        typed = fold(normal(term.typed))
        if term.is_phrase or not worth_grams(typed):
            found.append(term)
            continue
        others = containing(typed) if len(typed) >= SHORTEST_PART and len(terms) <= MOST_PARTS else []
        if not any(posts.get(stem) for stem in term.stems) and (near := nearby(typed)):
            instead[term.typed] = near[0]
            others += near
        forms = [(language, words_of(word, language).stems) for word in others for language in spoken]
        found.append(replace(term, forms=tuple(dict.fromkeys([*term.forms, *(form for form in forms if form[1])]))))
    return Guess(found, instead) if found != list(terms) else None


def nearby(typed: str) -> list[str]:
    """The words that differ from this one by a mistake or two: those with the fewest."""
    wanted = grams(typed)
    most = MOST_OF_SHORT if len(typed) <= SHORT else MOST_OF_LONG
    rows: list[Any] = ask(_LIKE, {"grams": sorted(wanted), "least": max(2, len(wanted) // 3)}).all()
    rows += ask(_ARE, {"words": sorted(swaps(typed))}).all()
    near: list[tuple[int, int, str]] = []
    for row in rows:
        far = distance(typed, row.word, most)
        if 0 < far <= most:
            near.append((far, -row.posts, row.word))
    near.sort()
    return list(dict.fromkeys(word for far, _, word in near if far == near[0][0]))[:3]


def containing(part: str) -> list[str]:
    """The commonest words that have this in them."""
    wanted = sorted(inner(part))
    rows = ask(_LIKE, {"grams": wanted, "least": len(wanted)}).all()
    return list(dict.fromkeys(row.word for row in rows if part in row.word and part != row.word))[:CONTAINING]


_alike = (
    select(SearchGram.word_id, func.count().label("alike"))
    .where(SearchGram.gram.in_(param("grams", many=True)))
    .group_by(SearchGram.word_id)
    .having(func.count() >= param("least"))
    .subquery()
)
_ARE = (
    select(SearchWord.word, func.max(SearchWord.posts).label("posts"))
    .where(SearchWord.word.in_(param("words", many=True)), SearchWord.posts > 0)
    .group_by(SearchWord.word)
)
_LIKE = (
    select(SearchWord.word, SearchWord.posts)
    .join(_alike, _alike.c.word_id == SearchWord.id)
    .where(SearchWord.posts > 0)
    # Never by id: words are numbered in an order that what is private takes part in.
    .order_by(_alike.c.alike.desc(), SearchWord.posts.desc(), SearchWord.word)
    .limit(LIKELY)
)
