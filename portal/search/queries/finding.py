"""Find posts by their words: the best of each thread, best threads first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.people.viewer import Viewer
from portal.search import ranking
from portal.search.marking import marker
from portal.search.parsing import Query
from portal.search.queries.candidates import Narrowing, gather, narrowing
from portal.search.queries.hits import Hit, hits_of
from portal.search.queries.vocabulary import counts, languages
from portal.search.ranking import Scored
from portal.search.terms import Term, Weighed, term_of, terms_of, weigh

MOST = 100
"""Threads that a search counts and pages through."""
FEW = 3
ENOUGH = 0.4
"""What share of the words' weight a thread must have, where few have all of them."""
COMMON = 0.25
"""A word in more of the posts than this may be missing, where there are others."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits. `corrected`: the words that were searched instead of those typed, or nothing."""

    hits: tuple[Hit, ...] = ()
    count: int = 0
    """Threads, at most 100."""
    capped: bool = False
    """Whether there are more than `count`."""
    has_more: bool = False
    corrected: str = ""
    by: str = "words"


@dataclass(frozen=True, slots=True)
class Looked:
    """The threads that were found, each as its posts, best first."""

    groups: list[list[Scored]]
    terms: Sequence[Term]
    is_all: bool


def find(viewer: Viewer, query: Query, *, page: int = 1, limit: int = 20) -> Found:
    """The hits of a query that this viewer may see. What is hidden or deleted is not found by anyone."""
    looked = look(viewer, query, narrowing(viewer, query))
    if looked is None:
        return Found()
    return _page(looked, page=max(page, 1), limit=limit)


def _page(looked: Looked, *, page: int, limit: int) -> Found:
    groups = looked.groups
    shown = groups[:MOST][(page - 1) * limit : page * limit]
    stems = {stem for term in looked.terms for stem in term.stems}
    hits = hits_of([(group[0].row.post_id, len(group) - 1) for group in shown], marker(stems))
    count = min(len(groups), MOST)
    return Found(
        hits=hits,
        count=count,
        capped=len(groups) > MOST or not looked.is_all,
        has_more=count > page * limit,
    )


def look(viewer: Viewer, query: Query, where: Narrowing) -> Looked | None:
    """The threads that have what is looked for; None where nothing is."""
    spoken, total = languages(viewer)
    typed = terms_of(query, spoken)
    if not typed and not query.is_narrowed:
        return None
    return _look(query, where, spoken, typed, total)


def _look(query: Query, where: Narrowing, spoken: Sequence[str], typed: Sequence[Term], total: int) -> Looked:
    terms = weighed(typed, total)
    without = [term for text in query.without if (term := term_of(text, spoken, is_phrase=" " in text))]
    found = gather(terms, where)
    scored = ranking.score(found.rows, terms, typed, without, found.by_thread)
    groups = _fitting(scored, terms)
    if query.order == "new" or not terms:
        groups = ranking.newest_first(groups)
    return Looked(groups, typed, found.is_all)


def weighed(typed: Sequence[Term], total: int) -> list[Weighed]:
    """The terms with their weights. A word that is everywhere is left out, where there are others."""
    known = counts(stem for term in typed for stem in term.stems)
    terms = weigh(typed, known, total)
    said = [each for each in terms if each.term.is_phrase or each.posts <= max(total * COMMON, FEW)]
    return said or terms


def _fitting(scored: Sequence[Scored], terms: Sequence[Weighed]) -> list[list[Scored]]:
    """The threads that have all the words; where they are few, also those that have the more telling ones.

    A phrase must be there."""
    phrases = [each.term for each in terms if each.term.is_phrase]
    if phrases:
        scored = [each for each in scored if all(_has(each.row, term) for term in phrases)]
    full = ranking.by_threads([each for each in scored if each.covered > 0.999]) if terms else []
    if len(full) >= FEW:
        return full
    return ranking.by_threads([each for each in scored if not terms or each.covered >= ENOUGH])


def _has(row: Any, phrase: Term) -> bool:
    return bool(ranking.count(phrase, f" {row.body} ") or ranking.count(phrase, f" {row.title} "))
