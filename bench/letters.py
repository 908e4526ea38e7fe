"""`python -m bench.letters [--db postgres] [--letters 20000]`: an idea that so many voted for is shipped, everyone is
told, and a worker sends the letters to a mail server on this machine, while someone reads pages. Says how many letters
left a second, what the worker kept in memory at the beginning, at the end and at most, and what a page cost alone,
meanwhile, and beside a worker that does the same with a copy of the database: what both cost more is the machine's, and
only what is above that is owed to the letters."""

import argparse
import contextlib
import itertools
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from flask_migrate import upgrade

from bench import fanout
from bench.__main__ import BUILD, _environment, _serving
from bench.measuring import Ask, Figures, drive, family, pss_megabytes
from portal import ROOT, create_app
from portal.core.db import db
from portal.delivery.models import Delivery
from portal.notices.telling import steps
from tests import postgres

SERVER = """
import asyncio, sys, time
from aiosmtpd.smtp import SMTP

class Taker:
    async def handle_DATA(self, server, session, envelope):
        return "250 Taken"

async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Taker(), hostname="bench"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""
WORKER = """
import time
from portal import create_worker
from portal.delivery import sending
app = create_worker()
with app.app_context():
    began, busy = time.perf_counter(), time.process_time()
    sent = sending.deliver_due()
    print(sent, time.perf_counter() - began, time.process_time() - busy, flush=True)
"""
REQUESTS = 200
ROUNDS = 5


def main() -> None:
    arguments = argparse.ArgumentParser(prog="bench.letters")
    arguments.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    arguments.add_argument("--letters", type=int, default=20_000)
    given = arguments.parse_args()
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(postgres.running()) if given.db == "postgres" else ""
        address = fanout._empty(server)
        app = create_app(fanout._settings(address))
        with app.app_context():
            upgrade()
            fanout.fill(given.letters, 0)
            steps.tell_due()
            result = measure(address, _copy(server, address), stack.enter_context(mail_server()))
    print_table(result)
    print(json.dumps({"db": given.db, "letters": given.letters} | result, indent=1))


def _copy(server: str, address: str) -> str:
    """The address of another database with the same in it."""
    db.session.remove()
    db.engine.dispose()
    if server:
        with sa.create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE fanout_copy TEMPLATE fanout")
        return f"{address}_copy"
    # Its last connection is closed, so the file is all there is.
    shutil.copy(BUILD / "fanout.db", BUILD / "fanout.db.copy")
    return f"{address}.copy"


@contextlib.contextmanager
def mail_server() -> Iterator[str]:
    """The address of one that takes everything, in a process of its own."""
    process = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"smtp://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait(10)


def measure(address: str, copy: str, mail_url: str) -> dict[str, Any]:
    """Letters alone for a while; pages alone, beside them and beside those of the copy; then until all have left."""
    numbers = itertools.count()
    pages = (Ask(f"/?n={next(numbers)}") for _ in itertools.count())
    with _serving("wsgi:app", "gunicorn.conf.py", address) as (base, pid, _):

        def read(count: int = REQUESTS) -> Figures:
            return drive(base, pages, count=count, connections=2, pids=lambda: family(pid))

        read()
        with _sending(address, mail_url):
            quiet = _letters_a_second(3.0)
        figures = _in_turn(read, address, copy, mail_url)
        worker = _worker(address, mail_url)
        memory = list[float]()
        while worker.poll() is None:
            read(50)
            memory.append(pss_megabytes([worker.pid]))
    sent, seconds, busy = (worker.stdout.read() if worker.stdout else "").split()[-3:]
    states = db.session.execute(sa.select(Delivery.state, sa.func.count()).group_by(Delivery.state)).all()
    memory = [each for each in memory if each]
    return {
        "letters_a_second_alone": round(quiet, 1),
        "letters_a_second_beside_pages": round(int(sent) / float(seconds), 1),
        "ms_of_worker_cpu_a_letter": round(float(busy) / max(int(sent), 1) * 1000, 2),
        "worker_mb_first_last_most": [round(memory[0], 1), round(memory[-1], 1), round(max(memory), 1)],
        **figures,
        "states": {row[0]: row[1] for row in states},
    }


def _in_turn(read: Callable[[], Figures], address: str, copy: str, mail_url: str) -> dict[str, list[float]]:
    """Medians of some rounds, in which each of the three has its turn."""
    rounds: list[list[Figures]] = []
    for _ in range(ROUNDS):
        alone = read()
        with _sending(address, mail_url):
            beside = read()
        with _sending(copy, mail_url):
            rounds.append([alone, beside, read()])
    columns = list(zip(*rounds, strict=True))
    return {
        "page_cpu_ms_alone_beside_copy": [round(statistics.median(each.cpu for each in one), 2) for one in columns],
        "page_p50_ms_alone_beside_copy": [round(statistics.median(each.p50 for each in one), 1) for one in columns],
    }


@contextlib.contextmanager
def _sending(address: str, mail_url: str) -> Iterator[None]:
    """While a worker sends; what it has leased when it is stopped is due again at once."""
    engine = sa.create_engine(address)
    before, worker = _sent(engine), _worker(address, mail_url)
    try:
        while _sent(engine) == before:
            time.sleep(0.05)
        yield
        assert worker.poll() is None, "it was done before the pages were"
    finally:
        worker.kill()
        worker.wait()
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE delivery SET state = 'due', lease_until = NULL WHERE state = 'leased'")
        engine.dispose()


def _letters_a_second(most: float) -> float:
    first, began = _sent(db.engine), time.perf_counter()
    time.sleep(most)
    return (_sent(db.engine) - first) / (time.perf_counter() - began)


def _worker(address: str, mail_url: str) -> "subprocess.Popen[str]":
    environment = _environment(address) | {"MAIL_URL": mail_url}
    with (BUILD / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-c", WORKER], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )


def _sent(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).where(Delivery.state == "sent")) or 0


def print_table(result: dict[str, Any]) -> None:
    for name, value in result.items():
        print(f"{name.replace('_', ' '):36} {value}")


if __name__ == "__main__":
    main()
