"""The real server: several processes, one set of figures, logs as data, and a clean end."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgres import free_port

ROOT = Path(__file__).parents[1]
PATIENCE = 60


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Gunicorn with two processes on a migrated database of its own; its address."""
    port = free_port()
    settings = {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": "", "PORT": str(port), "HOST": "127.0.0.1"}
    settings |= {"RONDO_ENV": "local", "LOG_FORMAT": "json", "WEB_WORKERS": "2", "WEB_THREADS": "2"}
    environment = os.environ | settings | {"TMPDIR": str(tmp_path)}
    run = {"cwd": ROOT, "env": environment, "text": True}
    subprocess.run([sys.executable, "-m", "flask", "db", "upgrade"], check=True, **run)
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "gunicorn", "wsgi:app"], stderr=log, **run)
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", process)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


def wait_for(address: str, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not come up")


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()


def count(address: str, route: str) -> int:
    """How often this route was answered, by all processes together."""
    lines = read(f"{address}/metrics").splitlines()
    return sum(
        int(float(line.split()[-1])) for line in lines if line.startswith("rondo_answers_total") and route in line
    )


def comes_to(number: int, counted: Callable[[], int]) -> bool:
    """An answer is counted once it has been sent, so whoever has read it may ask too early."""
    until = time.monotonic() + PATIENCE
    while (found := counted()) < number and time.monotonic() < until:
        time.sleep(0.05)
    return found == number


def test_it_serves_counts_logs_and_ends(server: tuple[str, subprocess.Popen[str]], tmp_path: Path):
    address, process = server
    before = count(address, "/livez")
    for _ in range(20):
        read(f"{address}/livez")
    assert comes_to(before + 20, lambda: count(address, "/livez"))
    with pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(f"{address}/no-such-page", timeout=30)
    with missing.value as answer:
        assert answer.code == 404
        number = answer.headers["X-Request-ID"]
        assert number in answer.read().decode()
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    (about,) = [line for line in lines if line.get("request_id") == number]
    assert (about["status"], about["path"]) == (404, "/no-such-page")
    assert len({line["timestamp"] for line in lines}) > 1
    assert not list(tmp_path.glob("rondo-figures-*"))
