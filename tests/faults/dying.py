"""Workers that can be killed: each is a process of its own, which is there at once."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from flask import Flask

from portal import ROOT

SENDS = """
import os, sys
from importlib import import_module
from portal import create_worker

send = import_module(sys.argv[1])
for _ in sys.stdin:
    child = os.fork()
    if not child:
        with create_worker().app_context():
            send.deliver_due()
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""For each line one that sends what is due: its id, and how it ended. All has been loaded before: most of the time of a
worker that lives for a few messages would go into that."""
PATIENCE = 20
"""Seconds."""

Kill = Callable[[Callable[[], bool]], bool]


@contextlib.contextmanager
def workers(app: Flask, sends: str, **settings: str) -> Iterator[Kill]:
    """What begins a worker and kills it as soon as something holds: whether it lived till then. `sends`: the module
    whose `deliver_due` it calls."""
    own = app.config["RONDO"]
    given = {"DATABASE_URL": own.database_url, "DATA_DIR": str(own.data_dir), "SECRET_KEY": "k" * 48, **settings}
    pipe, command = subprocess.PIPE, [sys.executable, "-c", SENDS, sends]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | given, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
    ) as process:
        orders, said = process.stdin, process.stdout
        assert orders is not None
        assert said is not None

        def begin_and_kill(when: Callable[[], bool]) -> bool:
            orders.write(b"\n")
            orders.flush()
            worker, ends = int(said.readline()), time.monotonic() + PATIENCE
            while not when() and _runs(worker) and time.monotonic() < ends:
                time.sleep(0.002)
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
            return int(said.readline()) == -signal.SIGKILL

        yield begin_and_kill


def _runs(process: int) -> bool:
    return os.path.exists(f"/proc/{process}")
