"""The database: one session, one way to write, and the types that every table uses.

Only `write` commits. See "Writing" in docs/decisions.md for why it is as it is.
"""

import random
import sqlite3
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
    Engine,
    Executable,
    Integer,
    MetaData,
    and_,
    bindparam,
    event,
)
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry, relationship
from sqlalchemy.types import TypeDecorator
from sqlalchemy.util import LRUCache

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
PATIENT, IMPATIENT = 10_000, 20
"""Milliseconds that a writer waits for the one before it on SQLite."""
ALERT = 150
"""Milliseconds after which SQLite would look only ten times a second whether it is free, and miss every short rest of
someone who writes a lot: it is asked anew then, and looks often again."""
WRITING = "rondo_writing"
IF_FREE = "if free"
"""As the value of WRITING: the transaction is not waited for."""
SQLITE_BUSY, SQLITE_LOCKED = 5, 6
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


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

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


def prepare(engine: Engine) -> None:
    """Set an engine up: on SQLite the pragmas of every connection, and who begins transactions (we do); on PostgreSQL
    how they end."""
    if engine.dialect.name != "sqlite":
        engine.dialect.do_rollback = _end
        return

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={PATIENT}",
            "temp_store=MEMORY",
            "cache_size=-1000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        # A read that turns into a write after someone else's commit fails at once on SQLite, whatever the timeout.
        writing = connection.get_execution_options().get(WRITING)
        raw = connection.connection.driver_connection
        try:
            # Not by SQLAlchemy, for which each is a statement like any other: it would cost as much as a page's first.
            if not writing:
                raw.execute("BEGIN")
            else:
                _begin_writing(raw, IMPATIENT if writing == IF_FREE else PATIENT)
        except sqlite3.OperationalError as error:
            raise OperationalError("BEGIN", None, error) from error


def _end(dbapi_connection: Any) -> None:
    """ROLLBACK, as SQLAlchemy asks for it. psycopg's own forgets all that is prepared on the connection, as tables may
    have come in what is undone. But every page ends so: PostgreSQL would plan each statement anew for each page, which
    takes it ten times as long as the answer."""
    from psycopg.pq import ExecStatus, TransactionStatus

    raw = dbapi_connection.pgconn
    sound = raw.transaction_status == TransactionStatus.INTRANS
    if not (sound and raw.exec_(b"ROLLBACK").status == ExecStatus.COMMAND_OK):
        dbapi_connection.rollback()


def _begin_writing(raw: sqlite3.Connection, patience: int) -> None:
    """Wait until SQLite belongs to us, so many milliseconds at most."""
    until = time.monotonic() + patience / 1000
    raw.execute(f"PRAGMA busy_timeout={min(ALERT, patience)}")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != SQLITE_BUSY or time.monotonic() >= until:
                    raise
            else:
                return
    finally:
        raw.execute(f"PRAGMA busy_timeout={PATIENT}")
