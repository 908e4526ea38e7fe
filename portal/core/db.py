"""The database: one session, one way to write, and the types that every table uses.

Only `write` commits. See "Writing" in docs/decisions.md for why it is as it is.
"""

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Executable,
    Integer,
    MetaData,
    and_,
    bindparam,
)
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry, relationship
from sqlalchemy.types import TypeDecorator
from sqlalchemy.util import LRUCache

from portal.core.connections import IF_FREE, SQLITE_BUSY, WRITING
from portal.core.errors import Busy

P = ParamSpec("P")
T = TypeVar("T")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
TRIES = 6
SQLITE_LOCKED = 6
RETRIED_STATES = {"40001", "40P01", "55P03"}
SQLITE_AWAY = {SQLITE_BUSY, SQLITE_LOCKED, 8, 10, 11, 13, 14, 26}
"""Besides busy: read-only, disk trouble, malformed, full, cannot open, not a database."""
STATES_AWAY = ("08", "53", "57P", "58", "3D000", "28")
"""Connection lost, out of resources, shut down, system trouble, no such database, not let in."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: given and read with its zone (UTC), whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: UtcDateTime(), dict[str, Any]: JSON()},
    )


class Database(SQLAlchemy):
    """Flask's way to SQLAlchemy."""

    def _teardown_session(self, exc: BaseException | None) -> None:
        """Ends what a page has read. Its answer is made by then: where the connection has been lost, what was open on
        it has ended with it, and a page that succeeded must not say that it failed."""
        try:
            super()._teardown_session(exc)
        except DBAPIError as error:
            if not is_away(error):
                raise
            self.session.registry.clear()


db = Database(model_class=Base, disable_autonaming=True)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

BigInt = BigInteger().with_variant(Integer(), "sqlite")
Id = Annotated[int, mapped_column(BigInt, primary_key=True)]


def link(*args: Any, **kwargs: Any) -> Mapped[Any]:
    """A relationship that refuses to load by itself: a forgotten load fails instead of costing a query a row."""
    return relationship(*args, lazy="raise", **kwargs)


def param(name: str, kind: Any = None, *, many: bool = False) -> Any:
    """A parameter of a statement that is built once; `many`: a list of values, for IN."""
    return bindparam(name, type_=kind, expanding=many)


def ask(statement: Executable, values: Mapping[str, Any] | None = None) -> Any:
    """The rows (a Result) of a SELECT of columns, in the session's transaction, without what the ORM adds for entities.

    For statements that are built once and asked often, with a `param` for each of `values`: building one and
    finding it in SQLAlchemy's cache costs five times what the database needs to answer it.
    """
    if db.session.new or db.session.dirty or db.session.deleted:
        db.session.flush()
    return db.session.connection().execute(
        statement, values, execution_options={"compiled_cache": _compiled(statement)}
    )


class _Compiled:
    """What one statement was compiled to. SQLAlchemy finds it by all that the statement is made of, hashed each time;
    for one that is built once it is enough to know which it is. Others are found as SQLAlchemy would."""

    of_all: LRUCache[Any, Any] = LRUCache(500)

    def __init__(self) -> None:
        self.kept: dict[tuple[Any, Any], Any] = {}

    def get(self, key: tuple[Any, ...]) -> Any:
        dialect, _, names = key[:3]
        found = self.kept.get((dialect, names))
        if found is None and (found := self.of_all.get(key)) is not None:
            self.kept[dialect, names] = found
        return found

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self.kept[key[0], key[2]] = self.of_all[key] = compiled


@lru_cache(maxsize=1024)
def _compiled(_statement: Executable) -> _Compiled:
    return _Compiled()


def write(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `fn` in the one transaction that commits, and return what it returns.

    An open read is ended first, so `fn` must fetch and check afresh. Another writer in the way is waited for and
    retried, so `fn` may run several times and must have no effect outside the database.
    Raises Busy when the database stays unavailable.
    """
    if db.session.info.get(WRITING):
        raise RuntimeError("write() inside write(): the outer one already holds the transaction")
    for attempt in range(TRIES):
        db.session.rollback()
        db.session.info[WRITING] = True
        try:
            db.session.connection(execution_options={WRITING: True})
            result = fn(*args, **kwargs)
            db.session.commit()
            return result
        except DBAPIError as error:
            db.session.rollback()
            if not _worth_retrying(error):
                raise
            if attempt == TRIES - 1:
                raise Busy from error
        except BaseException:
            db.session.rollback()
            raise
        finally:
            db.session.info.pop(WRITING, None)
        time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311
    raise AssertionError("unreachable")


def write_if_free(fn: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> bool:
    """Run `fn` as `write` does, for what may as well be left out: once, and not at all while SQLite belongs to another
    writer. Whether it was done."""
    if db.session.info.get(WRITING):
        raise RuntimeError("write_if_free() inside write(): the outer one already holds the transaction")
    db.session.rollback()
    db.session.info[WRITING] = True
    try:
        db.session.connection(execution_options={WRITING: IF_FREE})
        fn(*args, **kwargs)
        db.session.commit()
        return True
    except DBAPIError as error:
        db.session.rollback()
        if not is_away(error) and not _worth_retrying(error):
            raise
        return False
    finally:
        db.session.info.pop(WRITING, None)


def _worth_retrying(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        return code & 0xFF in (SQLITE_BUSY, SQLITE_LOCKED)
    return getattr(error.orig, "sqlstate", None) in RETRIED_STATES


def begins_with(column: Any, typed: str) -> ColumnElement[bool]:
    """Condition: the text in this column begins with what was typed, to the letter, and an index finds it.

    On PostgreSQL the index has `varchar_pattern_ops`: any other is ordered as a dictionary is."""
    if db.session.get_bind().dialect.name == "sqlite":
        return and_(column >= typed, column < typed + "\U0010ffff")
    return column.startswith(typed, autoescape=True)


def is_away(error: DBAPIError) -> bool:
    """Whether the database could not be reached or used at all, as against a statement that it did not like."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        return code & 0xFF in SQLITE_AWAY
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return isinstance(error, OperationalError | InterfaceError)
    return str(state).startswith(STATES_AWAY)
