"""The list of ideas: most wanted, rising, newest or decided last, by the last row seen; and the roadmap."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from portal.core.among import one_of
from portal.core.db import ask, param
from portal.core.paging import Order, page
from portal.ideas.models import OPEN_TO_VOTES, STATUSES, Idea, Supporter
from portal.ideas.queries.marks import Mark, mark_columns, mark_of, with_mark
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads.models import Tag, Thread, ThreadTag
from portal.threads.policy import standing_thread, visible_to
from portal.threads.queries import ThreadRow, made_rows, row_query

ORDERS = {"wanted": Idea.wanted, "rising": Idea.rising, "new": Thread.created_at, "decided": Idea.decided_at}
MARKED = {
    "status": Idea.status,
    "category": Thread.category_id,
    "language": Thread.language,
}
ROADMAP = {"planned": ("planned",), "in-progress": ("in-progress", "partly-shipped"), "shipped": ("shipped",)}
"""The columns of the roadmap, and the statuses in each."""
ON_ROADMAP = 40
"""Of each column."""


@dataclass(frozen=True, slots=True)
class IdeaList:
    """Some ideas of a list, what is shown of each, and the cursors that lead on, where there is more."""

    rows: tuple[ThreadRow, ...]
    marks: dict[int, Mark]
    older: str | None = None
    newer: str | None = None


def ideas(
    viewer: Viewer,
    *,
    order: str = "wanted",
    status: str = "",
    category_id: int | None = None,
    tag: str = "",
    language: str = "",
    mine: bool = False,
    cursor: str | None = None,
    limit: int = 30,
) -> IdeaList:
    """One page of the ideas that this viewer may see, in two statements. Merged ones are found where they went.

    `status`: one of STATUSES, `open-to-votes`, or empty for all. `mine`: those they suggested or voted for."""
    given = {"category": category_id, "language": language, "tag": tag, "status": status if status in STATUSES else ""}
    values = {name: value for name, value in given.items() if value}
    flags = {"open-to-votes": status == "open-to-votes", "mine": mine and viewer.is_signed_in}
    asked = frozenset(values) | {name for name, on in flags.items() if on}
    by = order if order in ORDERS else "wanted"
    query = _listed(stand_in(viewer), asked, by == "decided")
    values |= particulars(viewer)
    found = page(query, Order(ORDERS[by], Idea.thread_id), cursor=cursor, limit=limit, make=_same, values=values)
    return IdeaList(*_made(found.rows), found.older, found.newer)


@lru_cache(maxsize=512)
def _listed(viewer: Viewer, asked: frozenset[str], decided: bool) -> Any:
    """The ideas of a list, by what it is narrowed to."""
    where: list[ColumnElement[bool]] = [*_on_show(viewer)]
    where += [column == param(name) for name, column in MARKED.items() if name in asked]
    if decided:
        where.append(Idea.decided_at.is_not(None))
    if "open-to-votes" in asked:
        # Not the column itself: the list is to be read in its order, not by six statuses and then sorted.
        where.append(one_of(Idea.status + "", *OPEN_TO_VOTES))
    if "tag" in asked:
        marked = select(ThreadTag.thread_id).join(Tag, Tag.id == ThreadTag.tag_id).where(Tag.name == param("tag"))
        where.append(Thread.id.in_(marked))
    query = _with_marks(viewer)
    if "mine" in asked:  # with_mark has joined their vote
        where.append(or_(Thread.author_id == viewer.id, Supporter.person_id.is_not(None)))
    return query.where(*where)


def _with_marks(viewer: Viewer) -> Any:
    return with_mark(row_query(Idea).add_columns(*mark_columns(viewer)), viewer)


def _on_show(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    return Idea.merged_into_id.is_(None), Thread.kind == "idea", visible_to(viewer), standing_thread()


def _made(found: Sequence[Any]) -> tuple[tuple[ThreadRow, ...], dict[int, Mark]]:
    return made_rows(found), {row.id: mark_of(row) for row in found}


def _same(row: Any) -> Any:
    return row


def roadmap(viewer: Viewer) -> dict[str, IdeaList]:
    """The columns of the roadmap: what is planned and in progress by its date, what has shipped newest first."""
    found: dict[str, Sequence[Any]] = {}
    for name, statuses in ROADMAP.items():
        values = particulars(viewer) | {"statuses": list(statuses)}
        found[name] = ask(_column(stand_in(viewer), name == "shipped"), values).all()
    made, marks = _made([row for column in found.values() for row in column])
    rows = {row.id: row for row in made}
    return {name: IdeaList(tuple(rows[row.id] for row in column), marks) for name, column in found.items()}


@cache
def _column(viewer: Viewer, shipped: bool) -> Any:
    dated = Idea.target_on.is_(None), Idea.target_on
    order = (Idea.shipped_at.desc(),) if shipped else (*dated, Idea.wanted.desc())
    where = *_on_show(viewer), Idea.status.in_(param("statuses", many=True))
    return _with_marks(viewer).where(*where).order_by(*order, Idea.thread_id.desc()).limit(ON_ROADMAP)
