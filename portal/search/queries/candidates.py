"""Which posts a search looks at closely: those with its rarer words, so that it costs the same however much there is.

Of words that are everywhere the newest threads are taken, and those that have them in the title."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Executable

from portal.core.db import ask, db
from portal.people.viewer import Viewer, particulars, stand_in
from portal.search.models import entry_id
from portal.search.models.index import post_in
from portal.search.parsing import Query
from portal.search.queries import statements
from portal.search.queries.statements import Candidate
from portal.search.ranking import has
from portal.search.terms import Term, Weighed, expression

BUDGET = 4_000
"""Posts that a search reads the ids of, for its rarer words together."""
LOOKED_AT = 120
IN_TITLES = 40
OF_ONE, OF_ONE_IN_TITLES = 60, 24
"""Of a word or phrase alone that is everywhere: whatever has it is about as good as the newest."""
A_PAGE = 21
"""Titles that are enough for a first page, and to know that there is another: what has all the words there is better
than what has them in its text."""
MOST_IDS = 20_000
LATELY = 20_000
"""Newest posts that are read for common words, before PostgreSQL is asked for all that have them."""
LATEST = 4_000
"""Newest posts that are read for common words, where the newest are wanted, before the index is asked."""
MOST_COMMON = 3
"""Common words that are looked for beside rare ones."""
OF_THREAD = 8
"""Posts of one thread that are taken before those of others: the longest must not hide all the rest."""
ROUNDS = 4
"""How often more of the newest posts are read, where few threads have them all."""
LAST = 2**63 - 1


@dataclass(slots=True)
class Candidates:
    """Posts that may be found, and what is known of their threads."""

    rows: list[Candidate]
    is_all: bool = True
    """Whether there is nothing else."""
    by_thread: Mapping[int, Mapping[int, float]] = field(default_factory=dict[int, dict[int, float]])
    """By thread, the rare terms (by their place) that some post of it has."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Who looks, and what is kept out: the parts of every statement."""

    viewer: Viewer
    asked: frozenset[str]
    values: Mapping[str, Any]
    kind: str
    by_date: bool = False
    """Whether the newest posts are wanted, however good others are."""

    @property
    def sqlite(self) -> bool:
        return self.kind == "sqlite"


def narrowing(viewer: Viewer, query: Query, **more: Any) -> Narrowing:
    """The operators of a query as statements take them."""
    values: dict[str, Any] = {
        name: value for name in ("kind", "category", "by", "language", "status") if (value := getattr(query, name))
    } | more
    asked = {*values, query.state} - {""}
    if query.tags:
        values |= {"tags": list(query.tags), "tag_count": len(query.tags)}
        asked.add("tags")
    for name, day in (("after", query.after), ("before", query.before)):
        if day is not None:
            values[name] = datetime.combine(day, time.min, UTC)
            asked.add(name)
    kind = db.session.get_bind().dialect.name
    return Narrowing(stand_in(viewer), frozenset(asked), values | particulars(viewer), kind, query.order == "new")


def gather(terms: Sequence[Weighed], where: Narrowing, *, looked_at: int = LOOKED_AT, times: int = 1) -> Candidates:
    """The posts to look at for these terms (the rarest first); `times` as many as for a first page."""
    looked_at *= times
    if not terms:
        values = {**where.values, "below": LAST, "most": looked_at}
        rows = _rows(statements.narrowed(where.viewer, where.asked), values)
        return Candidates(rows, len(rows) < looked_at)
    rare, ids = _rare(terms, where)
    if not rare:
        return _of_common(terms, where, looked_at, times)
    common = [term for term in terms if term not in rare]
    any_rare = expression((each.term for each in rare), sqlite=where.sqlite, any_=True)
    for each in sorted(common, key=lambda term: -term.weight)[:MOST_COMMON]:
        also = expression([each.term], sqlite=where.sqlite)
        both = f"({any_rare}) AND {also}" if where.sqlite else f"({any_rare}) & {also}"
        ids[terms.index(each)] = _ids(both, where)
    return _of_rare(terms, ids, where, looked_at)


def _rare(terms: Sequence[Weighed], where: Narrowing) -> tuple[list[Weighed], dict[int, list[int]]]:
    """The terms that are rare enough to read all their posts, and the ids of those."""
    rare: list[Weighed] = []
    ids: dict[int, list[int]] = {}
    left = BUDGET
    for place, each in enumerate(terms):
        if each.posts > left:
            break
        found = _ids(expression([each.term], sqlite=where.sqlite), where)
        rare.append(each)
        ids[place] = found
        left -= each.posts
    return rare, ids


def _ids(wanted: str, where: Narrowing) -> list[int]:
    """The ids of all entries that match, whoever may see them; where they are too many, of those that may be found.

    A limit on the first would let what is private push out what is not."""
    values = {"expression": wanted, "most": MOST_IDS}
    joined = ask(statements.ids_statement(where.kind), values).scalar()
    found = [int(id_) for id_ in joined.split(",")] if joined else []
    if len(found) < MOST_IDS:
        return found
    statement = statements.newest(where.viewer, where.asked, where.kind, MOST_IDS)
    return [row.id for row in _rows(statement, {**where.values, "expression": wanted, "below": LAST})]


