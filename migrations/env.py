"""How migrations run: on SQLite with foreign keys off, or a batch rebuild of a table deletes the rows that refer to
it; afterwards every reference is checked."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from portal.core.db import UtcDateTime

config = context.config
database = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Migrations name plain types, never the application's own."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """What SQLite keeps the full-text index in has no model: it comes and goes with its migration."""
    return kind != "table" or name is None or not name.startswith("search_index")


def run(connection: Connection) -> None:
    arguments: dict[str, Any] = dict(current_app.extensions["migrate"].configure_args)
    arguments["render_item"] = render_item
    arguments["include_name"] = is_ours
    context.configure(connection=connection, target_metadata=database.metadata, **arguments)
    with context.begin_transaction():
        context.run_migrations()


def never_reusing(connection: Connection) -> set[str]:
    """The tables of SQLite that never give an id twice. A batch rebuild forgets that unless it is told:
    `batch_alter_table(..., table_kwargs={"sqlite_autoincrement": True})`."""
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
    return set(found.scalars())


def run_on_sqlite(connection: Connection) -> None:
    """All or nothing: what is wrong afterwards is never committed."""
    before = never_reusing(connection)
    connection.rollback()
    # Outside any transaction, or SQLite ignores it.
    connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    try:
        connection.begin()
        run(connection)
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
            raise SystemExit(f"the migration leaves rows that refer to nothing: {broken[:5]}")
        kept = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
        if lost := (before & kept) - never_reusing(connection):
            raise SystemExit(f"the migration makes these tables reuse ids: {', '.join(sorted(lost))}")
        connection.commit()
    finally:
        connection.rollback()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


def run_online() -> None:
    given = config.attributes.get("connection")
    if given is not None:
        run(given)
        return
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            run_on_sqlite(connection)
        else:
            run(connection)
            connection.commit()


run_online()
