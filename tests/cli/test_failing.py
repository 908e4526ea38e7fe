"""A mistake of the operator's is one line on standard error and exit code 1 or 2, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from flask import Flask

from portal import create_app
from portal.cli import failing
from portal.core.errors import Conflict, Invalid
from tests.conftest import settings_for
from tests.postgres import free_port

ROOT = Path(__file__).parents[2]


def flask(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command as an operator runs it."""
    environment = os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": "", "RONDO_ENV": "local"} | settings
    command = [Path(sys.executable).parent / "flask", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", [("db", "upgrade"), ("db", "current")])
def test_a_database_that_is_away(tmp_path: Path, command: tuple[str, ...]):
    done = flask(tmp_path, *command, DATABASE_URL=f"postgresql://u:p@127.0.0.1:{free_port()}/x")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "refused" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "many"), ("RONDO_ENV", "staging"), ("MAIL_URL", "mail.example"), ("DATABASE_URL", "mysql://x/y")],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str):
    done = flask(tmp_path, "assets", "build", **{name: value})
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith(f"{name}: ")


def test_wrong_usage_is_2(tmp_path: Path):
    done = flask(tmp_path, "no-such-command")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.fixture
def saying(tmp_path: Path) -> Flask:
    app = create_app(settings_for("", tmp_path))

    @app.cli.command("fail")
    @click.argument("how")
    def fail(how: str) -> None:
        raise {
            "conflict": Conflict("Someone was faster."),
            "invalid": Invalid(fields={"email": "is no address"}),
            "file": FileNotFoundError(2, "No such file or directory", "/no/such/file"),
            "bug": ZeroDivisionError(),
        }[how]

    failing.mount(app.cli)
    return app


@pytest.mark.parametrize(
    ("how", "line"),
    [
        ("conflict", "Error: Someone was faster."),
        ("invalid", "Error: email: is no address"),
        ("file", "Error: /no/such/file: No such file or directory"),
    ],
)
def test_what_a_room_refuses_is_said(saying: Flask, how: str, line: str):
    done = saying.test_cli_runner().invoke(args=["fail", how])
    assert (done.exit_code, done.stderr.strip()) == (1, line)


def test_a_bug_is_not_hidden(saying: Flask):
    done = saying.test_cli_runner().invoke(args=["fail", "bug"])
    assert isinstance(done.exception, ZeroDivisionError)