def _of_rare(
    terms: Sequence[Weighed], ids: Mapping[int, Sequence[int]], where: Narrowing, looked_at: int
) -> Candidates:
    """The posts with the most of the terms."""
    of_post: dict[int, float] = {}
    for place, found in ids.items():
        weight = terms[place].weight
        for id_ in found:
            of_post[id_] = of_post.get(id_, 0.0) + weight
    newest = post_in if where.by_date else int
    ordered = sorted(of_post, key=lambda id_: (-round(of_post[id_], 6), -newest(id_)))
    rows, is_all = _visible(ordered, where, looked_at)
    by_thread: dict[int, dict[int, float]] = {}
    for place, found in ids.items():
        having = set(found)
        # Only posts that may be found speak for their thread.
        for row in rows:
            if row.id in having:
                by_thread.setdefault(row.thread_id, {})[place] = terms[place].weight
    return Candidates(rows, is_all, by_thread)


def _visible(
    ordered: Sequence[int], where: Narrowing, most: int, of_thread: int = OF_THREAD
) -> tuple[list[Candidate], bool]:
    """The first of these entries that may be found, but not too many of one thread before those of others; and whether
    all threads are among them. It goes by what may be found alone."""
    statement = statements.by_ids(where.viewer, where.asked)
    found: list[Candidate] = []
    aside: list[Candidate] = []
    taken: Counter[int] = Counter()
    start, size = 0, most
    while start < len(ordered) and len(found) < most:
        batch = ordered[start : start + size]
        rows = {row.id: row for row in _rows(statement, {**where.values, "ids": batch})}
        for row in (rows[id_] for id_ in batch if id_ in rows):
            taken[row.thread_id] += 1
            (found if taken[row.thread_id] <= of_thread else aside).append(row)
        start, size = start + size, min(size * 2, 2_000)
    return (found + aside)[:most], start >= len(ordered) and len(found) < most


def _of_common(terms: Sequence[Weighed], where: Narrowing, looked_at: int, times: int) -> Candidates:
    """Words that are everywhere: the newest with all of them, those with them in the title first."""
    wanted = [each.term for each in terms]
    rows: dict[int, Candidate] = {}
    is_all = True
    one = len(terms) == 1
    in_titles, in_texts = (OF_ONE_IN_TITLES, min(OF_ONE * times, looked_at)) if one else (IN_TITLES, looked_at)
    parts = [(False, in_texts)] if where.by_date else [(True, in_titles * times), (False, in_texts)]
    for title, most in parts:
        found = newest(wanted, where, title=title, most=most)
        rows |= {row.id: row for row in found}
        is_all = is_all and len(found) < most
        if title and times == 1 and len(found) >= A_PAGE:
            return Candidates(found, is_all=False)
    if len(rows) < 3 and len(terms) > 1:
        # All of them together are rare or not there: any two of them, then any.
        rows |= {row.id: row for row in newest(wanted, where, any_=True, most=looked_at)}
    return Candidates(list(rows.values()), is_all)


def newest(
    terms: Sequence[Term], where: Narrowing, *, most: int, title: bool = False, any_: bool = False, common: bool = True
) -> list[Candidate]:
    """The newest threads' posts that have all of these terms (or any), which are `common` or not. Where few threads
    have them all, more of them."""
    if where.by_date:
        return _newest_posts(terms, where, most, any_=any_)
    values = {**where.values, "expression": expression(terms, sqlite=where.sqlite, title=title, any_=any_)}
    reads = not where.sqlite and common and not (title and (len(terms) > 1 or terms[0].is_phrase))
    found: list[Candidate] = []
    below = LAST
    for _ in range(ROUNDS):
        rows = _next(where, {**values, "below": below}, title=title, most=most, reads=reads)
        found += rows
        if len(rows) < most or len({row.thread_id for row in found}) > most // OF_THREAD:
            break
        below = entry_id(rows[-1].thread_id, 0)
    return found


def _next(where: Narrowing, values: Mapping[str, Any], *, title: bool, most: int, reads: bool) -> list[Candidate]:
    """The newest below an id. PostgreSQL reads the newest posts, where it will soon have enough; if not, its index."""
    if reads:
        statement = statements.lately(where.viewer, where.asked, title=title, most=most, of=LATELY)
        if len(found := _rows(statement, values)) == most:
            return found
    return _rows(statements.newest(where.viewer, where.asked, where.kind, most), values)


def _newest_posts(terms: Sequence[Term], where: Narrowing, most: int, *, any_: bool) -> list[Candidate]:
    """The newest posts, whatever their threads: among the last ones, if there are enough, else among all."""
    statement = statements.narrowed(where.viewer, where.asked)
    enough = any if any_ else all
    found: list[Candidate] = []
    below, size, left = LAST, 2 * most, LATEST
    while left > 0:
        rows = _rows(statement, {**where.values, "below": below, "most": size})
        found += [row for row in rows if enough(has(row, term) for term in terms)]
        if len(found) >= most or len(rows) < size:
            return found[:most]
        below, size, left = rows[-1].post_id, min(2 * size, 2_000), left - size
    ids = _ids(expression(terms, sqlite=where.sqlite, any_=any_), where)
    return _visible(sorted(ids, key=post_in, reverse=True), where, most, of_thread=most)[0]


def _rows(statement: Executable, values: Mapping[str, Any]) -> list[Candidate]:
    """As tuples: each is looked at a dozen times, and SQLAlchemy looks for a column each time."""
    return [*map(Candidate._make, ask(statement, values).all())]
