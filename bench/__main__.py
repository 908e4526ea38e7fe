"""`make bench`: build the database once, start the production server, drive it, print a table, write results.json."""

import argparse
import compileall
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_migrate import upgrade

from bench import cases as asked
from bench import data, readers
from bench.measuring import Ask, Figures, drive, family, pss_megabytes
from bench.page import cold_page
from portal import ROOT, create_app
from portal.config import load
from tests import postgres

BUILD = ROOT / "build" / "bench"
BIN = Path(sys.executable).parent
REPEATS, CONNECTIONS = 300, 8


def main() -> None:
    arguments = argparse.ArgumentParser(prog="bench")
    arguments.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    arguments.add_argument("--posts", type=int, action="append", help="size of a database (again for more)")
    arguments.add_argument("--requests", type=int, default=REPEATS)
    arguments.add_argument("--only", default="", help="run the cases whose name has this in it")
    given = arguments.parse_args()
    compileall.compile_dir(ROOT / "portal", quiet=1)  # as setting up does
    results: dict[str, Any] = {"db": given.db, "sizes": {}}
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(postgres.running()) if given.db == "postgres" else ""
        for posts in given.posts or [100_000]:
            address = _database(posts, server)
            results["sizes"][str(posts)] = measure(address, server, given.requests, given.only)
    (ROOT / "bench" / "results.json").write_text(json.dumps(results, indent=1) + "\n")


def _database(posts: int, server: str) -> str:
    """The address of a database of this size: built once and copied, since the cases write."""
    BUILD.mkdir(parents=True, exist_ok=True)
    if server:
        name = f"bench_{posts}"
        with sa.create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        address = server.rsplit("/", 1)[0] + f"/{name}"
        _build(address, posts)
        return address
    kept = BUILD / f"{posts}.db"
    if not kept.exists():
        draft = BUILD / f"{posts}.draft.db"
        draft.unlink(missing_ok=True)
        _build(f"sqlite:///{draft}", posts)
        with sa.create_engine(f"sqlite:///{draft}").connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        draft.rename(kept)
    for old in BUILD.glob("run.db*"):
        old.unlink()
    shutil.copy(kept, BUILD / "run.db")
    return f"sqlite:///{BUILD / 'run.db'}"


def _build(address: str, posts: int) -> None:
    began = time.perf_counter()
    app = create_app(_settings(address))
    with app.app_context():
        upgrade()
    data.make(app, posts)
    print(f"built {posts:,} posts in {time.perf_counter() - began:.0f} s", file=sys.stderr)


def _settings(address: str, port: int = 8000) -> Any:
    return load(
        database_url=address, data_dir=BUILD / "data", port=port, secret_key="b" * 48, rondo_env="local", _env_file=None
    )


@contextlib.contextmanager
def _serving(program: str, config: str, address: str) -> Iterator[tuple[str, int, float]]:
    """The production server with `program`; its address, its process id, and how long its first answer took."""
    port = postgres.free_port()
    environment = _environment(address, port)
    began = time.perf_counter()
    command = [str(BIN / "gunicorn"), "--config", config, "--bind", f"127.0.0.1:{port}", program]
    with (BUILD / "server.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT)
    base = f"http://127.0.0.1:{port}"
    try:
        yield base, process.pid, _first_answer(base, process, began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _first_answer(base: str, process: "subprocess.Popen[bytes]", began: float) -> float:
    while process.poll() is None and time.perf_counter() - began < 30:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(base, timeout=10).read()
            return time.perf_counter() - began
        time.sleep(0.01)
    raise SystemExit(f"the server did not start: see {BUILD / 'server.log'}")


def measure(address: str, server: str, requests: int, only: str) -> dict[str, Any]:
    """Every case against this database, between two runs of the hello-world."""
    app = create_app(_settings(address))
    people, found = readers.readers(app), asked.places(app)
    hello = _hello(address, requests * 4)
    figures: dict[str, Figures] = {}
    with _serving("wsgi:app", "gunicorn.conf.py", address) as (base, pid, start):
        extra = _postgres_pids(server)
        for name, stream in asked.cases(found, people, readers.stranger(app)).items():
            if only and only not in name:
                continue
            pids = lambda: family(pid) + [p for one in extra for p in family(one)]  # noqa: E731
            drive(base, stream, count=max(20, requests // 5), connections=CONNECTIONS, pids=pids)
            figures[name] = drive(base, stream, count=requests, connections=CONNECTIONS, pids=pids)
            _print_row(name, figures[name], hello)
        memory = pss_megabytes(family(pid))
        page = cold_page(base + found.threads[17])
    worker = _worker_memory(address)
    print(f"hello {hello:.3f} ms CPU; first answer after {start:.2f} s")
    print(f"memory: web {memory:.0f} MB PSS, worker {worker:.0f} MB PSS; a cold page: {page}\n")
    return {
        "hello_cpu_ms": hello,
        "start_seconds": start,
        "web_pss_mb": memory,
        "worker_pss_mb": worker,
        "cold_page": vars(page) if page else None,
        "cases": {asked.slug_of(name): vars(one) | {"multiple": one.cpu / hello} for name, one in figures.items()},
    }


def _worker_memory(address: str) -> float:
    """Of the worker, once it has looked for work a few times."""
    environment = _environment(address)
    command = [str(BIN / "flask"), "work"]
    with (BUILD / "server.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT)
    try:
        time.sleep(6)
        return pss_megabytes(family(process.pid))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _environment(address: str, port: int = 8000) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": address,
        "DATA_DIR": str(BUILD / "data"),
        "SECRET_KEY": "b" * 48,
        "PORT": str(port),
        "WEB_WORKERS": "2",
    }


def _hello(address: str, requests: int) -> float:
    with _serving("bench.hello:app", "python:bench.server", address) as (base, pid, _):
        stream = iter(lambda: Ask("/"), None)
        drive(base, stream, count=requests // 4, connections=CONNECTIONS, pids=lambda: family(pid))
        return drive(base, stream, count=requests, connections=CONNECTIONS, pids=lambda: family(pid)).cpu


def _postgres_pids(server: str) -> list[int]:
    if not server:
        return []
    with sa.create_engine(server).connect() as connection:
        folder = connection.exec_driver_sql("SHOW data_directory").scalar_one()
    return [int(Path(folder, "postmaster.pid").read_text().split()[0])]


def _print_row(name: str, one: Figures, hello: float) -> None:
    wrong = f"  {one.failed} wrong answers" if one.failed else ""
    print(
        f"{name:40} {one.cpu / hello:7.1f}x {one.cpu:8.2f} ms CPU {one.per_second:8.0f}/s "
        f"p50 {one.p50:7.1f} p99 {one.p99:7.1f} ms  hits {one.hits / one.requests:4.0%}{wrong}",
        flush=True,
    )


if __name__ == "__main__":
    main()
