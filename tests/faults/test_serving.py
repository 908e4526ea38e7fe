"""Web processes are killed, told to stop, and lose their database, under people who write. What was acknowledged is
there, once; and it works again by itself."""

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from portal.core.db import db
from portal.ideas.models import IdeaVote
from portal.threads.models import Post
from tests import postgres
from tests.conftest import _migrate, migrated_database  # pyright: ignore[reportPrivateUsage]
from tests.factories import make_idea, make_thread
from tests.faults import FULL
from tests.faults.serving import GONE, PATIENCE, Portal, Writer, busy, people, portal, writer

pytestmark = pytest.mark.own_database

WRITERS = 8
KILLS = 200 if FULL else 4
CUTS = 10 if FULL else 2
SERVING_AGAIN = 5.0
"""Seconds after which it must."""


@contextmanager
def served(database: str, folder: Path) -> Iterator[tuple[Portal, list["Busy"]]]:
    """A portal with a thread to reply to and an idea to vote for, and people who are about to."""
    with portal(database, folder) as here:
        with here.app.app_context():
            thread, idea_id = make_thread(), make_idea().thread_id
            thread_id, page = thread.id, thread.path
            writers = [writer(here, each) for each in people(WRITERS)]
            db.session.remove()
        yield here, [Busy(each, n, (thread_id, page, idea_id)) for n, each in enumerate(writers)]


class Busy:
    """Writes a reply and changes a vote, in turn, and remembers what was acknowledged."""

    def __init__(self, who: Writer, number: int, places: tuple[int, str, int]) -> None:
        self.who, self.number = who, number
        self.thread_id, self.page, self.idea_id = places
        self.sent = 0
        self.replies: list[str] = []
        self.on: str | None = None

    def __call__(self) -> None:
        self.sent += 1
        text = f"reply {self.sent} of writer {self.number}."
        while self.who.post(f"/threads/{self.thread_id}/replies", body=text, key=f"{self.number}-{self.sent}") == 503:
            time.sleep(0.05)
        self.replies.append(text)
        wish = str(self.sent % 2)
        while self.who.post(f"/ideas/{self.idea_id}/vote", on=wish) == 503:
            time.sleep(0.05)
        self.on = wish


def assert_nothing_was_lost(here: Portal, writers: list[Busy]) -> None:
    """Each reply that was acknowledged is there once, each vote is as it was left, and the counts are right."""
    with here.app.app_context():
        db.engine.dispose()
        written = Counter(db.session.scalars(sa.select(Post.source).where(Post.source.like("reply %"))))
        assert written.total() == len(written), "written twice"
        assert not [text for each in writers for text in each.replies if text not in written]
        votes = db.session.scalar(sa.select(sa.func.count()).select_from(IdeaVote)) or 0
        assert votes - 1 == sum(each.on == "1" for each in writers)
        checked = here.app.test_cli_runner().invoke(args=["recount", "--check"])
        assert checked.exit_code == 0, checked.output
        if db.engine.dialect.name == "sqlite":
            assert db.session.scalar(sa.text("PRAGMA integrity_check")) == "ok"
            assert db.session.execute(sa.text("PRAGMA foreign_key_check")).all() == []
    assert not {status for each in writers for status in each.who.statuses} - {303, 503}


def test_killed_while_people_write(database_kind: str, tmp_path: Path) -> None:
    """One process after the other is ended by SIGKILL; who had no answer presses again."""
    chance, waits = random.Random(3), [0.0]
    with served(migrated_database(database_kind, tmp_path), tmp_path) as (here, writers):
        with busy(writers):
            for _ in range(KILLS):
                time.sleep(chance.uniform(0.05, 0.5))
                os.kill(chance.choice(here.workers()), signal.SIGKILL)
                waits.append(here.until_ready())
        assert any(each.replies for each in writers)  # how many is up to the machine
        assert max(waits) <= SERVING_AGAIN
        assert_nothing_was_lost(here, writers)


