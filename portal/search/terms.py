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
    forms: tuple[tuple[str, Run], ...]
    """Each with its language."""
    is_phrase: bool = False

    @property
    def runs(self) -> tuple[Run, ...]:
        """The forms, whatever their language."""
        return tuple(dict.fromkeys(run for _, run in self.forms))

    @property
    def stems(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(stem for _, run in self.forms for stem in run))

    def needles(self, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What to look for in the stems of a text in this language, and in those of its title, each with a space at
        each end. Only its own forms count: `notes` has in French the stem that is `not` in English."""
        own = [run for spoken, run in self.forms if spoken == language] or self.runs
        runs = tuple(dict.fromkeys(own))
        bodies = tuple(f" {' '.join(run)} " for run in runs)
        return bodies, tuple(f" {' '.join(IN_TITLE + stem for stem in run)} " for run in runs)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A term, how many public posts have it in its commonest form and in its rarest, and what finding it is worth."""

    term: Term
    posts: int
    rarest: int
    weight: float


def term_of(typed: str, languages: Iterable[str], *, is_phrase: bool = False) -> Term | None:
    """What was typed, as a term; None where it has no word in it."""
    runs = [(language, words_of(typed, language).stems) for language in languages]
    found = tuple((language, run) for language, run in runs if run)
    return Term(typed, found, is_phrase or len(found[0][1]) > 1) if found else None


def terms_of(query: Query, languages: Sequence[str]) -> list[Term]:
    """All that must be found. The same word in two forms counts once."""
    made = [term_of(word, languages) for word in query.words]
    made += [term_of(phrase, languages, is_phrase=True) for phrase in query.phrases]
    found: dict[tuple[tuple[str, Run], ...], Term] = {}
    for term in made:
        if term is not None:
            found.setdefault(term.forms, term)
    return list(found.values())


def weigh(terms: Sequence[Term], posts: Mapping[str, int], total: int) -> list[Weighed]:
    """The terms with their weights (as BM25 has them), the rarest first. A phrase is as rare as its rarest word, and
    a term is worth what its rarest form is."""
    weighed: list[Weighed] = []
    for term in terms:
        counts = [min(posts.get(stem, 0) for stem in run) for run in term.runs]
        rarest = min((count for count in counts if count), default=0)
        share = log(1 + (max(total, rarest) - rarest + 0.5) / (rarest + 0.5))
        # A phrase says more than its words.
        weight = max(share, 0.05) * (1.5 if term.is_phrase else 1.0)
        weighed.append(Weighed(term, max(counts, default=0), rarest, weight))
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
    before = IN_TITLE if title else ""
    return " | ".join("(" + " <-> ".join(f"'{before}{stem}'" for stem in run) + ")" for run in term.runs)
