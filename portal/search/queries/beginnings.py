"""Texts that begin with what was typed, for statements that are built once (see `portal.core.db.begins_with`)."""

from typing import Any

from sqlalchemy import ColumnElement, and_

from portal.core.db import db, param


def is_sqlite() -> bool:
    """Which database it is: the two find beginnings in ways of their own."""
    return db.session.get_bind().dialect.name == "sqlite"


def begins(column: Any, name: str, sqlite: bool) -> ColumnElement[bool]:
    """`begins_with` for a statement that is built once; `beginning` has its values."""
    if sqlite:
        return and_(column >= param(name), column < param(f"{name}_end"))
    return column.like(param(name), escape="/")


def beginning(name: str, typed: str, sqlite: bool) -> dict[str, Any]:
    """The values of `begins` for what was typed."""
    if sqlite:
        return {name: typed, f"{name}_end": typed + "\U0010ffff"}
    escaped = typed.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return {name: f"{escaped}%"}
