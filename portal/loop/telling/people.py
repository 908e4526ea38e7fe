"""The people of one step, in a table of this connection that nobody else sees: who can be told is asked once for each
of them, and notices and debts are written from the same answer."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, delete, insert, select
from sqlalchemy.schema import CreateTable

from portal.core.db import BigInt, db
from portal.ideas.models import IdeaVote
from portal.ideas.queries.requesters import whole
from portal.threads.models import CategoryWatch, TagWatch, Thread, ThreadTag, Watch

STEP = 4000
"""People of one transaction, about: so few that nobody waits for it."""
FOLLOWS = -1
"""As the number of a claim: they only follow."""

NOW = Table(
    "telling",
    MetaData(),
    Column("person_id", BigInt, primary_key=True, autoincrement=False),
    Column("claim", Integer, primary_key=True, autoincrement=False),
    Column("rank", Integer, nullable=False),
    Column("asked_idea_id", BigInt),
    Column("cause", String(12)),
    Column("in_inbox", Integer, nullable=False),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
    postgresql_on_commit="DELETE ROWS",
)
COLUMNS = ("claim", "person_id", "rank", "asked_idea_id", "cause", "in_inbox")


def clear() -> None:
    """Nobody yet."""
    connection = db.session.connection()
    connection.execute(CreateTable(NOW, if_not_exists=True))
    connection.execute(delete(NOW))


def add(people: Any) -> None:
    """Put in what a SELECT of COLUMNS gives."""
    db.session.execute(insert(NOW).from_select(COLUMNS, people))


def until(above: int, asked: Iterable[int], followed: Sequence[Thread]) -> int | None:
    """Up to whom a step goes: until STEP votes for these ideas, or as many followers of these threads, have been seen
    to. None where no kind of people has so many left."""
    ideas = _with_merged(asked)
    threads = {*_with_merged(each.id for each in followed), *(each.id for each in followed)}
    tags = select(ThreadTag.tag_id).where(ThreadTag.thread_id.in_([each.id for each in followed]))
    ends = [
        _end(IdeaVote, IdeaVote.idea_id.in_(ideas), above),
        _end(Watch, Watch.thread_id.in_(threads), above),
        _end(CategoryWatch, CategoryWatch.category_id.in_({each.category_id for each in followed}), above),
        _end(TagWatch, TagWatch.tag_id.in_(tags), above),
    ]
    return min((end for end in ends if end is not None), default=None)


def _end(table: Any, chosen: Any, above: int) -> int | None:
    query = select(table.person_id).where(chosen, table.person_id > above).order_by(table.person_id)
    return db.session.scalar(query.offset(STEP - 1).limit(1))


def _with_merged(ideas: Iterable[int]) -> list[int]:
    found: set[int] = set()
    for idea_id in ideas:
        found.update(db.session.scalars(select(whole(idea_id).c.idea_id)))
    return sorted(found)