def test_told_to_stop_under_load_it_finishes_what_it_does(database_kind: str, tmp_path: Path) -> None:
    """Every request that was taken is answered; who comes later is not let in."""
    answered, torn = Counter[int](), list[str]()
    with served(migrated_database(database_kind, tmp_path), tmp_path) as (here, writers):
        stopped = threading.Event()

        def reads() -> None:
            while not stopped.is_set():
                try:
                    answered[here.ask("GET", writers[0].page)[0]] += 1
                except ConnectionRefusedError:
                    return
                except GONE as trouble:
                    # A plain reset is the kernel's, for a connection that nobody had taken when the door was shut.
                    torn.extend([] if type(trouble) is ConnectionResetError else [repr(trouble)])
                    return

        threads = [threading.Thread(target=reads) for _ in range(WRITERS)]
        for each in threads:
            each.start()
        time.sleep(0.5)
        here.process.send_signal(signal.SIGTERM)
        assert here.process.wait(PATIENCE) == 0
        stopped.set()
        for each in threads:
            each.join(PATIENCE)
    assert torn == []
    assert set(answered) == {200}


def test_the_database_goes_and_comes_back(tmp_path: Path, database_kind: str) -> None:
    """Connections are cut again and again and the server is started anew: 503 at most, and well by itself."""
    if database_kind == "sqlite":
        pytest.skip("SQLite is part of the process")
    with postgres.running() as server:
        _migrate(server, tmp_path)
        with served(server, tmp_path) as (here, writers):
            with busy(writers):
                for _ in range(CUTS):
                    time.sleep(2 if FULL else 0.3)
                    cut(server)
                restart(server)
                healed = here.until_ready()
                time.sleep(0.5)
            assert healed <= SERVING_AGAIN
            assert_nothing_was_lost(here, writers)


def test_a_full_disk(tmp_path: Path, database_kind: str) -> None:
    """Reading goes on, writing is refused, nothing is half written; with room again it works by itself."""
    if database_kind != "sqlite":
        pytest.skip("a PostgreSQL that cannot write its log stops, and starts when there is room: as when it is away")
    with small_disk(tmp_path / "disk") as disk, served(migrated_database("sqlite", disk), disk) as (here, writers):
        one, filler = writers[0], disk / "filler"
        one()
        fill_up(filler, leave=200_000)
        text = "reply of a long text. " * 900
        refused = 0
        for number in range(60):
            path, key = f"/threads/{one.thread_id}/replies", f"full-{number}"
            refused += one.who.post(path, body=f"{text} {number}", key=key) == 503
            assert one.who.get(one.page) == 200
            assert here.ask("GET", "/questions")[0] == 200
        assert refused > 10
        acknowledged = one.who.statuses.count(303) - 2
        filler.unlink()
        began = time.monotonic()
        one()
        assert time.monotonic() - began <= SERVING_AGAIN
        with here.app.app_context():
            long = sa.select(sa.func.count()).select_from(Post).where(Post.source.like("reply of a long text.%"))
            assert db.session.scalar(long) == acknowledged
        assert_nothing_was_lost(here, [one])


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 24 MB."""
    folder.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "none", folder], check=False, capture_output=True
    ).returncode:
        pytest.skip("making a small disk is up to the administrator of this machine")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)  # lazily: this process has files of it open


def fill_up(filler: Path, *, leave: int) -> None:
    """So many bytes are left."""
    free = os.statvfs(filler.parent)
    filler.write_bytes(b"x" * (free.f_bavail * free.f_frsize - leave))


def cut(server: str) -> None:
    """End every connection but this."""
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()")


def restart(server: str) -> None:
    """Stop the server, whoever is connected, and start it."""
    with psycopg.connect(server.replace("+psycopg", "")) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    folder, user = postgres.binaries(), postgres._as_ordinary_user()  # pyright: ignore[reportPrivateUsage]
    assert folder is not None
    assert row is not None
    command = [folder / "pg_ctl", "-D", row[0], "-m", "fast", "-w", "-l", f"{row[0]}/log", "restart"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=row[0], **user)
