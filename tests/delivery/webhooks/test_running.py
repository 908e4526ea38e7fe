"""Hooks all at once, as a worker runs them: each is seen to by a thread of its own."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.webhooks import running
from portal.threads import actions as threads
from tests.delivery.webhooks.receiver import Receiver, hangs, receiving
from tests.factories import make_category, make_hook, make_person, make_thread, viewer_of


@pytest.fixture
def hanging() -> Iterator[tuple[Receiver, threading.Event]]:
    end = threading.Event()
    with receiving(plan=hangs(end)) as made:
        yield made, end
        end.set()


class Pool:
    """Threads that never come to an end."""

    def __init__(self) -> None:
        self.begun: list[Future[int]] = []

    def submit(self, *_given: Any) -> Future[int]:
        self.begun.append(Future())
        return self.begun[-1]


def test_those_that_fail_leave_threads_to_those_that_work(app: Flask) -> None:
    runner, pool = running.Runner(app), Pool()
    runner.pool = pool  # type: ignore[assignment]
    for _ in range(running.THREADS + 1):
        make_hook(kinds=["thread.created"], failing_since=now())
    works = make_hook(kinds=["thread.created"])
    make_thread()
    for _ in range(2):
        runner._hand_out()
        assert sum(runner.busy.values()) == running.TROUBLED
        assert runner.busy[works.id] is False
        assert len(pool.begun) == len(runner.busy), "each by one thread"
    for _ in range(running.THREADS):
        make_hook(kinds=["thread.created"])
    make_thread()
    runner._hand_out()
    assert len(runner.busy) == running.THREADS


@pytest.mark.own_database
def test_one_that_hangs_delays_no_other(
    own_app: Flask, receiver: Receiver, hanging: tuple[Receiver, threading.Event]
) -> None:
    """For as many as hang, and they hang to the end: the receiver that takes its messages has them meanwhile."""
    dead, end = hanging
    own_app.config["RONDO"] = own_app.config["RONDO"].model_copy(update={"hook_networks": "127.0.0.1/32"})
    with own_app.app_context():
        for _ in range(8):
            make_hook(dead.url, kinds=["thread.created"])
        make_hook(receiver.url, kinds=["thread.created"])
        ada, category = viewer_of(make_person()), make_category()
        make_thread(ada, category=category)
        category_id = category.id
        db.session.remove()
    with running.running(own_app):
        assert dead.waits_for(8)
        for number in range(1, 4):
            with own_app.app_context():
                asked = {"kind": "question", "title": f"How {number}?", "body": "x"}
                write(threads.start_thread, ada, category_id=category_id, **asked)
            receiver.waits_for(number + 1)
            assert len(receiver.got) == number + 1
        end.set()
