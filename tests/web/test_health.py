"""What machines ask."""

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade

from portal import ROOT, create_app
from portal.core.migrating import wanted_revisions
from portal.web import health
from tests.conftest import migrated_database, settings_for
from tests.postgres import free_port


def test_alive_and_ready(client: FlaskClient):
    assert client.get("/livez").text == "ok\n"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


def test_not_ready_before_the_migrations(own_app: Flask):
    with own_app.app_context():
        downgrade(revision="base")
        answer = own_app.test_client().get("/readyz")
        assert (answer.status_code, answer.text) == (503, "not migrated\n")
        assert own_app.test_client().get("/livez").status_code == 200


@pytest.mark.parametrize("address", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://u:hidden@127.0.0.1:{}/x"])
def test_not_ready_without_a_database(tmp_path: Path, address: str):
    client = create_app(settings_for(address.format(free_port()), tmp_path)).test_client()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "the database does not answer\n")
    assert client.get("/livez").status_code == 200


def test_the_figures_count_requests_by_route(trouble: Flask):
    client = trouble.test_client()
    name = 'rondo_answers_total{method="GET",route="/raise/<which>",status="409"}'

    def count() -> float:
        lines = [line for line in client.get("/metrics").text.splitlines() if line.startswith(name)]
        return float(lines[0].split()[-1]) if lines else 0.0

    before = count()
    client.get("/raise/conflict", buffered=True)
    client.get("/raise/conflict", buffered=True)
    assert count() == before + 2


def test_addresses_make_no_new_figures(trouble: Flask):
    client = trouble.test_client()
    client.get("/made-up-by-a-crawler", buffered=True)
    figures = client.get("/metrics").text
    assert "made-up" not in figures
    assert 'route="unknown"' in figures


@pytest.mark.parametrize(
    ("given", "asked", "status"),
    [
        ({}, {"environ_base": {"REMOTE_ADDR": "127.0.0.1"}}, 200),
        ({}, {"environ_base": {"REMOTE_ADDR": "::1"}}, 200),
        ({}, {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}}, 404),
        # A proxy on this machine that nobody told us of: everyone would seem to be local.
        ({}, {"headers": {"X-Forwarded-For": "192.0.2.1"}}, 404),
        ({"trusted_proxies": 1}, {"headers": {"X-Forwarded-For": "192.0.2.1"}}, 404),
        ({"trusted_proxies": 1}, {"headers": {"X-Forwarded-For": "127.0.0.1, 192.0.2.1"}}, 404),
        ({"metrics_public": True}, {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}}, 200),
    ],
)
def test_figures_are_for_this_machine_unless_set(tmp_path: Path, given, asked, status: int):
    app = create_app(settings_for(migrated_database("sqlite", tmp_path), tmp_path, **given))
    assert app.test_client().get("/metrics", **asked).status_code == status


def test_figures_wait_for_a_process_that_just_begins(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Its file is there before anything is in it."""
    begun = tmp_path / "counter_1.db"
    begun.touch()
    monkeypatch.setenv(health.SHARED_FOLDER, str(tmp_path))
    monkeypatch.setattr(health, "sleep", lambda _seconds: begun.unlink())
    assert client.get("/metrics").status_code == 200


def test_the_newest_migration_is_the_one_that_alembic_would_go_to(app: Flask) -> None:
    with app.app_context():
        assert wanted_revisions() == set(ScriptDirectory(str(ROOT / "migrations")).get_heads())
