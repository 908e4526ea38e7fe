"""The same with ten thousand people, killed at every instant there is and at fifty that nobody chose. It takes some
minutes on each database: `make faults`."""

import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from bench.fanout import fill
from portal import create_worker
from portal.core.db import db
from portal.delivery.models import Delivery
from portal.events.models import Event
from portal.loop.models import Debt
from portal.loop.telling import people
from portal.notices.models import Notice
from portal.notices.telling import steps
from tests.conftest import application, migrated_database, settings_for
from tests.faults import in_full
from tests.loop.told import assert_accounts_balance

pytestmark = [in_full, pytest.mark.own_database]

PEOPLE = 10_000
AT_RANDOM = 50
SEED = 20


@pytest.fixture(scope="module")
def filled(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database in which ten thousand people wait for word of an idea."""
    folder = tmp_path_factory.mktemp("filled")
    app = application(settings_for(migrated_database(database_kind, folder), folder))
    with app.app_context():
        fill(PEOPLE, 0)
        app.test_cli_runner().invoke(args=["recount"])
        db.session.remove()
        db.engine.dispose()
    return app.config["RONDO"].database


@contextmanager
def a_copy(filled: str, folder: Path) -> Iterator[str]:
    """The address of a database with the same in it."""
    if filled.startswith("sqlite"):
        path = folder / "copy.db"
        shutil.copy(filled.removeprefix("sqlite:///"), path)
        yield f"sqlite:///{path}"
        for each in folder.glob("copy.db*"):
            each.unlink()
        return
    server, _slash, name = filled.replace("+psycopg", "").rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}_copy TEMPLATE {name}".encode())
        yield f"{server}/{name}_copy"
        connection.execute(f"DROP DATABASE {name}_copy WITH (FORCE)".encode())


def in_a_worker(address: str, folder: Path, act: Callable[[], None]) -> int:
    """Run it in a process of its own, and return the id of that."""
    child = os.fork()
    if child:
        return child
    os.environ.update(DATABASE_URL=address, DATA_DIR=str(folder), SECRET_KEY="k" * 48)
    ended = 1
    try:
        with create_worker().app_context():
            act()
        ended = 0
    finally:
        os._exit(ended)


def ended(child: int) -> int:
    """How it ended: 0, or the signal's number with a minus. Anything else is a fault."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL)
    return code


def told(instant: int = 0) -> Callable[[], None]:
    """Tells all that is due; killed at the so-manieth instant: before and after each statement and commit."""

    def act() -> None:
        left = [instant]

        def dies(*_arguments: object) -> None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
            sa.event.listen(db.engine, moment, dies)
        sa.event.listen(db.session, "after_commit", dies)
        steps.tell_due()

    return act


def assert_everyone_once(address: str, folder: Path) -> None:
    """Exactly one debt, notice and letter for each, and nothing that is counted is wrong."""
    app: Flask = application(settings_for(address, folder))
    with app.app_context():
        assert (
            db.session.scalar(sa.select(sa.func.count()).where(Event.due_at.is_not(None), Event.done_at.is_(None))) == 0
        )
        for table, many in ((Debt, PEOPLE + 1), (Notice, PEOPLE + 1)):
            rows, persons = db.session.execute(
                sa.select(sa.func.count(), sa.func.count(sa.distinct(table.person_id))).select_from(table)
            ).one()
            assert (rows, persons) == (many, many)
        letters = db.session.execute(
            sa.select(sa.func.count(), sa.func.count(sa.distinct(Delivery.notice_id))).select_from(Delivery)
        ).one()
        assert tuple(letters) == (PEOPLE, PEOPLE)
        assert_accounts_balance()
        checked = app.test_cli_runner().invoke(args=["recount", "--check"])
        assert checked.exit_code == 0, checked.output
        db.session.remove()
        db.engine.dispose()


def test_killed_at_every_instant(filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "REST", 0)
    instant = 0
    killed = True
    while killed:
        instant += 1
        with a_copy(filled, tmp_path) as address:
            killed = ended(in_a_worker(address, tmp_path, told(instant))) != 0
            assert ended(in_a_worker(address, tmp_path, told())) == 0
            assert_everyone_once(address, tmp_path)
    assert instant > 3 * PEOPLE / people.STEP


def test_killed_at_any_time(filled: str, tmp_path: Path) -> None:
    """Whatever it is just at, from outside."""
    chance, lasts = random.Random(SEED), 0.0
    with a_copy(filled, tmp_path) as address:
        began = time.monotonic()
        assert ended(in_a_worker(address, tmp_path, told())) == 0
        lasts = time.monotonic() - began
    killed = 0
    for _time in range(AT_RANDOM):
        with a_copy(filled, tmp_path) as address:
            child = in_a_worker(address, tmp_path, told())
            time.sleep(chance.uniform(0, lasts))
            os.kill(child, signal.SIGKILL)
            killed += ended(child) != 0
            assert ended(in_a_worker(address, tmp_path, told())) == 0
            assert_everyone_once(address, tmp_path)
    assert killed > AT_RANDOM / 4
