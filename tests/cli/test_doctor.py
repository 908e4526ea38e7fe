"""`flask doctor` says what is in force and what is wrong."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from portal import create_app
from portal.cli import doctor
from portal.core.clock import now
from portal.core.db import db
from portal.delivery.models import Delivery
from portal.events.models import Event
from portal.search.models import SearchEntry
from tests.conftest import settings_for
from tests.factories import make_thread
from tests.postgres import free_port


def lines(output: str) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for line in output.splitlines():
        state, rest = line[:7].strip(), line[7:]
        found[state, rest[:17].strip()] = rest[17:]
    return found


def test_all_is_well(own_app: Flask, database_kind: str):
    done = own_app.test_cli_runner().invoke(args=["doctor"])
    said = lines(done.output)
    assert done.exit_code == 0, done.output
    assert said["ok", "database"].startswith("SQLite 3" if database_kind == "sqlite" else "PostgreSQL")
    assert said["ok", "migrations"] == "up to date"
    assert said["set", "WEB_WORKERS"] == "2"
    assert "a key for tests" not in done.output
    assert "characters" in said["set", "SECRET_KEY"]


def test_posts_that_the_search_does_not_know(app: Flask):
    make_thread()
    said = lines(app.test_cli_runner().invoke(args=["doctor"]).output)
    assert said["ok", "search"] == "every post is in the index"
    db.session.execute(db.delete(SearchEntry))
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["doctor"])
    assert done.exit_code == 1
    assert lines(done.output)["wrong", "search"] == "1 posts are not found: run `flask search rebuild`"


@pytest.mark.parametrize("address", ["sqlite:////nowhere/at/all.db", "postgresql://me:pass-phrase@127.0.0.1:{}/x"])
def test_no_database(tmp_path: Path, address: str):
    app = create_app(settings_for(address.format(free_port()), tmp_path))
    done = app.test_cli_runner().invoke(args=["doctor"])
    assert done.exit_code == 1
    said = lines(done.output)
    assert said["wrong", "database"]
    assert "upgrade" not in said["wrong", "migrations"]
    assert "pass-phrase" not in done.output
    assert isinstance(done.exception, SystemExit)


def test_not_migrated(tmp_path: Path):
    done = create_app(settings_for("", tmp_path)).test_cli_runner().invoke(args=["doctor"])
    assert done.exit_code == 1
    said = lines(done.output)
    assert "flask db upgrade" in said["wrong", "migrations"]
    assert said["ok", "database"]
    assert "migrated" in said["wrong", "search"]


def test_letters_that_nobody_sends(app: Flask):
    due = now() - timedelta(minutes=6)
    letter = {"kind": "confirm", "address": "a@example.com", "created_at": due, "due_at": due}
    db.session.add(Delivery(message_id="<1@x>", **letter))
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["doctor"])
    assert done.exit_code == 1
    assert "1 letters wait" in lines(done.output)["wrong", "worker"]


def test_people_whom_nobody_tells(app: Flask):
    db.session.add(Event(kind="reply", at=now(), due_at=now() - timedelta(minutes=6)))
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["doctor"])
    assert done.exit_code == 1
    assert "1 things wait to be told" in lines(done.output)["wrong", "worker"]


def test_redis_that_does_not_answer(tmp_path: Path):
    app = create_app(settings_for("", tmp_path, redis_url=f"redis://127.0.0.1:{free_port()}/0"))
    assert "Connection refused" in lines(app.test_cli_runner().invoke(args=["doctor"]).output)["wrong", "redis"]


def test_a_place_for_uploads_that_cannot_be_used(tmp_path: Path):
    app = create_app(settings_for("", tmp_path, uploads_url=f"file://{tmp_path}/elsewhere"))
    assert "elsewhere" in lines(app.test_cli_runner().invoke(args=["doctor"]).output)["ok", "uploads"]
    (tmp_path / "uploads").write_text("a file where the folder should be")
    app = create_app(settings_for("", tmp_path))
    assert "uploads" in lines(app.test_cli_runner().invoke(args=["doctor"]).output)["wrong", "uploads"]


@pytest.mark.parametrize(("free", "state"), [(2 * 1024**3, "ok"), (1024**3 - 1, "look"), (1024, "wrong")])
def test_room_on_the_disk(app: Flask, monkeypatch: pytest.MonkeyPatch, free: int, state: str):
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=free))
    (found,) = doctor.check_disk(app.config["RONDO"])
    assert found.state == state


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, "ok"),
        ({"host": "0.0.0.0"}, "look"),
        ({"rondo_env": "production", "public_url": "http://x.example", "secret_key": "k" * 32}, "wrong"),
        ({"rondo_env": "production", "public_url": "https://x.example", "secret_key": "k" * 32}, "look"),
        (
            {
                "rondo_env": "production",
                "public_url": "https://x.example",
                "secret_key": "k" * 32,
                "trusted_proxies": 1,
            },
            "ok",
        ),
    ],
)
def test_settings_that_do_not_fit_together(tmp_path: Path, given, state: str):
    found = list(doctor.check_settings(settings_for("", tmp_path, **given)))
    assert found[0].state == state


def test_a_folder_that_cannot_be_written_to(tmp_path: Path):
    settings = settings_for("", tmp_path)
    settings.data_dir = tmp_path / "gone"
    assert next(doctor.check_storage(settings)).state == "wrong"


def test_passwords_are_masked():
    assert doctor.masked("postgresql://u:p%40ss@db/x") == "postgresql://u:***@db/x"
    assert doctor.masked("redis://:s3cret@cache:6379/0") == "redis://:***@cache:6379/0"
    assert doctor.masked("smtp://mail.example:25") == "smtp://mail.example:25"


def test_letters_without_a_mail_server_go_to_a_folder(tmp_path: Path):
    (found,) = doctor.check_mail(settings_for("", tmp_path))
    assert found.state == "ok"
    assert str(tmp_path / "outbox") in found.words


def test_in_production_that_should_be_known(tmp_path: Path):
    given = {"rondo_env": "production", "public_url": "https://x.example", "secret_key": "k" * 32}
    (found,) = doctor.check_mail(settings_for("", tmp_path, **given))
    assert found.state == "look"


def test_a_mail_server_that_is_away(tmp_path: Path):
    address = f"smtp://me:pass-phrase@127.0.0.1:{free_port()}"
    (found,) = doctor.check_mail(settings_for("", tmp_path, mail_url=address))
    assert found.state == "wrong"
    assert "pass-phrase" not in found.words


def test_a_mail_server_that_answers_gets_no_letter(tmp_path: Path):
    taken: list[object] = []
    controller = Controller(
        SimpleNamespace(handle_DATA=lambda *given: taken.append(given)), hostname="127.0.0.1", port=free_port()
    )
    controller.start()
    try:
        settings = settings_for("", tmp_path, mail_url=f"smtp://127.0.0.1:{controller.port}")
        (found,) = doctor.check_mail(settings)
    finally:
        controller.stop()
    assert (found.state, taken) == ("ok", [])
