"""Titles while someone types: the last word may be a part of one."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import func, select

from portal.core.db import ask, param
from portal.ideas.models import Idea
from portal.people.viewer import Viewer
from portal.search import ranking
from portal.search.marking import Marked, marker
from portal.search.models import SearchWord
from portal.search.parsing import LONGEST, Query
from portal.search.queries.beginnings import beginning, begins, is_sqlite
from portal.search.queries.candidates import BUDGET, narrowing, newest
from portal.search.queries.finding import weighed
from portal.search.queries.vocabulary import counts, languages
from portal.search.ranking import Scored
from portal.search.terms import Term, terms_of
from portal.search.words import words_of
from portal.threads.models import Thread, path_of

BEGINNING = 2
"""Letters of a word from which on words are looked up that begin with them."""
ENDINGS = 24
"""Words that a beginning stands for: the commonest."""
LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class TitleHit:
    """A thread whose title has what was typed."""

    thread_id: int
    path: str
    title: str
    title_html: Marked
    kind: str
    is_solved: bool
    status: str


def titles(viewer: Viewer, typed: str, *, limit: int = 5) -> tuple[TitleHit, ...]:
    """The threads that this viewer may see with all these words in the title, the best first."""
    words = tuple(typed[:LONGEST].replace('"', " ").split())
    if not words:
        return ()
    spoken, total = languages(viewer)
    terms = terms_of(Query(words=words[:-1] if typed[-1:].strip() else words), spoken)
    ending = _endings(words[-1], spoken) if typed[-1:].strip() else None
    terms += [ending] if ending else []
    if not terms:
        return ()
    where = narrowing(viewer, Query())
    known = counts(stem for term in terms for stem in term.stems)
    of_terms = weighed(terms, known, total)
    common = all(each.posts > BUDGET for each in of_terms)
    rows = newest(terms, where, title=True, most=LOOKED_AT, common=common)
    scored = ranking.score(rows, of_terms, terms)
    best = sorted(scored, key=lambda each: (-round(each.score, 4), -each.row.id))[:limit]
    return _shown(best, terms)


def _endings(typed: str, spoken: tuple[str, ...]) -> Term | None:
    """A word of which the end is not typed yet; of a short one nothing is known."""
    parts = words_of(typed, spoken[0]).written
    if not parts:
        return None
    head, tail = parts[:-1], parts[-1]
    known: list[str] = []
    if len(tail) >= BEGINNING:
        sqlite = is_sqlite()
        rows = ask(_words(sqlite), beginning("typed", tail, sqlite) | {"most": ENDINGS})
        known = [row.stem for row in rows]
    own = [(language, (*head, *words_of(typed, language).stems[-1:])) for language in spoken]
    more = [(language, (*head, stem)) for stem in known for language in spoken]
    return Term(typed, tuple(dict.fromkeys([*own, *more])))


@cache
def _words(sqlite: bool) -> Any:
    """The stems of the commonest words with a beginning."""
    posts = func.sum(SearchWord.posts).label("posts")
    query = select(SearchWord.stem, posts).where(begins(SearchWord.word, "typed", sqlite), SearchWord.posts > 0)
    return query.group_by(SearchWord.stem).order_by(posts.desc(), SearchWord.stem).limit(param("most"))


def _shown(best: list[Scored], terms: list[Term]) -> tuple[TitleHit, ...]:
    stems = {stem for term in terms for stem in term.stems}
    mark = marker(stems)
    rows = {row.id: row for row in ask(_TITLES, {"threads": [each.row.thread_id for each in best]})}
    found = [rows[each.row.thread_id] for each in best if each.row.thread_id in rows]
    return tuple(
        TitleHit(
            thread_id=row.id,
            path=path_of(row.kind, row.id, row.slug),
            title=row.title,
            title_html=mark.marked(row.title, row.language),
            kind=row.kind,
            is_solved=row.accepted_post_id is not None,
            status=row.status or "",
        )
        for row in found
    )


_TITLES = (
    select(Thread.id, Thread.kind, Thread.slug, Thread.title, Thread.language, Thread.accepted_post_id, Idea.status)
    .outerjoin(Idea, (Idea.thread_id == Thread.id) & (Thread.kind == "idea"))
    .where(Thread.id.in_(param("threads", many=True)))
)
