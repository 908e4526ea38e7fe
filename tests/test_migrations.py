"""Migrations up and down, with rows in every table, on every database."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import check, downgrade, upgrade

from portal import ROOT
from portal.core.clock import now
from portal.core.db import UtcDateTime, db

CHOSEN: dict[str, Any] = {
    "person.kind": "account",
    "person.role": "member",
    "person.colour_scheme": "auto",
    "account_token.purpose": "reset",
    "category.visibility": "everyone",
    "category.colour": "teal",
    "thread.kind": "question",
    "thread.privacy": "none",
    "thread_link.kind": "linked",
    "watch.level": "follow",
    "category_watch.level": "watch",
    "tag_watch.level": "watch",
    "upload.kind": "image",
    "delivery.state": "due",
    "person.username_key": "ada",
    "post.number": 1,
    "idea.status": "open",
    "outcome.status": "planned",
    "outcome.tell": "now",
    "mail_choice.every": "each",
    "received_mail.what": "reply",
    "hook.format": "standard",
    "hook_delivery.state": "due",
    "status_name.status": "planned",
    "announcement.state": "draft",
    "announcement.audience": "everyone",
    "announcement_item.outcome": "shipped",
    "notice.kind": "outcome",
    "notice.reason": "voter",
    "notice_choice.sort": "requested",
    "debt.state": "pending",
    "debt.reason": "voter",
    "confirmation.answer": "solved",
    "confirmation.cause": "",
}

FULL_TEXT = "search_index"
"""What SQLite keeps the full-text index in; it holds words, not rows of ours."""
NEVER_REUSED = '{"sqlite_autoincrement": True}'
ANOTHER = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "%s"


def rebuild():
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def upgrade():
    with op.batch_alter_table("thread", recreate=rebuild(), table_kwargs=%s) as batch:
        batch.add_column(sa.Column("mood", sa.String(10), nullable=True))


def downgrade():
    with op.batch_alter_table("thread", recreate=rebuild(), table_kwargs=%s) as batch:
        batch.drop_column("mood")
"""


def _value(column: sa.Column[Any]) -> Any:
    name = f"{column.table.name}.{column.name}"
    if name in CHOSEN:
        return CHOSEN[name]
    if column.foreign_keys:
        return 1
    if isinstance(column.type, UtcDateTime):
        return now()
    return {int: 1, float: 1.0, bool: False, dict: {}, date: now().date()}.get(column.type.python_type, "x")


def _fill() -> dict[str, int]:
    """One row in every table; the number of rows of each."""
    tables = db.metadata.tables.values()
    with db.engine.begin() as connection:
        for name in (
            "person",
            "event",
            "category",
            "thread",
            "post",
            "question",
            "idea",
            "outcome",
            "announcement",
            "notice",
            "debt",
        ):  # in the order they refer
            _insert(connection, db.metadata.tables[name])
        for table in sorted(tables, key=lambda table: len(table.foreign_keys)):
            if not connection.scalar(sa.select(sa.func.count()).select_from(table)):
                _insert(connection, table)
    return _counts()


def _insert(connection: sa.Connection, table: sa.Table) -> None:
    values = {c.name: _value(c) for c in table.columns if not c.nullable or f"{table.name}.{c.name}" in CHOSEN}
    connection.execute(table.insert().values(values))


def _counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0
            for name in sa.inspect(connection).get_table_names()
            if name != "alembic_version" and not name.startswith(FULL_TEXT)
        }


def _head() -> str:
    with db.engine.connect() as connection:
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())


def _never_reuses_ids(table: str) -> bool:
    if db.engine.dialect.name != "sqlite":
        return True
    with db.engine.connect() as connection:
        made = connection.exec_driver_sql(f"SELECT sql FROM sqlite_master WHERE name = '{table}'").scalar_one()
    return "AUTOINCREMENT" in made


def test_the_tables_are_those_of_the_models(own_app: Flask) -> None:
    with own_app.app_context():
        check()


def test_down_and_up_again_with_rows_in_every_table(own_app: Flask) -> None:
    with own_app.app_context():
        assert set(_fill().values()) == {1}
        downgrade(revision="base")
        assert _counts() == {}
        upgrade()
        assert set(_counts().values()) == {0}
        check()


def test_rebuilding_a_table_keeps_what_refers_to_it_and_what_guards_it(own_app: Flask, tmp_path: Path) -> None:
    """On SQLite a batch rebuild with foreign keys on deletes child rows, and unnamed checks are dropped."""
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder)
    with own_app.app_context():
        (folder / "versions" / "9999_another.py").write_text(ANOTHER % (_head(), NEVER_REUSED, NEVER_REUSED))
        before = _fill()
        for step in (upgrade, downgrade):
            step(directory=str(folder))
            assert _counts() == before
            with pytest.raises(sa.exc.IntegrityError), db.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE thread SET kind = 'gossip'")
            assert _never_reuses_ids("thread")
        check()


def test_a_rebuild_that_would_reuse_ids_is_refused_whole(own_app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder)
    with own_app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("only SQLite rebuilds tables")
        (folder / "versions" / "9999_another.py").write_text(ANOTHER % (_head(), "{}", "{}"))
        with pytest.raises(SystemExit, match="reuse ids: thread"):
            upgrade(directory=str(folder))
        assert _head() != "9999"
        assert "mood" not in {column["name"] for column in sa.inspect(db.engine).get_columns("thread")}
