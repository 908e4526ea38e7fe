"""Request ids, and the one line that each request writes."""

import json
import logging
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.core import assets, logs
from tests.conftest import settings_for


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    return lambda: [record.msg for record in caplog.records if record.name == "portal.requests"]


def test_one_line_a_request(trouble: Flask, lines):
    trouble.test_client().get("/readyz?token=secret", buffered=True)
    (line,) = lines()
    assert line["event"] == "answered"
    assert (line["method"], line["route"], line["status"], line["statements"]) == ("GET", "/readyz", 200, 1)
    assert line["ms"] >= 0
    assert "secret" not in str(line)


def test_static_files_bugs_and_unknown_addresses_have_a_line_too(trouble: Flask, lines):
    client = trouble.test_client()
    client.get(assets.build().address("css/app.css"), buffered=True)
    client.get("/raise/bug", buffered=True)
    client.get("/wp-login.php", buffered=True)
    assert [(line["route"], line["status"]) for line in lines()] == [
        ("static", 200),
        ("/raise/<which>", 500),
        ("unknown", 404),
    ]
    assert lines()[-1]["path"] == "/wp-login.php"


@pytest.mark.parametrize(
    ("proxies", "given", "taken"),
    [
        (0, "abcdef-0123456789", False),
        (1, "abcdef-0123456789", True),
        (1, "short", False),
        (1, "x" * 65, False),
        (1, "with space and\ttab", False),
        (1, "<script>alert(1)</script>", False),
    ],
)
def test_an_id_is_taken_from_a_trusted_proxy_if_it_is_one(tmp_path: Path, proxies: int, given: str, taken: bool):
    client = create_app(settings_for("", tmp_path, trusted_proxies=proxies)).test_client()
    answer = client.get("/livez", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is taken
    assert logging.getLogger().handlers


def test_ids_differ(trouble: Flask):
    client = trouble.test_client()
    assert client.get("/livez").headers["X-Request-ID"] != client.get("/livez").headers["X-Request-ID"]


def test_lines_of_libraries_have_the_same_form(capsys: pytest.CaptureFixture[str]):
    record = logging.LogRecord("some.library", logging.WARNING, "x.py", 1, "slow: %s", ("disk",), None)
    line = json.loads(logs._formatter("json").format(record))
    assert line["event"] == "slow: disk"
    assert line["level"] == "warning"
    assert line["logger"] == "some.library"
    assert line["timestamp"].endswith("Z")
    assert "slow: disk" in logs._formatter("text").format(record)
