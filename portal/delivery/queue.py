"""The worker's bell: rung after a commit, so that what was written is done at once. It carries nothing.

The truth is in our rows; a ring that gets lost costs the few seconds until the next sweep, so a failure to ring is
noted and ignored.
"""

import sys
import threading
import time
from importlib import import_module
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import event

from portal.config import Settings, in_force
from portal.core.db import db

RINGS = "rondo_nudge"
EXTENSION = "rondo_queue"
DEAF_FOR = 30
"""Seconds for which a queue that failed is left alone."""
PATIENCE = 0.5
"""Seconds that a request waits for Redis."""
WAITS = 1
"""Seconds that the worker waits for a ring from Redis; a file is looked at as often as the worker likes."""

log = structlog.stdlib.get_logger(__name__)
_making = threading.Lock()


def nudge_after_commit() -> None:
    """Ring when the transaction under way has ended well."""
    db.session.info[RINGS] = True


def nudge() -> None:
    """Ring now. Never raises."""
    try:
        bell().ring()
    except Exception as error:
        log.warning("the worker could not be told; its next sweep finds it", error=str(error))


def rung() -> bool:
    """Whether anyone rang, and forget it. Waits up to a second for a ring where the queue can wait (Redis)."""
    here = bell()
    if time.monotonic() < here.deaf_until:
        return False
    try:
        if here.queue.storage.dequeue() is None:
            return False
        here.queue.storage.flush_queue()
    except Exception as error:
        here.deaf_until = time.monotonic() + DEAF_FOR
        log.warning("the worker hears no rings; it looks for itself", error=str(error))
        return False
    return True


def bell() -> "Bell":
    """The bell of the application whose context we are in; made when first asked for, so after any fork."""
    with _making:
        if EXTENSION not in current_app.extensions:
            current_app.extensions[EXTENSION] = Bell(in_force())
        return current_app.extensions[EXTENSION]


class Bell:
    """A queue that holds rings."""

    def __init__(self, settings: Settings) -> None:
        huey = _huey(settings)
        # Signed, for tasks are pickles: whoever can write to Redis must not be able to run code here.
        options: dict[str, Any] = {
            "results": False,
            "serializer": huey.serializer.SignedSerializer(secret=settings.secret_key),
        }
        if settings.redis_url:
            from redis import ConnectionPool

            patience = {"socket_connect_timeout": PATIENCE, "socket_timeout": WAITS + PATIENCE}
            pool: Any = ConnectionPool.from_url(settings.redis_url, **patience)  # pyright: ignore[reportUnknownMemberType]
            self.queue: Any = huey.RedisHuey("rondo", connection_pool=pool, read_timeout=WAITS, **options)
        else:
            self.queue = huey.SqliteHuey("rondo", filename=str(settings.data_dir / "jobs.db"), **options)
        self.deaf_until = 0.0
        self.ring = self.queue.task(name="ring")(_ring)


def _huey(settings: Settings) -> Any:
    """The library, loaded by the first who rings or listens; without the clients of databases that it knows and this
    portal does not use, which would take more than all the rest of it."""
    unused = {"psycopg"} if settings.redis_url else {"psycopg", "redis"}
    unused = {name for name in unused if name not in sys.modules and "huey" not in sys.modules}
    sys.modules.update(dict.fromkeys(unused))  # pyright: ignore
    try:
        import_module("huey.serializer")
        return import_module("huey")
    finally:
        for name in unused:
            sys.modules.pop(name, None)


def _ring() -> None:
    """That it is in the queue is all it says."""


@event.listens_for(db.session, "after_commit")
def _committed(session: Any) -> None:  # pyright: ignore[reportUnusedFunction]
    if session.info.pop(RINGS, False):
        nudge()


@event.listens_for(db.session, "after_rollback")
def _rolled_back(session: Any) -> None:  # pyright: ignore[reportUnusedFunction]
    session.info.pop(RINGS, None)
