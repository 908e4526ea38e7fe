"""Letters that are due: leased some at a time, written, handed over, and what came of each recorded at once."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import structlog

from portal.config import in_force
from portal.core.db import write
from portal.delivery import leasing, recording
from portal.delivery.leasing import LEASE, Clock, Leased
from portal.delivery.mailing import Later, Mailer, Refused, Unreachable, mailer
from portal.delivery.recording import pause
from portal.delivery.writing import Ready, written

__all__ = ["LEASE", "Post", "deliver_due", "pause"]

BATCH = 40
"""Letters that are leased and written together: what others who write have to wait for on SQLite."""
HELD_FOR = timedelta(seconds=45)
"""Whatever has not been begun by then is given back: a server may take minutes over one letter, and a lease ends."""
IDLE = 20.0
"""Seconds for which a connection is kept when there is nothing to send."""
FIRST_REST, LONGEST_REST = 5.0, 60.0
"""Seconds for which nothing is tried after no letter got through."""

log = structlog.stdlib.get_logger(__name__)


class Post:
    """What a worker keeps from one look to the next: its connection, its clock, and whether it is told to stop."""

    def __init__(self, stop: threading.Event | None = None, clock: Clock | None = None) -> None:
        self.stop, self.clock = stop or threading.Event(), clock or Clock()
        self.way: Mailer | None = None
        self.used_at = self.rests_until = float("-inf")
        self.rest = 0.0
        self.unrecorded: list[Callable[[], None]] = []

    def deliver_due(self) -> int:
        """Send every letter that is due, and return how many were sent. Stops where no letter gets through at all, and
        leaves the server alone for a while then; stops after the letter under way when the worker is told to."""
        if time.monotonic() < self.rests_until:
            return 0
        sent = 0
        while self.unrecorded:
            write(self.unrecorded[0])
            self.unrecorded.pop(0)
        try:
            while not self.stop.is_set() and (batch := write(leasing.lease, self.clock, BATCH)):
                sent += self._deliver(batch)
        except Unreachable as trouble:
            self.rest = min(max(self.rest * 2, FIRST_REST), LONGEST_REST)
            self.rests_until = time.monotonic() + self.rest
            log.warning("no letter gets through", error=str(trouble), seconds=self.rest)
        if time.monotonic() - self.used_at > IDLE:
            self.close()
        return sent

    def close(self) -> None:
        """Hang up."""
        if self.way is not None:
            self.way.close()
            self.way = None

    def _deliver(self, batch: Sequence[Leased]) -> int:
        """Send these. Raises Unreachable, once that is recorded and what was not begun is given back."""
        began, sent = time.monotonic(), 0
        ready = _ready(batch)
        try:
            while ready:
                if self.stop.is_set() or time.monotonic() - began > HELD_FOR.total_seconds():
                    break
                sent += self._hand_over(ready.pop(0))
                self.rest = 0.0
        finally:
            if ready:
                write(leasing.give_back, [each.letter for each in ready])
        return sent

    def _hand_over(self, ready: Ready) -> int:
        """One letter: 1 if it was sent, else 0. Raises Unreachable."""
        letter = ready.letter
        if self.way is None:
            self.way = mailer(in_force())
        self.used_at = time.monotonic()
        try:
            answer = self.way.send(ready.message)
        except Refused as trouble:
            write(recording.refused, letter, str(trouble), hard=trouble.hard)
            log.warning("letter refused", delivery=letter.id, answer=str(trouble))
            return 0
        except Unreachable as trouble:
            write(recording.put_off, letter, str(trouble), nobody=True)
            raise
        except Later as trouble:
            write(recording.put_off, letter, str(trouble), theirs=trouble.theirs)
            log.info("letter put off", delivery=letter.id, attempt=letter.attempt, answer=str(trouble))
            return 0
        self._sent(ready, answer)
        log.info("letter sent", delivery=letter.id, attempt=letter.attempt)
        return 1

    def _sent(self, ready: Ready, answer: str) -> None:
        """It is gone: that must be known, even where the database is away at this moment. It is told later then."""
        known = partial(
            recording.sent, ready.letter, answer, owing=ready.owing, parts=ready.parts, troubled=ready.troubled
        )
        try:
            write(known)
        except Exception:
            self.unrecorded.append(known)
            raise


def deliver_due() -> int:
    """Send every letter that is due, once, over a connection of its own."""
    post = Post()
    try:
        return post.deliver_due()
    finally:
        post.close()


def _ready(batch: Sequence[Leased]) -> list[Ready]:
    """These letters, written; where one of them cannot be, it must not keep the others waiting."""
    try:
        return write(written, batch)
    except Exception as trouble:
        if len(batch) > 1:
            return [ready for each in batch for ready in _ready([each])]
        log.exception("letter could not be written", delivery=batch[0].id)
        write(recording.put_off, batch[0], f"it could not be written: {type(trouble).__name__}")
        return []
