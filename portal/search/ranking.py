"""How good a hit is: BM25 of our own, the same on both databases, from what is public alone.

A database's own ranking counts private posts too, and would show by the order of hits that there are some."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from portal.search.terms import Term, Weighed
from portal.search.words import words_of

K1, B, TYPICAL = 1.2, 0.6, 600
"""BM25's: how soon more of the same says nothing new, how much length counts, letters of a typical post."""
IN_TITLE, IN_THREAD_TITLE, IN_THREAD = 3.0, 0.7, 0.35
"""What a word is worth in the title of an opening post, in that of a reply's thread, in another post of the thread."""
NEXT_TO_IT = 0.5
SOLVED = 1.05
OTHER_POSTS = 0.1


@dataclass(frozen=True, slots=True)
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
    found: list[_Raw] = []
    for row in rows:
        body, title = f" {row.body} ", f" {row.title} "
        if without and any(count(term, body) or count(term, title) for term in without):
            continue
        found.append(scorer.score(row, body, title))
    return scorer.compared(found)


def count(term: Term, padded: str) -> int:
    """How often a term is in a stream of stems with a space before and after it."""
    return sum(padded.count(f" {' '.join(run)} ") for run in term.runs)


@dataclass(frozen=True, slots=True)
class _Raw:
    row: Any
    value: float
    neighbours: float
    had: int
    weight: float


class _Scorer:
    def __init__(
        self, terms: Sequence[Weighed], typed: Sequence[Term], by_thread: Mapping[int, Mapping[int, float]]
    ) -> None:
        self._terms = list(enumerate(terms))
        self._pairs = list(_pairs({each.term: each.weight for each in terms}, typed))
        self._total = sum(each.weight for each in terms) or 1.0
        self._by_thread = by_thread
        self._titles: dict[int, str] = {}
        self._found: dict[int, float] = {}

    def score(self, row: Any, body: str, title: str) -> _Raw:
        length = K1 * (1 - B + B * min(len(body), 6_000) / TYPICAL)
        elsewhere = self._by_thread.get(row.thread_id, {})
        of_thread = title if len(title) > 2 else self._title_of(row)
        value = weight = 0.0
        had = 0
        for place, each in self._terms:
            often = count(each.term, body)
            worth = often * (K1 + 1) / (often + length) if often else 0.0
            if count(each.term, of_thread):
                worth += IN_TITLE if row.number == 1 else IN_THREAD_TITLE
            elif not often and place in elsewhere:
                worth = IN_THREAD
            if worth:
                had += 1
                weight += each.weight
                value += each.weight * worth
                self._found[place] = each.weight
        return _Raw(row, value, self._neighbours(body, of_thread if row.number == 1 else ""), had, weight)

    def compared(self, found: Sequence[_Raw]) -> list[Scored]:
        """The scores, now that it is known which of the terms are anywhere."""
        there = sum(self._found.values()) or 1.0
        return [
            Scored(
                each.row,
                (each.value * (0.3 + 0.7 * each.weight / there) + each.neighbours)
                * (1.0 if each.row.accepted_post_id is None else SOLVED),
                each.had,
                each.weight / self._total,
                each.weight / there,
            )
            for each in found
        ]

    def _title_of(self, row: Any) -> str:
        if row.thread_id not in self._titles:
            stems = words_of(row.thread_title, row.language).stems
            self._titles[row.thread_id] = f" {' '.join(stems)} "
        return self._titles[row.thread_id]

    def _neighbours(self, body: str, title: str) -> float:
        """Words that stand beside each other as they were typed."""
        return sum(worth * NEXT_TO_IT * ((pair in body) + 2 * (pair in title)) for pair, worth in self._pairs)


def _pairs(weights: Mapping[Term, float], typed: Sequence[Term]) -> Iterator[tuple[str, float]]:
    for one, other in pairwise(each for each in typed if each in weights):
        for first in one.runs:
            for second in other.runs:
                yield f" {first[-1]} {second[0]} ", min(weights[one], weights[other])


def by_threads(found: Sequence[Scored]) -> list[list[Scored]]:
    """The hits of each thread, best first; the best thread first, and the newest of equals."""
    threads: dict[int, list[Scored]] = {}
    for each in found:
        threads.setdefault(each.row.thread_id, []).append(each)
    groups = [sorted(group, key=_best) for group in threads.values()]
    return sorted(groups, key=lambda group: (-round(_worth(group), 4), -group[0].row.id))


def _best(each: Scored) -> tuple[float, int]:
    return (-round(each.score, 4), each.row.id)


def _worth(group: Sequence[Scored]) -> float:
    return group[0].score + OTHER_POSTS * sum(each.score for each in group[1:3])


def newest_first(groups: list[list[Scored]]) -> list[list[Scored]]:
    """By date: the newest post of each thread, and the threads by it."""
    ordered = [sorted(group, key=_when, reverse=True) for group in groups]
    return sorted(ordered, key=lambda group: _when(group[0]), reverse=True)


def _when(each: Scored) -> tuple[Any, int]:
    return (each.row.created_at, each.row.post_id)
