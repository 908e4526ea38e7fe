"""What every import does the same way: rows in batches, each batch one transaction, or none in a dry run."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import insert

from portal.core.db import Model, db
from portal.importing.models import ExternalId

T = TypeVar("T")
Rows = Sequence[dict[str, Any]]
Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Begins to show how far a part is, given its name and how many steps it has."""

CATEGORY = "category"
"""The kind of the external ids of categories."""


def in_batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def add(table: type[Model], rows: Rows) -> None:
    """Insert rows, which all have the same columns, into the transaction under way."""
    if rows:
        db.session.execute(insert(table), rows)


def add_numbered(table: type[Model], rows: Rows) -> list[int]:
    """The same, and the ids that they were given, in their order."""
    if not rows:
        return []
    id_ = table.__table__.c.id
    return list(db.session.scalars(insert(table).returning(id_, sort_by_parameter_order=True), rows))


def add_external(source: str, kind: str, ids: Mapping[int, int]) -> None:
    """Remember what came from where: {id there: id here}."""
    add(
        ExternalId,
        [{"source": source, "kind": kind, "external": str(there), "local_id": here} for there, here in ids.items()],
    )
