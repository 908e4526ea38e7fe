"""Record what happened."""

from datetime import datetime
from typing import Any

from portal.core.clock import now
from portal.core.db import db
from portal.events import hooks
from portal.events.models import Event


def record(
    kind: str,
    *,
    actor_id: int | None,
    thread_id: int | None = None,
    post_id: int | None = None,
    person_id: int | None = None,
    reason: str = "",
    logged: bool = False,
    due_at: datetime | None = None,
    **data: Any,
) -> Event:
    """Add the row to the transaction under way and return it with its id. With `due_at` a worker tells people of it."""
    event = Event(
        kind=kind,
        at=now(),
        actor_id=actor_id,
        thread_id=thread_id,
        post_id=post_id,
        person_id=person_id,
        reason=reason,
        logged=logged,
        data=data,
        due_at=due_at,
    )
    db.session.add(event)
    db.session.flush()
    if due_at is not None:
        for ring in hooks.due:
            ring()
    for hook in hooks.recorded:
        hook(event)
    return event
