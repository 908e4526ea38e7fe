"""A wrong setting stops the start with one line that names it."""

from pathlib import Path

import pytest

from portal.cli.doctor import shown
from portal.config import BadSetting
from tests.conftest import settings_for

WRONG = [
    ("database_url", "postgresql://rondo:hush@localhost:port/rondo"),
    ("database_url", "postgresql://rondo:hu@sh@localhost/rondo"),
    ("public_url", "https://community.example.com:port"),
    ("public_url", "https://example.com/community"),
    ("public_url", "https://example.com?a=b"),
    ("mail_url", "smtp://me:hu/sh@mail.example.com:587"),
    ("mail_url", "smtp://mail.example.com:port"),
    ("mail_from", "community"),
    ("mail_from", "Community <community>"),
    ("imap_url", "imaps://me:hush@mail.example.com:port/INBOX"),
    ("redis_url", "redis://localhost:port/0"),
    ("host", "0.0.0.0:8000"),
    ("trusted_proxies", "many"),
    ("rondo_env", "staging"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_named_in_one_line(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        settings_for("", tmp_path, mail_replies="reply@example.com", **{name: value})
    assert refused.value.line.startswith(f"{name.upper()}: ")
    assert "\n" not in refused.value.line
    assert "hush" not in refused.value.line


RIGHT = [
    ("database_url", "postgresql://rondo:hu%40sh@localhost/rondo?sslmode=require"),
    ("database_url", "postgresql://rondo@/rondo?host=/run/postgresql"),
    ("public_url", "https://community.example.com:8443/"),
    ("mail_from", "Community <community@example.com>"),
    ("redis_url", "unix:///run/redis.sock"),
    ("host", "::1"),
]


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_what_people_write_is_taken(tmp_path: Path, name: str, value: str) -> None:
    assert settings_for("", tmp_path, **{name: value})


def test_the_doctor_shows_what_is_in_force_and_no_password(tmp_path: Path) -> None:
    said = dict(shown(settings_for("", tmp_path, public_url="", port=8123)))
    assert said["PUBLIC_URL"] == "http://127.0.0.1:8123"
    assert said["MAIL_FROM"] == "noreply@127.0.0.1"
    assert said["DATABASE_URL"] == f"sqlite:///{tmp_path / 'rondo.db'}"
    said = dict(shown(settings_for("postgresql://rondo:pa/ss@localhost/rondo", tmp_path)))
    assert said["DATABASE_URL"] == "postgresql+psycopg://rondo:***@localhost/rondo"
