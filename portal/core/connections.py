"""Connections to the database: how each is set up, and how its transactions begin and end."""

import sqlite3
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

PATIENT, IMPATIENT = 10_000, 20
"""Milliseconds that a writer waits for the one before it on SQLite."""
ALERT = 150
"""Milliseconds after which SQLite would look only ten times a second whether it is free, and miss every short rest of
someone who writes a lot: it is asked anew then, and looks often again."""
WRITING = "rondo_writing"
"""An option of a transaction that is to write."""
IF_FREE = "if free"
"""As the value of WRITING: the transaction is not waited for."""
SQLITE_BUSY = 5


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
