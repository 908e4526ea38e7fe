"""An application with routes that go wrong, and a question that tests begin with."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask, abort, render_template_string, request, session
from werkzeug.exceptions import TooManyRequests

from portal.core import clock, errors
from portal.core.db import db
from tests.conftest import application, migrated_database, settings_for, tried, undone
from tests.web.scene import Scene, set_scene


def raising(which: str) -> str:
    """What a view may raise."""
    refused: dict[str, Exception] = {
        "not-found": errors.NotFound(),
        "forbidden": errors.Forbidden("Only its author may."),
        "conflict": errors.Conflict("Ada changed it meanwhile."),
        "invalid": errors.Invalid(fields={"title": "Write a title.", "body": "Write something."}),
        "too-often": errors.TooOften("Eleven letters in an hour.", retry_after=77),
        "busy": errors.Busy(),
        "limited": TooManyRequests(retry_after=30),
        "bug": ZeroDivisionError("a secret of the code"),
    }
    if which == "sql":
        db.session.execute(db.text("SELECT nothing FROM nowhere"))
    if which.isdecimal():
        abort(int(which))
    raise refused[which]


@pytest.fixture(scope="module")
def trouble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """`/raise/<which>` raises it; `/signed-in` makes a session; `/form` takes one."""
    folder = tmp_path_factory.mktemp("trouble")
    app = application(settings_for(migrated_database("sqlite", folder), folder))
    app.testing = False
    app.add_url_rule("/raise/<which>", view_func=raising, methods=["GET", "POST"])
    app.add_url_rule("/signed-in", "signed_in", signed_in)
    app.add_url_rule("/form", "form", lambda: f"got {request.form.get('body')}", methods=["POST"])
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def signed_in() -> str:
    """As after signing in: a session with a token."""
    session["_user_id"] = "nobody"
    return render_template_string("{{ csrf_token() }}")


@pytest.fixture(scope="module")
def standing(migrated_app: Flask) -> Iterator[Scene]:
    """The question of scene.py, made once for a file: that takes longer than most of what is tried on it.

    It is some days old: how old it is said to be must not change while pages of it are compared."""
    with undone(migrated_app):
        with clock.standing(clock.now() - timedelta(days=3, hours=12)):
            made = set_scene(migrated_app)
        yield made


@pytest.fixture
def scene(standing: Scene) -> Iterator[Scene]:
    """As it was made, whatever a test did to it. Not beside `app` in one file."""
    with tried(standing.app):
        yield standing
