"""What one person asked, answered and solved, as far as the viewer may see it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, func, literal, select

from portal.core.db import ask, param
from portal.core.markup import excerpt
from portal.core.paging import Order, Page, page
from portal.people.viewer import Viewer, particulars, stand_in
from portal.questions.models import Acceptance
from portal.questions.queries.credit import is_credit
from portal.questions.queries.part import words
from portal.threads.models import Post, Thread
from portal.threads.policy import standing, standing_thread, visible_to

MOST = 100
"""Where counting ends: what reaches it is shown as "99+"."""
LOOKED_AT = 2_000
"""The threads and the posts of a person, newest first, that are counted."""
_LOOKED_AT = 2_000
"""Characters of HTML that an excerpt is made from."""


@dataclass(frozen=True, slots=True)
class Contributions:
    """How much of each, at most MOST."""

    asked: int
    answered: int
    solved: int


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer in a list: where it stands, how it begins."""

    post_id: int
    kind: str
    title: str
    language: str
    excerpt: str
    at: datetime
    votes: int
    is_accepted: bool


def contributions(viewer: Viewer, person_id: int) -> Contributions:
    """The numbers beside the tabs of a profile. One statement."""
    return Contributions(*ask(_counts(stand_in(viewer)), particulars(viewer) | {"author": person_id}).one())


@cache
def _counts(viewer: Viewer) -> Any:
    author = param("author", BigInteger())
    begun, written = _latest(Thread, author), _latest(Post, author)
    counts = [
        select(literal(1)).where(Thread.id.in_(begun), *_seen(viewer)),
        _answers(viewer, author, literal(1)).where(Post.id.in_(written)),
        _solved(viewer, written),
    ]
    return select(*map(_counted, counts))


def answers_by(viewer: Viewer, person_id: int, *, cursor: str | None = None, limit: int = 30) -> Page[AnswerRow]:
    """Their replies in what others began, the newest first. One statement."""
    query = _answers(viewer, person_id, *_ROW, Post.created_at.label("at"))
    return page(query, Order(Post.created_at, Post.id), cursor=cursor, limit=limit, make=_row)


def solutions_by(viewer: Viewer, person_id: int, *, cursor: str | None = None, limit: int = 30) -> Page[AnswerRow]:
    """Those of them that solved a question, the newest choice first. One statement."""
    query = _solutions(viewer, person_id, *_ROW, Acceptance.at.label("at"))
    return page(query, Order(Acceptance.at, Acceptance.id), cursor=cursor, limit=limit, make=_row)


_ROW = (
    Post.id,
    Post.helpful,
    Post.imported_votes,
    func.substr(Post.html, 1, _LOOKED_AT).label("html"),
    Thread.kind,
    Thread.title,
    Thread.language,
    Thread.accepted_post_id,
)


def _seen(viewer: Viewer) -> tuple[Any, ...]:
    return visible_to(viewer), standing_thread()


def _answers(viewer: Viewer, author: Any, *columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(Post)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Post.author_id == author,
            Post.number > 1,
            Thread.author_id.is_distinct_from(author),
            standing(),
            *_seen(viewer),
        )
    )


def _solutions(viewer: Viewer, author: Any, *columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(Post)
        .join(Acceptance, Acceptance.post_id == Post.id)
        .join(Thread, Thread.id == Acceptance.thread_id)
        .where(Post.author_id == author, is_credit(viewer))
    )


def _solved(viewer: Viewer, written: Any) -> Any:
    """A row for each of these posts that solved a question. The sum keeps SQLite from reading every post before it
    looks, in an index alone, whether it was accepted."""
    return (
        select(literal(1))
        .select_from(Acceptance)
        .join(Post, Post.id == Acceptance.post_id + 0)
        .join(Thread, Thread.id == Acceptance.thread_id)
        .where(Acceptance.post_id.in_(written), is_credit(viewer))
    )


def _latest(table: Any, author: Any) -> Any:
    """The ids of what they wrote last, so that counting costs the same for whoever wrote much."""
    query = select(table.id).where(table.author_id == author)
    return query.order_by(table.created_at.desc(), table.id.desc()).limit(LOOKED_AT).correlate(None)


def _counted(query: Any) -> Any:
    return select(func.count()).select_from(query.limit(MOST).subquery()).scalar_subquery()


def _row(row: Any) -> AnswerRow:
    return AnswerRow(
        post_id=row.id,
        kind=row.kind,
        title=row.title,
        language=row.language,
        excerpt=excerpt(words(row.html)),
        at=row.at,
        votes=row.helpful + row.imported_votes,
        is_accepted=row.accepted_post_id == row.id,
    )
