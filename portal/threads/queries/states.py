"""The stories behind states: since when, by whom, why."""

from collections.abc import Iterable

from sqlalchemy import select

from portal.core.among import among
from portal.core.db import ask
from portal.events.models import Event
from portal.people.models import Person
from portal.threads.queries.shown import State


def states(event_ids: Iterable[int | None]) -> dict[int, State]:
    """The states that these events began, by the event's id; one statement, or none where there is nothing to tell."""
    ids = {event_id for event_id in event_ids if event_id is not None}
    if not ids:
        return {}
    return {
        row.id: State(row.at, row.actor_id, row.name or row.username or "", row.username or "", row.reason)
        for row in ask(_EVENTS, {"events": list(ids)})
    }


_EVENTS = (
    select(Event.id, Event.at, Event.actor_id, Event.reason, Person.name, Person.username)
    .outerjoin(Person, Person.id == Event.actor_id)
    .where(among(Event.id, "events"))
)
