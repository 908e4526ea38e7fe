"""`flask import stackexchange`, as an operator meets it."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.cli.progress import bar
from portal.core.db import db
from portal.importing.stackexchange.actions import import_dump
from portal.threads.models import Thread
from tests.importing.dumps import tea
from tests.importing.stackexchange.brought import SITE


def _run(app: Flask, *args: str) -> Any:
    return app.test_cli_runner().invoke(args=["import", "stackexchange", *args])


def test_the_command_prints_one_object(app: Flask, tmp_path: Path) -> None:
    done = _run(app, str(tea(tmp_path)), "--json")
    assert done.exit_code == 0
    figures = json.loads(done.output)
    assert (figures["questions"], figures["errors"], figures["ideas"], figures["replies"]) == (2, [], 0, 0)
    assert json.loads(_run(app, str(tmp_path / SITE), "--json", "--dry-run").output)["new"] == 0


def test_the_command_speaks_plainly(app: Flask, tmp_path: Path) -> None:
    done = _run(app, str(tea(tmp_path)), "--dry-run")
    assert "rows would be written" in done.output
    assert "votes on missing posts" in done.output
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Thread)) == 0


def test_the_command_shows_on_a_terminal_how_far_it_is(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    import_dump(tea(tmp_path), progress=bar)
    for part in ("Reading", "People", "Tags", "Threads", "Links"):
        assert part in terminal.getvalue()
    assert terminal.getvalue().count("100%") == 5


def test_the_command_fails_with_one_line(app: Flask, tmp_path: Path) -> None:
    empty = _run(app, str(tmp_path))
    assert (empty.exit_code, empty.stderr.count("\n")) == (1, 1)
    assert "has no Posts.xml" in empty.stderr
    assert _run(app, str(tea(tmp_path)), "--category", "nowhere").exit_code == 1
    assert "French is no code" in _run(app, str(tmp_path / SITE), "--language", "French").stderr
    assert _run(app, str(tmp_path / "missing")).exit_code == 2
