"""The worker's bell on a real Redis, which the test starts and stops."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis, RedisError

from portal import create_app
from portal.delivery import queue
from tests.conftest import settings_for
from tests.postgres import free_port


@dataclass(frozen=True)
class Server:
    process: "subprocess.Popen[bytes]"
    port: int

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Server]:
    """A server that keeps nothing, on a free port of this machine."""
    program, port = shutil.which("redis-server"), free_port()
    if program is None:
        pytest.skip("Redis is not installed")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(tmp_path)]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server, client = Server(process, port), Redis(port=port)
    while process.poll() is None:
        try:
            client.ping()
            break
        except RedisError:
            continue
    yield server
    server.stop()


def on(server: Server, folder: Path) -> Flask:
    return create_app(
        settings_for(f"sqlite:///{folder}/rondo.db", folder, redis_url=f"redis://127.0.0.1:{server.port}/0"),
        commands=False,
    )


def test_a_ring_is_heard_once_by_another_process(redis: Server, tmp_path: Path) -> None:
    web, worker = on(redis, tmp_path), on(redis, tmp_path)
    for _again in range(3):
        with web.app_context():
            queue.nudge()
            queue.nudge()
        with worker.app_context():
            assert queue.rung()
            assert not queue.rung()


def test_a_redis_that_is_gone_stops_nobody(redis: Server, tmp_path: Path) -> None:
    app = on(redis, tmp_path)
    redis.stop()
    with app.app_context():
        queue.nudge()
        assert not queue.rung()
        assert queue.bell().deaf_until > time.monotonic()  # it is left alone for a while
        assert not queue.rung()
