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


def run(connection: Connection) -> None:
    arguments: dict[str, Any] = dict(current_app.extensions["migrate"].configure_args)
    arguments["render_item"] = render_item
    context.configure(connection=connection, target_metadata=database.metadata, **arguments)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    given = config.attributes.get("connection")
    if given is not None:
        run(given)
        return
    with database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # Outside any transaction, or SQLite ignores it.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        try:
            run(connection)
            connection.commit()
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
                raise SystemExit(f"the migration left rows that refer to nothing: {broken[:5]}")
        finally:
            if sqlite:
                connection.rollback()
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


run_online()
