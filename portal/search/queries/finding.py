"""Find posts by their words: the best of each thread, best threads first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from portal.people.viewer import Viewer
from portal.search import ranking
from portal.search.marking import marker
from portal.search.parsing import Query
from portal.search.queries.candidates import LOOKED_AT, Narrowing, gather, narrowing
from portal.search.queries.guessing import guess
from portal.search.queries.hits import Hit, hits_of
from portal.search.queries.vocabulary import counts, languages
from portal.search.ranking import Scored
from portal.search.terms import Term, Weighed, term_of, terms_of, weigh

MOST = 100
"""Threads that a search counts and pages through."""
FEW = 3
FEW_WORDS = 2
"""Who types more than these writes a sentence, of which no post has every word."""
LOOKED_AT_OF_SENTENCE = 300
ENOUGH = 0.4
"""What share of the words' weight a thread must have, where few have all of them."""
WHOLE = 0.999
DEEPER = 5
"""How many times as many posts are looked at where a first look does not fill the page."""
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
    full: int
    """How many of them have all that was looked for."""

    def and_then(self, other: "Looked") -> "Looked":
        """These first, as they were on the pages before, then what else was found."""
        there = {group[0].row.thread_id for group in self.groups}
        more = [group for group in other.groups if group[0].row.thread_id not in there]
        return replace(other, groups=self.groups + more)


def find(viewer: Viewer, query: Query, *, page: int = 1, limit: int = 20) -> Found:
    """The hits of a query that this viewer may see. What is hidden or deleted is not found by anyone.

    Where the words give fewer than three, words that look like them are searched too."""
    spoken, total = languages(viewer)
    typed = terms_of(query, spoken)
    if not typed and not query.is_narrowed:
        return Found()
    asker = _Asker(query, narrowing(viewer, query), spoken, total)
    looked = asker.look(typed)
    if not looked.is_all and len(looked.groups) <= page * limit and (page > 1 or len(typed) <= FEW_WORDS):
        looked = looked.and_then(asker.look(typed, times=DEEPER))
    found = _page(looked, page=max(page, 1), limit=limit)
    if not typed or looked.full >= FEW:
        return found
    meant = guess(typed, asker.known(typed), spoken)
    if meant is None:
        return found
    more = asker.look(meant.terms)
    if not looked.full and meant.instead and more.full:
        corrected = " ".join(meant.instead.get(word, word) for word in query.words)
        return replace(_page(more, page=max(page, 1), limit=limit), corrected=corrected, by="trigrams")
    widened = looked.and_then(more)
    if len(widened.groups) == len(looked.groups):
        return found
    return replace(_page(widened, page=max(page, 1), limit=limit), by="trigrams")


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


@dataclass(frozen=True, slots=True)
class _Asker:
    """A query with what does not change when its words do."""

    query: Query
    where: Narrowing
    spoken: Sequence[str]
    total: int

    def look(self, typed: Sequence[Term], times: int = 1) -> Looked:
        """The threads that have these words, out of so many `times` as many posts as for a first page."""
        terms = weighed(typed, self.known(typed), self.total)
        without = [term for text in self.query.without if (term := term_of(text, self.spoken))]
        looked_at = LOOKED_AT if len(terms) <= FEW_WORDS else LOOKED_AT_OF_SENTENCE
        found = gather(terms, self.where, looked_at=looked_at, times=times)
        scored = ranking.score(found.rows, terms, typed, without, found.by_thread)
        groups = _fitting(scored, terms)
        if self.query.order == "new" or not terms:
            groups = ranking.newest_first(groups)
        full = sum(1 for group in groups if group[0].covered > WHOLE)
        return Looked(groups, typed, found.is_all, full)

    def known(self, typed: Sequence[Term]) -> dict[str, int]:
        """How common their words are."""
        return counts(stem for term in typed for stem in term.stems)


def weighed(typed: Sequence[Term], known: Mapping[str, int], total: int) -> list[Weighed]:
    """The terms with their weights. A word that is everywhere is left out, where there are others."""
    terms = weigh(typed, known, total)
    said = [each for each in terms if each.term.is_phrase or each.rarest <= max(total * COMMON, FEW)]
    return said or terms


def _fitting(scored: Sequence[Scored], terms: Sequence[Weighed]) -> list[list[Scored]]:
    """The threads that have all the words; where those are few or it is a sentence, also those that have the more
    telling ones. A phrase must be there (one alone was asked for as it is)."""
    phrases = [each.term for each in terms if each.term.is_phrase]
    if phrases and len(terms) > 1:
        scored = [each for each in scored if all(ranking.has(each.row, term) for term in phrases)]
    full = [each for each in scored if each.covered > WHOLE]
    if len(terms) <= FEW_WORDS and len({each.row.thread_id for each in full}) >= FEW:
        return ranking.by_threads(full)
    return ranking.by_threads([each for each in scored if not terms or each.of_found >= ENOUGH])
