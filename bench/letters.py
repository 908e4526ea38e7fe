"""`python -m bench.letters [--db postgres] [--letters 20000]`: an idea that so many voted for is shipped, everyone is
told, and a worker sends the letters to a mail server on this machine, while someone reads pages. Says how many letters
left a second, what the worker kept in memory at the beginning, at the end and at most, and what a page cost before and
meanwhile."""

import argparse
import contextlib
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from bench import fanout
from bench.__main__ import BUILD, _environment, _serving
from bench.measuring import Ask, Figures, cpu_seconds, drive, family, pss_megabytes
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
            result = measure(app, address, stack.enter_context(mail_server()))
    print_table(result)
    print(json.dumps({"db": given.db, "letters": given.letters} | result, indent=1))


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


def measure(app: Flask, address: str, mail_url: str) -> dict[str, Any]:
    """Pages alone, then letters alone for a while and beside pages, until all have left."""
    numbers = itertools.count()
    pages = (Ask(f"/?n={next(numbers)}") for _ in itertools.count())
    with _serving("wsgi:app", "gunicorn.conf.py", address) as (base, pid, _):

        def read(count: int = REQUESTS) -> Figures:
            return drive(base, pages, count=count, connections=2, pids=lambda: family(pid))

        read()
        alone = read()
        quiet = _send(address, mail_url, most=3.0)
        worker = _worker(address, mail_url)
        beside, memory = [read()], [pss_megabytes([worker.pid])]
        while worker.poll() is None:
            beside.append(read(50))
            memory.append(pss_megabytes([worker.pid]))
    sent, seconds, busy = (worker.stdout.read() if worker.stdout else "").split()[-3:]
    states = db.session.execute(sa.select(Delivery.state, sa.func.count()).group_by(Delivery.state)).all()
    memory = [each for each in memory if each]
    return {
        "letters_a_second_alone": round(quiet, 1),
        "letters_a_second_beside_pages": round(int(sent) / float(seconds), 1),
        "ms_of_worker_cpu_a_letter": round(float(busy) / max(int(sent), 1) * 1000, 2),
        "worker_mb_first_last_most": [round(memory[0], 1), round(memory[-1], 1), round(max(memory), 1)],
        "page_cpu_ms_alone_beside": [round(alone.cpu, 2), round(sum(each.cpu for each in beside) / len(beside), 2)],
        "page_p50_ms_alone_beside": [round(alone.p50, 1), round(sorted(e.p50 for e in beside)[len(beside) // 2], 1)],
        "states": {row[0]: row[1] for row in states},
    }


def _worker(address: str, mail_url: str) -> "subprocess.Popen[str]":
    environment = _environment(address) | {"MAIL_URL": mail_url}
    with (BUILD / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-c", WORKER], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )


def _send(address: str, mail_url: str, *, most: float) -> float:
    """Letters a second while nothing else happens, over so many seconds."""
    worker = _worker(address, mail_url)
    while not (first := _sent()):
        time.sleep(0.05)
    began = time.perf_counter()
    time.sleep(most)
    taken = time.perf_counter() - began, _sent() - first, cpu_seconds([worker.pid])
    worker.kill()
    worker.wait()
    # What it had leased is due again at once.
    db.session.execute(sa.text("UPDATE delivery SET state = 'due', lease_until = NULL WHERE state = 'leased'"))
    db.session.commit()
    return taken[1] / taken[0]


def _sent() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).where(Delivery.state == "sent")) or 0


def print_table(result: dict[str, Any]) -> None:
    for name, value in result.items():
        print(f"{name.replace('_', ' '):36} {value}")


if __name__ == "__main__":
    main()
