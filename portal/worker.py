"""The worker: sends what is due, and throws away what is over. One process, or several; each row is done once.

It wakes when a web process rings, and looks every few seconds all the same, so a ring that was lost loses nothing.
"""

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import structlog
from flask import Flask

from portal.announcements import tending as announcements
from portal.core.db import db, write
from portal.delivery import digests, queue, sending
from portal.delivery.receiving import fetching, taking
from portal.delivery.webhooks import running as hooks
from portal.loop import tending as loop
from portal.notices.telling import steps as telling
from portal.people.actions import sweeping
from portal.search import tending as words
from portal.search.actions import counting
from portal.threads.actions import drafts, sent_forms
from portal.uploads import sweeping as uploads

LOOKS_EVERY = 5.0
"""Seconds between two looks at what is due, when nobody rings."""
SWEEPS_EVERY = 600.0
LISTENS_EVERY = 0.5

SWEEPS: tuple[Callable[[], Any], ...] = (
    sweeping.sweep,
    sent_forms.sweep,
    drafts.sweep,
    counting.sweep,
    hooks.sweep,
    taking.sweep,
)

log = structlog.stdlib.get_logger(__name__)


def run_once() -> int:
    """Do all that is due, sending included, and return how many letters went out."""
    for each in SWEEPS:
        write(each)
    _safely(uploads.sweep)
    _safely(fetching.fetch)
    _safely(loop.tend)
    _safely(words.catch_up)
    _safely(announcements.publish_due)
    _safely(telling.tell_due)
    _safely(digests.make_due)
    sent = sending.deliver_due()
    _safely(hooks.deliver_due)
    return sent


def run(app: Flask, stop: threading.Event) -> None:
    """Work until `stop` is set; what is under way then is finished first."""
    looks_at = sweeps_at = time.monotonic()
    go_round, post = words.Round(), sending.Post(stop)
    log.info("worker started")
    while not stop.is_set():
        with app.app_context():
            rung = _safely(queue.rung) or False
            if not rung and time.monotonic() < looks_at:
                stop.wait(LISTENS_EVERY)
                continue
            _safely(announcements.publish_due)
            _safely(telling.tell_due)
            _safely(digests.make_due)
            _safely(post.deliver_due)
            _safely(words.catch_up)
            if time.monotonic() >= sweeps_at:
                for each in SWEEPS:
                    _safely(write, each)
                _safely(uploads.sweep)
                _safely(loop.tend)
                _safely(go_round)
                sweeps_at = time.monotonic() + SWEEPS_EVERY
        looks_at = time.monotonic() + LOOKS_EVERY
    post.close()
    log.info("worker stopped")


def run_until_told(app: Flask) -> None:
    """Work until SIGTERM or SIGINT (Ctrl-C)."""
    stop = threading.Event()

    def told(number: int, _frame: FrameType | None) -> None:
        log.info("worker stopping", signal=signal.Signals(number).name)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
    fetching.begin(app, stop)
    with hooks.running(app):
        run(app, stop)


def _safely(act: Callable[..., Any], *arguments: Any) -> Any:
    """Do it; what goes wrong is logged, and the worker goes on: the next look tries again."""
    try:
        return act(*arguments)
    except Exception:
        log.exception("the worker failed at something", act=getattr(act, "__name__", str(act)))
        db.session.rollback()
        return None
