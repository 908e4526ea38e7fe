"""The statements of a search, each built once for every sort of viewer and way of narrowing.

What is found must stand, and the viewer must see it: that is part of each statement, before any limit."""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    column,
    exists,
    func,
    literal_column,
    select,
    table,
    text,
    type_coerce,
)
from sqlalchemy.orm import aliased

from portal.core.db import UtcDateTime, param
from portal.ideas.models import Idea
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.search.models import SearchEntry
from portal.threads.models import Category, Post, Tag, Thread, ThreadTag
from portal.threads.policy import standing, standing_thread, visible_to

MATCH = {
    "sqlite": "search_index MATCH :expression",
    "postgresql": "search_entry.vector @@ CAST(:expression AS tsquery)",
}
index = table("search_index", column("rowid"))
"""SQLite's own table of where words are."""


def ids_with(kind: str) -> Any:
    """The ids of the entries that match an expression, newest threads first, as one text: a row each would cost more
    than finding them. Whoever reads them asks next which of them may be seen."""
    if kind == "sqlite":
        inner = select(index.c.rowid.label("id")).where(text(MATCH[kind])).order_by(index.c.rowid.desc())
        found = inner.limit(param("most")).subquery()
        return select(func.group_concat(found.c.id, ","))
    inner = select(SearchEntry.id).where(text(MATCH[kind])).limit(param("most"))
    return select(func.string_agg(inner.subquery().c.id.cast(String), literal_column("','")))


@lru_cache(maxsize=256)
def ids_statement(kind: str) -> Any:
    return ids_with(kind)


@lru_cache(maxsize=512)
def by_ids(viewer: Viewer, asked: frozenset[str]) -> Any:
    """Of these entries, those that may be found."""
    return _candidates().where(SearchEntry.id.in_(param("ids", many=True)), *conditions(viewer, asked))


@lru_cache(maxsize=512)
def newest(viewer: Viewer, asked: frozenset[str], kind: str, most: int) -> Any:
    """Of what matches an expression, the newest threads' that may be found; those `below` an id."""
    query = _candidates().where(*conditions(viewer, asked)).limit(_fixed(most))
    if kind == "sqlite":
        # The sum keeps SQLite from looking each entry up in the index instead of reading along it.
        query = query.where(text(MATCH[kind])).join(index, SearchEntry.id == index.c.rowid + 0)
        return query.where(index.c.rowid < param("below")).order_by(index.c.rowid.desc())
    # This sum keeps PostgreSQL from reading all entries in their order instead of asking its index.
    place = (SearchEntry.id + _fixed(0)).label("place")
    found = select(SearchEntry.id, place).where(SearchEntry.vector.op("@@")(_wanted()), place < param("below"))
    found = found.order_by(place.desc())
    of = found.offset(_fixed(0)).subquery()
    return query.join(of, of.c.id == SearchEntry.id).order_by(of.c.place.desc())


@lru_cache(maxsize=512)
def lately(viewer: Viewer, asked: frozenset[str], *, title: bool, most: int, of: int) -> Any:
    """The same on PostgreSQL for words that are everywhere, out of the newest `of` posts: it reads these one after the
    other until it has enough. Its index would give it most of all posts, to be sorted.

    What differs from search to search is hidden from its planner (`_wanted`, `_fixed`), so that it need not plan each
    anew: that took longer than all else."""
    lately = select(SearchEntry).where(SearchEntry.id < param("below")).order_by(SearchEntry.id.desc())
    lately = lately.limit(_fixed(of))
    entry = aliased(
        SearchEntry, (lately.where(SearchEntry.title != literal_column("''")) if title else lately).subquery()
    )
    # A function, where the operator would be looked up in the index.
    matches = func.ts_match_vq(entry.vector, _wanted())
    query = _candidates(entry).where(matches, *conditions(viewer, asked))
    return query.order_by(entry.id.desc()).limit(_fixed(most))


def _fixed(number: int) -> Any:
    """A number that is a part of the statement."""
    return literal_column(str(number), Integer)


def _wanted() -> Any:
    """What is looked for, on PostgreSQL."""
    return select(text("CAST(:expression AS tsquery)")).scalar_subquery()


@lru_cache(maxsize=512)
def narrowed(viewer: Viewer, asked: frozenset[str]) -> Any:
    """The newest posts that may be found, whatever their words; those `below` an id."""
    query = _candidates().where(Post.id < param("below"), *conditions(viewer, asked))
    return query.order_by(Post.id.desc()).limit(param("most"))


class Candidate(NamedTuple):
    """A post that may be found: the columns of each of these statements, as they come."""

    id: int
    thread_id: int
    post_id: int
    title: str
    body: str
    thread_title: str
    language: str
    accepted_post_id: int | None
    status: str | None
    number: int | None
    created_at: str


def _candidates(entry: Any = SearchEntry) -> Any:
    return (
        select(
            entry.id,
            entry.thread_id,
            entry.post_id,
            entry.title,
            entry.body,
            Thread.title.label("thread_title"),
            Thread.language,
            Thread.accepted_post_id,
            Idea.status,
            Post.number,
            # Compared only: on SQLite as it is kept, for making a moment of each costs more than finding it.
            type_coerce(Post.created_at, String()).label("created_at"),
        )
        .select_from(entry)
        .join(Thread, Thread.id == entry.thread_id)
        .join(Post, Post.id == entry.post_id)
        .outerjoin(Idea, (Idea.thread_id == entry.thread_id) & (Thread.kind == "idea"))
    )


def conditions(viewer: Viewer, asked: frozenset[str]) -> list[ColumnElement[bool]]:
    """That a post stands in a thread that stands, that the viewer sees it, and what the search is narrowed to."""
    where = [visible_to(viewer), standing_thread(), standing()]
    return where + [condition for name, condition in _narrowing().items() if name in asked]


@lru_cache(maxsize=1)
def _narrowing() -> dict[str, ColumnElement[bool]]:
    of, author = aliased(Category), aliased(Person)
    marked = select(ThreadTag.thread_id).join(Tag, Tag.id == ThreadTag.tag_id).where(ThreadTag.thread_id == Thread.id)
    tags = marked.where(Tag.name.in_(param("tags", many=True))).with_only_columns(func.count())
    written = exists().where(author.id == Post.author_id, author.username_key == param("by", String()))
    return {
        "kind": Thread.kind == param("kind", String()),
        "solved": Thread.accepted_post_id.is_not(None),
        "unanswered": (Thread.kind == "question") & Thread.first_reply_at.is_(None),
        "status": (Thread.kind == "idea") & (Idea.status == param("status", String())),
        "category": exists().where(of.id == Thread.category_id, of.slug == param("category", String())),
        "tags": tags.scalar_subquery() == param("tag_count"),
        "by": written,
        "language": Thread.language == param("language", String()),
        "after": Post.created_at >= param("after", UtcDateTime()),
        "before": Post.created_at < param("before", UtcDateTime()),
        "besides": Thread.id != param("besides"),
        "kinds": Thread.kind.in_(param("kinds", many=True)),
    }
