"""All hooks at once: each is seen to by a thread of its own, so that a receiver that hangs delays nobody else's.

There are only so many threads, and hooks that fail already may take half of them at most: however many receivers are
dead, one that takes its messages finds a thread.
"""

import threading
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import cast

import structlog
from flask import Flask, current_app
from sqlalchemy import and_, delete, exists, or_, select

from portal.core.clock import now
from portal.core.db import db
from portal.delivery.models import Hook, HookDelivery
from portal.delivery.webhooks.sending import deliver_to

THREADS = 12
TROUBLED = THREADS // 2
"""Threads for hooks whose last message did not get through."""
LOOKS_EVERY = 0.5
AFTER_TROUBLE = 5.0
KEPT_FOR = timedelta(days=30)
SWEPT_AT_ONCE = 1_000
OVER = ("sent", "failed", "suppressed", "held")

log = structlog.stdlib.get_logger(__name__)


def deliver_due() -> int:
    """Send all that is due, to every hook; returns how many messages were taken."""
    ids = [hook_id for hook_id, _fails in hooks_due()]
    db.session.rollback()
    if len(ids) <= 1:
        return sum(map(deliver_to, ids))
    app = cast(Flask, current_app._get_current_object())  # pyright: ignore
    with ThreadPoolExecutor(THREADS, "hook") as pool:
        return sum(pool.map(partial(_in_context, app), ids))


def hooks_due() -> list[tuple[int, bool]]:
    """The hooks that something is due to, those that work first; and whether each is failing."""
    at = now()
    due = and_(HookDelivery.state.in_(("due", "deferred")), HookDelivery.due_at <= at)
    left_behind = and_(HookDelivery.state == "leased", HookDelivery.lease_until < at)
    something = exists().where(HookDelivery.hook_id == Hook.id, or_(due, left_behind))
    ready = and_(Hook.paused_at.is_(None), or_(Hook.rests_until.is_(None), Hook.rests_until <= at))
    found = db.session.execute(select(Hook.id, Hook.failing_since).where(ready, something).order_by(Hook.id))
    return sorted(((row.id, row.failing_since is not None) for row in found), key=lambda each: each[1])


def sweep() -> None:
    """Forget what was sent, or was not, a month ago; also what waits for a hook that nobody lets go on."""
    before = now() - KEPT_FOR
    old = select(HookDelivery.id).where(HookDelivery.state.in_(OVER), HookDelivery.created_at < before)
    gone = delete(HookDelivery).where(HookDelivery.id.in_(old.limit(SWEPT_AT_ONCE)))
    db.session.execute(gone.execution_options(synchronize_session=False))


@contextmanager
def running(app: Flask) -> Generator["Runner"]:
    """Hooks are told of what is due for as long as this lasts; what is under way at its end is finished."""
    runner = Runner(app)
    runner.start()
    try:
        yield runner
    finally:
        runner.stop()


class Runner:
    """Looks for what is due, and hands each hook that is not being seen to already to a thread."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.pool = ThreadPoolExecutor(THREADS, "hook")
        self.busy: dict[int, bool] = {}
        """The hooks that a thread is at, and whether each is failing."""
        self._lock = threading.Lock()
        self._rung, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._look, name="hooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Look at once."""
        self._rung.set()

    def stop(self) -> None:
        """Finish what is under way, and begin nothing more."""
        self._stop.set()
        self._rung.set()
        self._thread.join()
        self.pool.shutdown(cancel_futures=True)

    def _look(self) -> None:
        while not self._stop.is_set():
            try:
                with self.app.app_context():
                    self._hand_out()
            except Exception:
                log.exception("hooks could not be looked at; a later look tries again")
                self._stop.wait(AFTER_TROUBLE)
            self._rung.wait(LOOKS_EVERY)
            self._rung.clear()

    def _hand_out(self) -> None:
        for hook_id, fails in hooks_due():
            with self._lock:
                full = len(self.busy) >= THREADS or (fails and sum(self.busy.values()) >= TROUBLED)
                if hook_id in self.busy or full:
                    continue
                self.busy[hook_id] = fails
            task = self.pool.submit(_in_context, self.app, hook_id, self._stop)
            task.add_done_callback(lambda done, hook_id=hook_id: self._done(hook_id, done))

    def _done(self, hook_id: int, task: "Future[int]") -> None:
        with self._lock:
            self.busy.pop(hook_id, None)
        if task.cancelled():
            return
        if error := task.exception():
            log.error("a hook could not be told; the next look tries again", hook=hook_id, exc_info=error)
        elif task.result():
            self._rung.set()


def _in_context(app: Flask, hook_id: int, stop: threading.Event | None = None) -> int:
    with app.app_context():
        return deliver_to(hook_id, stop)
