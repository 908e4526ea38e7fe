"""Pages of lists whose order moves: by the last row seen, not by counting rows, so that any page costs the same."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Integer, tuple_

from portal.core.db import UtcDateTime, ask, db, param

T = TypeVar("T")
LONGEST = 400
"""Characters of a cursor; longer ones are not ours."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list, and the cursors that lead on, where there is more."""

    rows: tuple[T, ...]
    older: str | None = None
    newer: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is ordered by: a column that is never null, and the id that decides between equals."""

    by: Any
    id: Any
    ascending: bool = False

    @property
    def kind(self) -> type:
        """Of the values that it is ordered by."""
        return datetime if isinstance(self.by.type, UtcDateTime) else self.by.type.python_type


def page(
    query: Any,
    order: Order,
    *,
    cursor: str | None,
    limit: int,
    make: Callable[[Any], T],
    values: Mapping[str, Any] | None = None,
) -> Page[T]:
    """One page of `query` in one statement. A cursor that cannot be read gives the first page.

    "Older" is further on in the order of the list, whichever that is. `make` turns a row into what is shown. `values`:
    `query` is one of those that are built once, with these for its parameters.
    """
    back, place = _read(cursor, order.kind)
    up = order.ascending != back
    build, run = (_beyond, db.session.execute) if values is None else (_kept, ask)
    asked = dict(values or {}) | {"page_rows": limit + 1}
    if place is not None:
        asked |= {"page_value": place[0], "page_id": place[1]}
    found: list[Any] = [*run(build(query, order, up, place is not None), asked)]
    if back and not found:
        return page(query, order, cursor=None, limit=limit, make=make, values=values)
    more, found = len(found) > limit, found[:limit]
    if back:
        found.reverse()
    older = _written(False, found[-1]) if found and (more or back) else None
    newer = _written(True, found[0]) if found and (more if back else place is not None) else None
    return Page(tuple(make(row) for row in found), older, newer)


def _beyond(query: Any, order: Order, up: bool, from_a_place: bool) -> Any:
    """The rows before or behind a place, or from the beginning."""
    query = query.add_columns(order.by.label("_by"), order.id.label("_id"))
    if from_a_place:
        here = tuple_(order.by, order.id)
        there = tuple_(param("page_value", order.by.type), param("page_id", order.id.type))
        query = query.where(here > there if up else here < there)
    directed = (order.by.asc(), order.id.asc()) if up else (order.by.desc(), order.id.desc())
    return query.order_by(*directed).limit(param("page_rows", Integer()))


_kept = lru_cache(maxsize=512)(_beyond)


def _written(back: bool, row: Any) -> str:
    value, id_ = row[-2], row[-1]
    kept = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([int(back), kept, id_]).encode()).decode().rstrip("=")


def _read(cursor: str | None, kind: type) -> tuple[bool, tuple[Any, int] | None]:
    """Whether a cursor leads back, and the place it starts from; None for the start of the list."""
    if not cursor or len(cursor) > LONGEST:
        return False, None
    try:
        back, value, id_ = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if kind is datetime:
            value = datetime.fromisoformat(value).astimezone(UTC)
        elif kind is str:
            value.encode()
        numbers = [number for number in (value, id_) if type(number) is int]
        if type(value) is not kind or type(id_) is not int or "\0" in str(value) or max(map(abs, numbers)) >= 2**63:
            return False, None
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return False, None
    return bool(back), (value, id_)
