"""What every test may ask for. `app` runs each test on every database; nothing a test writes outlives it."""

import contextlib
import contextvars
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import huey  # noqa: F401 - whole, with its client of Redis, which some tests want
import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from portal import create_app
from portal.config import Settings, load
from portal.core.db import db
from portal.people import passwords
from portal.web.champions import KEY as CHAMPIONS
from portal.web.warming import Compiled
from tests import postgres
from tests.spreading import in_turns, spread

ADDRESS = "RONDO_TEST_POSTGRES"
TEMPLATE = "rondo_migrated"
TEMPLATES = "RONDO_TEST_TEMPLATES"
SECURE = passwords.METHOD
# A good hash takes a tenth of a second, which the tests would spend a thousand times. Theirs is as good as none.
passwords.METHOD = "scrypt:1024:1:1"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", default="", help="sqlite, postgresql, or both parted by a comma (default: all there are)")


def databases(config: pytest.Config) -> list[str]:
    """The kinds that the tests run on."""
    if chosen := config.getoption("--db"):
        return str(chosen).split(",")
    return ["sqlite", "postgresql"] if postgres.binaries() else ["sqlite"]


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: browsers, databases and disks are waited for."""
    return (os.cpu_count() or 1) + 2


def pytest_configure(config: pytest.Config) -> None:
    """One PostgreSQL for the whole run, and one folder of compiled templates, there before the processes that share
    them."""
    if TEMPLATES not in os.environ:
        os.environ[TEMPLATES] = tempfile.mkdtemp(prefix="rondo-templates-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(TEMPLATES), ignore_errors=True))
    if "postgresql" in databases(config) and ADDRESS not in os.environ:
        stack = contextlib.ExitStack()
        os.environ[ADDRESS] = stack.enter_context(postgres.running())
        config.add_cleanup(lambda: (os.environ.pop(ADDRESS, None), stack.close()))


def pytest_report_header(config: pytest.Config) -> str:
    missing = "" if postgres.binaries() else " (PostgreSQL is not installed: its half of the tests is left out)"
    return f"databases: {', '.join(databases(config))}{missing}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", databases(metafunc.config), scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long ones first, one kind in each process; else as they stand in the files. Those in a browser run on one
    database each."""
    left = in_turns([item for item in items if item.nodeid.startswith("tests/browser")], databases(config))
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]
    items[:] = spread(items, getattr(config, "workerinput", {}).get("workercount", 1))


def new_database(kind: str, folder: Path) -> str:
    """The address of an empty database."""
    name = f"rondo_{uuid.uuid4().hex}"
    if kind == "sqlite":
        return f"sqlite:///{folder / name}.db"
    with psycopg.connect(os.environ[ADDRESS].replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return os.environ[ADDRESS].rsplit("/", 1)[0] + f"/{name}"


def migrated_database(kind: str, folder: Path) -> str:
    """The address of a database with every table and no row. On PostgreSQL a copy of one made once a run."""
    if kind == "sqlite":
        address = new_database(kind, folder)
        _migrate(address, folder)
        return address
    server = os.environ[ADDRESS].replace("+psycopg", "")
    name = f"rondo_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # several processes share the server
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            fresh = new_database(kind, folder)
            _migrate(fresh, folder)
            connection.execute(f"ALTER DATABASE {fresh.rpartition('/')[2]} RENAME TO {TEMPLATE}".encode())
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())
    return os.environ[ADDRESS].rsplit("/", 1)[0] + f"/{name}"


def _migrate(address: str, folder: Path) -> None:
    app = create_app(settings_for(address, folder))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


def settings_for(database: str, folder: Path, **given: Any) -> Settings:
    """Settings of a test, whatever the environment or a .env file says."""
    values: dict[str, Any] = {
        "database_url": database,
        "data_dir": folder,
        "secret_key": "a key for tests only, long enough for all",
        "rondo_env": "local",
        "public_url": "http://localhost",
        "mail_url": "",
        "redis_url": "",
        "page_cache_seconds": 0,  # a test sees what it did at once
        "_env_file": None,
    }
    return load(**(values | given))


class Client(FlaskClient):
    """A browser without JavaScript. Each request has a context and a session of its own, as in the real thing."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()  # what the test holds open must not undo what the request writes
        return contextvars.Context().run(super().open, *args, **kwargs)


def application(settings: Settings) -> Flask:
    """The portal with the tests' browser. Templates are compiled once for all: that takes longer than a test."""
    app = create_app(settings)
    app.test_client_class = Client
    app.testing = True
    app.jinja_env.bytecode_cache = Compiled(os.environ[TEMPLATES])
    return app


@pytest.fixture(scope="session")
def _made() -> Iterator[dict[str, Flask]]:
    made: dict[str, Flask] = {}
    yield made
    for app in made.values():
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="session")
def migrated_app(database_kind: str, _made: dict[str, Flask], tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application on an empty, migrated database: shared, so read only."""
    if database_kind not in _made:
        folder = tmp_path_factory.mktemp(database_kind)
        app = application(settings_for(migrated_database(database_kind, folder), folder))
        _made[database_kind] = app
    return _made[database_kind]


@contextlib.contextmanager
def undone(app: Flask) -> Iterator[Flask]:
    """The application in a context and in a transaction that is rolled back; a commit is a savepoint."""
    with app.app_context():
        engines = db._app_engines[app]
        engine = engines[None]
        connection = engine.connect()
        outer = connection.begin()
        engines[None] = connection
        db.session.remove()
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield app
        finally:
            app.extensions.pop(CHAMPIONS, None)
            db.session.remove()
            engines[None] = engine
            outer.rollback()
            connection.close()


@contextlib.contextmanager
def tried(app: Flask) -> Iterator[Flask]:
    """Likewise within `undone`, for many tests that begin with the same rows: what stands before it stays."""
    db.session.remove()
    savepoint = db._app_engines[app][None].begin_nested()
    try:
        yield app
    finally:
        app.extensions.pop(CHAMPIONS, None)
        db.session.remove()
        savepoint.rollback()


@pytest.fixture
def app(migrated_app: Flask) -> Iterator[Flask]:
    """The application; nothing that the test writes stays."""
    with undone(migrated_app):
        yield migrated_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()


@pytest.fixture
def own_app(database_kind: str, migrated_app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own that really commits, for races and crashes. No context."""
    if database_kind == "sqlite":
        address = f"sqlite:///{tmp_path / 'own.db'}"
        source = migrated_app.config["RONDO"].database.removeprefix("sqlite:///")
        with sa.create_engine(f"sqlite:///{source}", poolclass=sa.NullPool).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(source, tmp_path / "own.db")
    else:
        address = migrated_database(database_kind, tmp_path)
    made = application(settings_for(address, tmp_path))
    try:
        yield made
    finally:
        with made.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL that was sent since the list was last cleared (savepoints left out)."""
    seen: list[str] = []
    connection = db._app_engines[app][None]

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO")):
            seen.append(statement)

    sa.event.listen(connection, "before_cursor_execute", note)
    yield seen
    sa.event.remove(connection, "before_cursor_execute", note)
