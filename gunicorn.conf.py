"""How gunicorn serves Rondo: `gunicorn wsgi:app` in this folder finds this file. For settings see portal/config.py."""

import contextlib
import ctypes
import gc
import os
import shutil
import tempfile
from typing import Any

# Hardly anything of what is loaded becomes garbage: looking for it would take a sixth of the start (see `when_ready`).
gc.disable()

# The web processes keep their figures in files of a folder they share. The library looks for it when it is imported,
# and importing anything of portal imports it.
_figures = os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="rondo-figures-")

from gunicorn import glogging
from gunicorn.workers.gthread import ThreadWorker

from portal.config import load
from portal.core import logs

try:
    _settings = load()
except BaseException:
    shutil.rmtree(_figures, ignore_errors=True)
    raise

ARENAS = -8
"""M_ARENA_MAX of glibc's malloc.h."""
with contextlib.suppress(AttributeError, OSError):  # another C library knows no such thing
    # glibc keeps a heap of its own for each thread, and what one has freed the others do not get: with two of them a
    # portal with 2 x 8 threads takes 217 MB instead of 233.
    ctypes.CDLL(None).mallopt(ARENAS, 2)

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
workers = _settings.web_workers
threads = _settings.web_threads
preload_app = True
timeout = 60
graceful_timeout = 15
keepalive = 5
control_socket_disable = True


class Logger(glogging.Logger):
    """Lines of gunicorn go where all others go: portal/core/logs.py."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in list(self.error_log.handlers):
            self.error_log.removeHandler(handler)
        self.error_log.propagate = True


class Worker(ThreadWorker):
    """Told to stop, it lets in who waits at the door, and closes that at once. gunicorn's own leaves it open as long as
    it is busy with what it has: who comes meanwhile is kept waiting, and turned away in the end without a word."""

    def set_accept_enabled(self, enabled: bool | None) -> None:
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            taken = -1
            while taken != self.nr_conns:
                taken = self.nr_conns
                self.accept(listener)
            listener.close()


worker_class = Worker
logger_class = Logger
logs.configure(_settings.log_format)


def when_ready(server: Any) -> None:
    """Load what all processes need before there are any."""
    from portal.web.warming import warm

    warm(server.app.wsgi())
    gc.enable()


def pre_fork(server: Any, worker: Any) -> None:
    """What was loaded is shared by all processes as long as nobody writes to it: the collector would, in each."""
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """A connection must not be shared by processes: each opens its own."""
    from portal.core.db import db

    with server.app.wsgi().app_context():
        db.engine.dispose(close=False)


def child_exit(server: Any, worker: Any) -> None:
    """What a process that ended counted stays counted; what it was busy with does not."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    """Leave nothing behind."""
    shutil.rmtree(_figures, ignore_errors=True)
