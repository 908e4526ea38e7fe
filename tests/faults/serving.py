"""A portal as it is run: gunicorn with several processes, and people who write to it over HTTP and do not give up."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from portal import ROOT
from portal.core.db import db
from portal.people.models import Person
from portal.web.warming import COMPILED
from tests.conftest import TEMPLATES, application, settings_for
from tests.postgres import free_port
from tests.signing_in import sign_in, token_of

PATIENCE = 60
"""Seconds until something that must come is missing."""
GONE = (OSError, http.client.HTTPException)
"""No answer, or half of one."""


@dataclass
class Portal:
    """Where it listens, its first process, and an application on the same database to prepare and to look."""

    port: int
    process: subprocess.Popen[bytes]
    app: Flask
    log: Path

    def workers(self) -> list[int]:
        """The processes that answer."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(each) for each in path.read_text().split()]

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, body: str = "") -> tuple[int, str]:
        """Status and text. Raises GONE."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body or None, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()

    def until_ready(self) -> float:
        """Wait until it says that all is well, and return how many seconds that took."""
        began = time.monotonic()
        while time.monotonic() < began + PATIENCE:
            with contextlib.suppress(*GONE):
                if self.ask("GET", "/readyz")[0] == 200:
                    return time.monotonic() - began
            time.sleep(0.02)
        raise AssertionError(f"it did not come up: {self.log.read_text()[-2000:]}")


@contextmanager
def portal(database: str, folder: Path, *, workers: int = 2, threads: int = 4) -> Iterator[Portal]:
    """Serve this database, which has every table, until the end."""
    port, log = free_port(), folder / "serving.log"
    given = {"DATABASE_URL": database, "DATA_DIR": str(folder), "PORT": str(port), "HOST": "127.0.0.1"}
    given |= {"SECRET_KEY": "a key for tests only, long enough for all", "RONDO_ENV": "local", "REDIS_URL": ""}
    given |= {"WEB_WORKERS": str(workers), "WEB_THREADS": str(threads), "PUBLIC_URL": ""}
    if not (folder / COMPILED).exists():
        (folder / COMPILED).symlink_to(os.environ[TEMPLATES])
    command = [sys.executable, "-m", "gunicorn", "wsgi:app"]
    with log.open("wb") as errors:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | given, stderr=errors, stdout=errors)
    made = Portal(port, process, application(settings_for(database, folder)), log)
    try:
        made.until_ready()
        yield made
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()
        with made.app.app_context():
            db.session.remove()
            db.engine.dispose()


@dataclass
class Writer:
    """Someone signed in, in a browser. What was not answered is pressed again, as people do."""

    portal: Portal
    cookie: str
    token: str
    statuses: list[int] = field(default_factory=list[int])
    broken: int = 0

    def post(self, path: str, **fields: str) -> int:
        """Press until there is an answer; its status."""
        body = urlencode({"csrf_token": self.token, **fields})
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                status, _text = self.portal.ask("POST", path, headers, body)
            except GONE:
                self.broken += 1
                time.sleep(0.02)
            else:
                self.statuses.append(status)
                return status
        raise AssertionError(f"no answer to {path}")

    def get(self, path: str) -> int:
        """Read a page; its status."""
        return self.portal.ask("GET", path, {"Cookie": self.cookie})[0]


def writer(portal: Portal, person: Person) -> Writer:
    """Sign someone in, from outside."""
    client = portal.app.test_client()
    sign_in(client, person)
    token = token_of(client)
    cookie = client.get_cookie(portal.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return Writer(portal, f"{cookie.key}={cookie.value}", token)


def people(count: int) -> list[Person]:
    """So many who may write."""
    from tests.factories import make_person

    return [make_person() for _ in range(count)]


@contextmanager
def busy(acts: Sequence[Callable[[], None]]) -> Iterator[None]:
    """Each does its own again and again until the block is left; what goes wrong in one of them is raised then."""
    over, troubles = threading.Event(), list[BaseException]()

    def again(act: Callable[[], None]) -> None:
        try:
            while not over.is_set():
                act()
        except BaseException as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=again, args=(act,)) for act in acts]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        over.set()
        for each in threads:
            each.join(PATIENCE)
    if troubles:
        raise troubles[0]
