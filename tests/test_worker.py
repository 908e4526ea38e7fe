"""The worker as a process: killed in the middle, told to stop, and its commands."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner

from portal import ROOT, worker
from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery import queue
from portal.delivery.actions import send_letter
from portal.delivery.models import Delivery
from portal.people import passwords
from portal.people.models import Person
from tests.delivery.conftest import AnyPort, MailServer, mail_server
from tests.factories import make_person

__all__ = ["mail_server"]


class Slow(MailServer):
    """Takes a letter, and does not answer before it is told to: what a worker can die of."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = threading.Event()
        self.hangs = True

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        self.reached.set()
        while self.hangs and not server.transport.is_closing():
            import asyncio

            await asyncio.sleep(0.02)
        return answer


@pytest.fixture
def slow_server() -> Iterator[Slow]:
    handler = Slow()
    controller = AnyPort(handler, hostname="127.0.0.1", port=0)
    controller.start()
    handler.port = controller.port
    yield handler
    handler.hangs = False
    controller.stop()


def flask(app: Flask, *arguments: str, mail_url: str = "") -> "subprocess.Popen[str]":
    """A command as operators start it, on the database of the test."""
    settings = app.config["RONDO"]
    given = {
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.secret_key,
        "PUBLIC_URL": settings.public_url,
        "MAIL_URL": mail_url,
    }
    command = [sys.executable, "-m", "flask", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | given, stdout=pipe, stderr=pipe, text=True)


def a_letter(app: Flask) -> int:
    with app.app_context():
        person_id = make_person("ada").id
        letter = write(lambda: send_letter("reset", db.session.get_one(Person, person_id)))
        assert letter is not None
        return letter.id


def state_of(app: Flask, letter_id: int) -> tuple[str, int]:
    with app.app_context():
        letter = db.session.get_one(Delivery, letter_id)
        return letter.state, letter.attempts


@pytest.mark.own_database
def test_killed_between_sending_and_recording(own_app: Flask, slow_server: Slow) -> None:
    letter_id = a_letter(own_app)
    process = flask(own_app, "work", "--once", mail_url=slow_server.url)
    assert slow_server.reached.wait(60)
    process.kill()
    process.communicate()
    assert state_of(own_app, letter_id) == ("leased", 1)
    slow_server.hangs = False
    with own_app.app_context():
        db.session.execute(sa.update(Delivery).values(lease_until=now() - timedelta(seconds=1)))
        db.session.commit()
        own_app.config["RONDO"] = own_app.config["RONDO"].model_copy(update={"mail_url": slow_server.url})
        assert worker.run_once() == 1
    assert state_of(own_app, letter_id) == ("sent", 2)
    ids = [message["Message-ID"] for message in slow_server.taken]
    assert len(ids) == 2
    assert len(set(ids)) == 1, "one that goes twice is seen as one"


@pytest.mark.own_database
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_finishes_what_it_does(own_app: Flask, slow_server: Slow, told: signal.Signals) -> None:
    letter_id = a_letter(own_app)
    process = flask(own_app, "work", mail_url=slow_server.url)
    assert slow_server.reached.wait(60)
    process.send_signal(told)
    slow_server.hangs = False
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert state_of(own_app, letter_id)[0] == "sent"
    assert "Traceback" not in said


