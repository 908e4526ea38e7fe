"""How good a hit is: BM25 of our own, the same on both databases, from what is public alone.

A database's own ranking counts private posts too, and would show by the order of hits that there are some."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from portal.ideas.models import DELIVERED
from portal.search.models.index import IN_TITLE
from portal.search.stems import base
from portal.search.terms import Term, Weighed
from portal.search.words import words_of

K1, B, TYPICAL = 1.2, 0.6, 600
"""BM25's: how soon more of the same says nothing new, how much length counts, letters of a typical post."""
OWN_TITLE, THREAD_TITLE, IN_THREAD = 3.0, 0.7, 0.35
"""What a word is worth in the title of an opening post, in that of a reply's thread, in another post of the thread."""
NEXT_TO_IT = 0.7
SOLVED = 1.05
COMMENT = 0.8
"""A remark is short, which BM25 takes for being to the point."""
OTHER_POSTS = 0.1


@dataclass(slots=True)
class Scored:
    """A post, how good it is, and what of the terms it and its thread have."""

    row: Any
    score: float
    had: int
    """How many of the terms."""
    covered: float
    """Their share of all weight."""
    of_found: float
    """Their share of the weight of those terms that any of the posts has."""


def score(
    rows: Sequence[Any],
    terms: Sequence[Weighed],
    typed: Sequence[Term],
    without: Sequence[Term] = (),
    by_thread: Mapping[int, Mapping[int, float]] | None = None,
) -> list[Scored]:
    """The posts that have none of `without`, each with its score. `typed`: the terms in the order they came in."""
    scorer = _Scorer(terms, typed, by_thread or {})
    kept = [row for row in rows if not any(has(row, term) for term in without)] if without else rows
    return scorer.compared([scorer.score(row) for row in kept])


def is_settled(row: Any) -> bool:
    """Whether it tells what helps: a question that is solved, an idea that is there to be used."""
    return row.accepted_post_id is not None or row.status in DELIVERED


def has(row: Any, term: Term) -> bool:
    """Whether a post has a term in its text, or in the title that it opens."""
    body, title = f" {row.body} ", f" {row.title} "
    in_body, in_title = term.needles(base(row.language))
    return any(each in body for each in in_body) or any(each in title for each in in_title)


@dataclass(frozen=True, slots=True)
class _Needles:
    """What is looked for in texts of one language."""

    terms: list[tuple[int, float, tuple[str, ...], tuple[str, ...]]]
    pairs: list[tuple[float, str, str]]


class _Scorer:
    def __init__(
        self, terms: Sequence[Weighed], typed: Sequence[Term], by_thread: Mapping[int, Mapping[int, float]]
    ) -> None:
        self._weighed, self._typed = terms, typed
        self._of: dict[str, _Needles] = {}
        self._total = sum(each.weight for each in terms) or 1.0
        self._by_thread = by_thread
        self._titles: dict[int, str] = {}
        self._found: dict[int, float] = {}

    def score(self, row: Any) -> Scored:
        """What it has; how that compares is known once all were looked at."""
        needles = self._of.get(row.language) or self._needles(row.language)
        body = f" {row.body} "
        length = K1 * (1 - B + B * min(len(body), 6_000) / TYPICAL)
        elsewhere = self._by_thread.get(row.thread_id, _NOWHERE)
        opens = row.number == 1
        title = f" {row.title} " if opens else self._title_of(row)
        in_title = OWN_TITLE if opens else THREAD_TITLE
        value = weight = 0.0
        had = 0
        for place, its_weight, in_body, as_title in needles.terms:
            often = body.count(in_body[0])
            for other in in_body[1:]:
                often += body.count(other)
            worth = often * (K1 + 1) / (often + length) if often else 0.0
            if as_title[0] in title or (len(as_title) > 1 and any(each in title for each in as_title)):
                worth += in_title
            elif not often and place in elsewhere:
                worth = IN_THREAD
            if worth:
                had += 1
                weight += its_weight
                value += its_weight * worth
                self._found[place] = its_weight
        for worth, in_body, as_title in needles.pairs:
            value += worth * ((in_body in body) + 2 * (opens and as_title in title))
        if row.number is None:
            value *= COMMENT
        return Scored(row, value, had, weight, 0.0)

    def compared(self, found: list[Scored]) -> list[Scored]:
        """The scores, now that it is known which of the terms are anywhere."""
        there = sum(self._found.values()) or 1.0
        for each in found:
            weight = each.covered
            each.covered, each.of_found = weight / self._total, weight / there
            each.score = round(
                each.score * (0.3 + 0.7 * each.of_found) * (SOLVED if is_settled(each.row) else 1.0),
                4,
            )
        return found

    def _needles(self, language: str) -> "_Needles":
        of = base(language)
        terms = [(place, each.weight, *each.term.needles(of)) for place, each in enumerate(self._weighed)]
        weights = {each.term: each.weight for each in self._weighed}
        self._of[language] = _Needles(terms, list(_pairs(weights, self._typed, of)))
        return self._of[language]

    def _title_of(self, row: Any) -> str:
        found = self._titles.get(row.thread_id)
        if found is None:
            stems = words_of(row.thread_title, row.language).stems
            found = f" {' '.join(IN_TITLE + stem for stem in stems)} "
            self._titles[row.thread_id] = found
        return found


_NOWHERE: Mapping[int, float] = {}


def _pairs(weights: Mapping[Term, float], typed: Sequence[Term], language: str) -> Iterator[tuple[float, str, str]]:
    """Words that were typed beside each other: what it is worth where they stand so, and how that looks."""
    for one, other in pairwise(each for each in typed if each in weights):
        worth = NEXT_TO_IT * min(weights[one], weights[other])
        (first, first_title), (second, second_title) = one.needles(language), other.needles(language)
        yield worth, first[0] + second[0].lstrip(), first_title[0] + second_title[0].lstrip()


def by_threads(found: Sequence[Scored]) -> list[list[Scored]]:
    """The hits of each thread, best first; the best thread first, and the newest of equals."""
    threads: dict[int, list[Scored]] = {}
    for each in sorted(found, key=_best):
        threads.setdefault(each.row.thread_id, []).append(each)
    return sorted(threads.values(), key=_worth)


def _best(each: Scored) -> tuple[float, int]:
    return (-each.score, each.row.id)


def _worth(group: Sequence[Scored]) -> tuple[float, int]:
    value = group[0].score
    for other in group[1:3]:
        value += OTHER_POSTS * other.score
    return (-round(value, 4), -group[0].row.id)


def newest_first(groups: list[list[Scored]]) -> list[list[Scored]]:
    """By date: the newest post of each thread, and the threads by it."""
    ordered = [sorted(group, key=_when, reverse=True) for group in groups]
    return sorted(ordered, key=lambda group: _when(group[0]), reverse=True)


def _when(each: Scored) -> tuple[Any, int]:
    return (each.row.created_at, each.row.post_id)
