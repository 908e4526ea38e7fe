"""What every visitor may find: that alone is counted."""

from typing import Any

from sqlalchemy import and_, select

from portal.core.db import ask, param
from portal.people.viewer import VISITOR
from portal.search.models import SearchEntry
from portal.search.models.index import COUNTED, LEFT_OUT, WAITING
from portal.search.queries.statements import conditions
from portal.threads.models import Post, Thread


def public(post_ids: list[int]) -> set[int]:
    """Those of these posts that a visitor may find."""
    return set(ask(_PUBLIC, {"posts": post_ids}).scalars())


def waiting(most: int) -> list[int]:
    """Posts whose words nobody has counted yet, by entry."""
    return list(ask(_WAITING, {"most": most}).scalars())


def changed(after: int, most: int) -> tuple[list[int], list[int], int]:
    """Of the next entries after this id: the posts to be counted, those to be counted no more, and the last id looked
    at (0: there are no more)."""
    rows: list[Any] = ask(_STATES, {"after": after, "most": most}).all()
    more = [row.post_id for row in rows if row.public and row.counted == LEFT_OUT]
    less = [row.post_id for row in rows if not row.public and row.counted == COUNTED]
    return more, less, rows[-1].id if len(rows) == most else 0


_PUBLIC = (
    select(Post.id)
    .join(Thread, Thread.id == Post.thread_id)
    .where(Post.id.in_(param("posts", many=True)), *conditions(VISITOR, frozenset()))
)
_WAITING = (
    select(SearchEntry.post_id).where(SearchEntry.counted == WAITING).order_by(SearchEntry.id).limit(param("most"))
)
_STATES = (
    select(
        SearchEntry.id,
        SearchEntry.post_id,
        SearchEntry.counted,
        and_(*conditions(VISITOR, frozenset())).label("public"),
    )
    .join(Thread, Thread.id == SearchEntry.thread_id)
    .join(Post, Post.id == SearchEntry.post_id)
    .where(SearchEntry.id > param("after"))
    .order_by(SearchEntry.id)
    .limit(param("most"))
)