def test_a_ring_wakes_it_and_so_does_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a ring it looks every few seconds; with one at once."""
    looked: list[str] = []
    stop = threading.Event()
    rings = iter([False, True, False, False])

    def deliver(_post: object) -> int:
        looked.append("looked")
        if len(looked) == 2:
            stop.set()
        return 0

    monkeypatch.setattr(worker.sending.Post, "deliver_due", deliver)
    monkeypatch.setattr(worker.queue, "rung", lambda: next(rings, False))
    monkeypatch.setattr(worker, "LISTENS_EVERY", 0.001)
    monkeypatch.setattr(worker, "SWEEPS", ())
    worker.run(app, stop)
    assert looked == ["looked", "looked"]


def test_what_fails_once_does_not_end_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    calls: list[int] = []

    def fails_at_first(_post: object) -> int:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("the database went away")
        stop.set()
        return 0

    monkeypatch.setattr(worker.sending.Post, "deliver_due", fails_at_first)
    monkeypatch.setattr(worker, "LOOKS_EVERY", 0.0)
    monkeypatch.setattr(worker, "SWEEPS", ())
    worker.run(app, stop)
    assert len(calls) == 2


class TestCommands:
    @pytest.fixture
    def run(self, app: Flask) -> FlaskCliRunner:
        return app.test_cli_runner()

    def test_work_once(self, app: Flask, run: FlaskCliRunner) -> None:
        a_letter(app)
        result = run.invoke(args=["work", "--once"])
        assert (result.exit_code, result.output) == (0, "1 letter sent.\n")

    def test_mail_test_says_each_step(self, app: Flask, run: FlaskCliRunner, mail_server: MailServer) -> None:
        settings = app.config["RONDO"]
        app.config["RONDO"] = settings.model_copy(update={"mail_url": mail_server.url})
        try:
            good = run.invoke(args=["mail", "test", "ada@example.com"])
            mail_server.to_recipient = "550 No such person"
            bad = run.invoke(args=["mail", "test", "ada@example.com"])
        finally:
            app.config["RONDO"] = settings
        assert good.exit_code == 0
        for words in (f"port {mail_server.port}", "not encrypted", "to ada@example.com", "Done: 250"):
            assert words in good.output
        assert (bad.exit_code, bad.output.splitlines()[-1]) == (
            1, "Error: The server will not take this letter: 550 No such person")  # fmt: skip

    def test_mail_test_without_a_server(self, app: Flask, run: FlaskCliRunner) -> None:
        result = run.invoke(args=["mail", "test", "ada@example.com"])
        assert result.exit_code == 0
        assert "There is no MAIL_URL" in result.output
        assert Path(result.output.splitlines()[-1].removeprefix("Done: written to ")).exists()

    def test_mail_test_to_nowhere(self, run: FlaskCliRunner) -> None:
        result = run.invoke(args=["mail", "test", "nowhere"])
        assert result.exit_code == 1
        assert "e-mail address" in result.output

    def create(self, run: FlaskCliRunner, *arguments: str, password: str = "correct horse battery staple") -> Any:
        asked = ["users", "create", "root@example.com", "--password-stdin", *arguments]
        return run.invoke(args=asked, input=password + "\n")

    def test_an_admin_is_made_and_confirmed_at_once(self, run: FlaskCliRunner) -> None:
        result = self.create(run, "--username", "admin", "--role", "admin")
        assert (result.exit_code, result.output) == (0, "admin (admin) can sign in now.\n")
        person = db.session.scalars(sa.select(Person)).one()
        assert (person.role, person.is_confirmed, person.kind) == ("admin", True, "account")
        assert passwords.is_right(person.password_hash, "correct horse battery staple")

    @pytest.mark.parametrize(
        ("arguments", "password", "words"),
        [
            (["--username", "other"], "correct horse battery staple", "admin has this address already"),
            (["--username", "other"], "password", "easy to guess"),
            (["--username", "other"], "", "no password on standard input"),
        ],
    )
    def test_what_cannot_be_made_is_one_line(
        self, run: FlaskCliRunner, arguments: list[str], password: str, words: str
    ) -> None:
        self.create(run, "--username", "admin", "--role", "admin")
        result = self.create(run, *arguments, password=password)
        assert result.exit_code == 1
        assert words in result.output
        assert len(result.output.strip().splitlines()) == 1

    def test_a_username_that_is_taken(self, run: FlaskCliRunner) -> None:
        make_person("admin")
        result = self.create(run, "--username", "ADMIN")
        assert result.exit_code == 1
        assert "taken" in result.output

    def test_a_role_that_there_is_not(self, run: FlaskCliRunner) -> None:
        assert self.create(run, "--username", "x12", "--role", "king").exit_code == 2

    def test_queue_is_emptied_by_a_look(self, app: Flask) -> None:
        for _ in range(3):
            queue.nudge()
        assert queue.rung() is True
        assert queue.rung() is False


LIGHT = """
import sys
from portal import create_worker
from portal.delivery import letters, queue
from flask_babel import force_locale
with create_worker().app_context():
    queue.nudge()
    assert queue.rung()
    with force_locale("de"):
        print(letters.drawn("confirm", {"site": "Rondo", "address": "x", "links": [("", "/a")]}).subject)
heavy = {"portal.web", "alembic", "flask_migrate", "redis", "psycopg", "zxcvbn", "PIL"}
print(*sorted(heavy & sys.modules.keys()))
"""


def test_the_worker_loads_no_faces_and_no_clients_that_it_does_not_use(tmp_path: Path) -> None:
    """It runs beside the web processes for as long as they do."""
    given = {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}", "DATA_DIR": str(tmp_path), "SECRET_KEY": "t" * 48}
    done = subprocess.run(
        [sys.executable, "-c", LIGHT], check=False, env=os.environ | given, cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == ["Rondo: bitte bestätige deine Adresse", ""], done.stderr
