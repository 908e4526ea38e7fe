"""Notices are made: one a person and event, whatever number of reasons there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, String, case, func, literal, null, select, union_all
from sqlalchemy.dialects import postgresql, sqlite

from portal.core.clock import now
from portal.core.db import UtcDateTime, db
from portal.events.models import Event
from portal.notices.models import REASONS, Notice

DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}
_LAST = ("follower", "watcher", "subscriber")
RANKS = {name: rank for rank, name in enumerate((*(each for each in REASONS if each not in _LAST), *_LAST))}
"""A reason by its weight: of several the lowest holds. What one did oneself comes before what one only follows; the
first five are those of the ledger."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a notice says, and where it leads."""

    event: Event
    kind: str
    thread_id: int
    post_id: int | None = None
    kinds: Mapping[str, str] = field(default_factory=dict[str, str])
    """Where a reason makes it a notice of another kind."""
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])


def make_notices(word: Word, parts: Sequence[Any]) -> None:
    """Give everyone of these (SELECTs of person_id, rank, in_inbox: 1 or 0) a notice, unless they have one of this
    event. One that is only to be sent lies in the inbox as read."""
    given = union_all(*parts).subquery("given")
    rank, at = func.min(given.c.rank), now()
    kind: Any = literal(word.kind, String())
    if word.kinds:
        kind = case({RANKS[name]: kind for name, kind in word.kinds.items()}, value=rank, else_=word.kind)
    rows = (
        select(
            literal(word.event.id, BigInteger()),
            given.c.person_id,
            kind,
            case({rank: name for name, rank in RANKS.items()}, value=rank),
            literal(word.thread_id, BigInteger()),
            literal(word.post_id, BigInteger()),
            literal(dict(word.data), Notice.data.type),
            literal(at, UtcDateTime()),
            case((func.max(given.c.in_inbox) == 0, literal(at, UtcDateTime())), else_=null()),
        )
        .where(given.c.person_id.is_not(None))
        .group_by(given.c.person_id)
        .order_by(given.c.person_id)
    )
    columns = ["event_id", "person_id", "kind", "reason", "thread_id", "post_id", "data", "at", "read_at"]
    written = insert_into(Notice).from_select(columns, rows)
    db.session.execute(written.on_conflict_do_nothing(index_elements=["event_id", "person_id"]))


def insert_into(table: Any) -> Any:
    """An INSERT of the database at hand that knows conflicts."""
    return _insert(db.session.get_bind().dialect.name, table)


@cache
def _insert(dialect: str, table: Any) -> Any:
    return DIALECTS[dialect].insert(table)
