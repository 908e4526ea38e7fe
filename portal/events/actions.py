"""Record what happened."""

from typing import Any

from portal.core.clock import now
from portal.core.db import db
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
    **data: Any,
) -> Event:
    """Add the row to the transaction under way and return it with its id."""
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
    )
    db.session.add(event)
    db.session.flush()
    return event
