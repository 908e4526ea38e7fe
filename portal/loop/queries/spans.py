"""Moments as whole seconds, in SQL on both databases, so that they can be sorted, subtracted and grouped alike."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

DAY = 86400


class Epoch(FunctionElement[int]):
    """The seconds from 1970 to a moment, or to the beginning of a day in UTC."""

    type = BigInteger()
    name = "epoch"
    inherit_cache = True


@compiles(Epoch, "sqlite")
def _sqlite(element: Any, compiler: Any, **more: Any) -> str:  # pyright: ignore[reportUnusedFunction]
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **more)}) AS INTEGER)"


@compiles(Epoch)
def _others(element: Any, compiler: Any, **more: Any) -> str:  # pyright: ignore[reportUnusedFunction]
    return f"CAST(floor(EXTRACT(epoch FROM {compiler.process(element.clauses, **more)})) AS BIGINT)"


def seconds(since: Any, until: Any) -> Any:
    """How long it was from one moment to the other, in whole seconds."""
    return Epoch(until) - Epoch(since)
