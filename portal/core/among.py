"""Conditions on a column by a list of values, for statements that are built once.

SQLAlchemy writes the values of an IN anew each time that the statement is asked, as many as there are.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Dialect, Text, bindparam, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator


def one_of(column: Any, *values: str) -> ColumnElement[bool]:
    """Condition: the column is one of these few, which are part of the statement once and for all."""
    return column.in_([literal(value, column.type) for value in values])


def among(column: Any, name: str) -> Any:
    """Condition: the number in this column is one of those in the list that is given as `name`. The statement is the
    same however long the list: neither SQLAlchemy nor PostgreSQL makes it anew."""
    return _Among(column, bindparam(name, type_=_Numbers()))


class _Numbers(TypeDecorator[Sequence[int]]):
    """A list of numbers as one value."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        kind: Any = Text() if dialect.name == "sqlite" else ARRAY(BigInteger())
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        return json.dumps(list(value or ())) if dialect.name == "sqlite" else list(value or ())


class _Among(FunctionElement[Any]):
    inherit_cache = True
    type = NullType()  # of a Boolean SQLAlchemy would ask whether it equals 1, and then no index serves


@compiles(_Among)
def _any_of(element: _Among, compiler: Any, **how: Any) -> str:  # pyright: ignore[reportUnusedFunction]
    column, numbers = (compiler.process(each, **how) for each in element.clauses)
    return f"({column} = ANY({numbers}))"


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: Any, **how: Any) -> str:  # pyright: ignore[reportUnusedFunction]
    column, numbers = (compiler.process(each, **how) for each in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({numbers})))"  # noqa: S608
