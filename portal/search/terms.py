"""What is looked for as words of the index, in all the languages that the portal's threads have."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from portal.search.models.index import IN_TITLE
from portal.search.parsing import Query
from portal.search.words import words_of

Run = tuple[str, ...]
"""Stems that stand one after the other; mostly one."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is looked for, in the forms that it has in each language."""

    typed: str
    runs: tuple[Run, ...]
    is_phrase: bool = False

    @property
    def in_body(self) -> tuple[str, ...]:
        """What to look for in a stream of stems with a space at each end."""
        return tuple(f" {' '.join(run)} " for run in self.runs)

    @property
    def in_title(self) -> tuple[str, ...]:
        """The same for the stream of a title."""
        return tuple(f" {' '.join(IN_TITLE + stem for stem in run)} " for run in self.runs)

    @property
    def stems(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(stem for run in self.runs for stem in run))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A term, how many public posts have it, and what finding it is worth."""

    term: Term
    posts: int
    weight: float


def term_of(typed: str, languages: Iterable[str], *, is_phrase: bool = False) -> Term | None:
    """What was typed, as a term; None where it has no word in it."""
    runs = [words_of(typed, language).stems for language in languages]
    found = tuple(dict.fromkeys(run for run in runs if run))
    return Term(typed, found, is_phrase or len(found[0]) > 1) if found else None


def terms_of(query: Query, languages: Sequence[str]) -> list[Term]:
    """All that must be found. The same word in two forms counts once."""
    made = [term_of(word, languages) for word in query.words]
    made += [term_of(phrase, languages, is_phrase=True) for phrase in query.phrases]
    found: dict[tuple[Run, ...], Term] = {}
    for term in made:
        if term is not None:
            found.setdefault(term.runs, term)
    return list(found.values())


def weigh(terms: Sequence[Term], posts: Mapping[str, int], total: int) -> list[Weighed]:
    """The terms with their weights (as BM25 has them), the rarest first. A phrase is as rare as its rarest word."""
    weighed: list[Weighed] = []
    for term in terms:
        count = max((min(posts.get(stem, 0) for stem in run) for run in term.runs), default=0)
        share = log(1 + (max(total, count) - count + 0.5) / (count + 0.5))
        # A phrase says more than its words.
        weighed.append(Weighed(term, count, max(share, 0.05) * (1.5 if term.is_phrase else 1.0)))
    return sorted(weighed, key=lambda each: (each.posts, each.term.typed))


def expression(terms: Iterable[Term], *, sqlite: bool, title: bool = False, any_: bool = False) -> str:
    """The terms in the language of the database's index: all of them, or any of them."""
    write = _in_fts if sqlite else _in_tsquery
    parts = [f"({write(term, title=title)})" for term in terms]
    return ((" OR " if sqlite else " | ") if any_ else (" AND " if sqlite else " & ")).join(parts)


def _in_fts(term: Term, *, title: bool) -> str:
    """Each token in quotes. The title has words of its own (IN_TITLE)."""
    titles = [" ".join(IN_TITLE + stem for stem in run) for run in term.runs]
    bodies = [] if title else [" ".join(run) for run in term.runs]
    return " OR ".join(f'"{phrase}"' for phrase in (*bodies, *titles))


def _in_tsquery(term: Term, *, title: bool) -> str:
    weight = ":A" if title else ""
    return " | ".join("(" + " <-> ".join(f"'{stem}'{weight}" for stem in run) + ")" for run in term.runs)
