"""Events that are due are told of, in steps. The rows are the truth: what was told stands in them, and an event says up
to which person everyone has been seen to. So a worker that dies loses nothing, what runs twice changes nothing, and two
workers never tell of the same event at once.
"""

import time

import structlog
from sqlalchemy import select

from portal.core.clock import now
from portal.core.db import db, write
from portal.events.models import Event
from portal.notices import hooks
from portal.notices.hooks import Span

REST = 0.03
"""Seconds between two steps of one event. A writer that waits on SQLite looks again after 25 ms at most; without a rest
it might find the next step every time."""

log = structlog.stdlib.get_logger(__name__)


def tell_due() -> int:
    """Tell of every event that is due; returns how many were finished. One that fails is left for the next time."""
    finished, failed = 0, set[int]()
    while (done := _one(failed)) is not None:
        finished += done
        if not done:
            time.sleep(REST)
    return finished


def _one(failed: set[int]) -> bool | None:
    """One step: whether its event is finished; None when nothing is due."""
    taken: list[int] = []
    try:
        return write(step, failed, taken)
    except Exception:
        if not taken:
            raise
        log.exception("people could not be told of an event", event_id=taken[-1])
        failed.add(taken[-1])
        return False


def step(besides: set[int], taken: list[int]) -> bool | None:
    """Take the event that has been due for longest and see to its next people; `taken` gets its id."""
    event = db.session.scalars(
        select(Event)
        .where(Event.due_at <= now(), Event.done_at.is_(None), Event.id.not_in(besides))
        .order_by(Event.due_at, Event.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if event is None:
        return None
    taken.append(event.id)
    above, teller = event.reached, hooks.tellers.get(event.kind)
    up_to = teller(event, above) if teller else None
    if teller:
        for hook in hooks.made:
            hook(event, Span(above, up_to))
    if up_to is None:
        event.done_at = now()
    else:
        event.reached = up_to
    db.session.flush()
    return up_to is None
