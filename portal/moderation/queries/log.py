"""The moderation log: who did what as staff, when, to what, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from portal.core.errors import NotFound
from portal.core.paging import Order, Page, page
from portal.events.models import Event
from portal.moderation.policy import can_read_log, logged_for
from portal.moderation.queries import ROWS
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.threads.models import Thread
from portal.threads.policy import visible_to

ABOUT: Mapping[str, tuple[str, ...]] = {
    "conversations": (
        *("thread.", "publishing.", "post.", "answer.", "choice.", "question.", "idea.", "announcement.", "loop."),
    ),
    "people": ("person.", "group.", "organisation."),
    "portal": ("site.", "page.", "category.", "tag.", "status.", "hook."),
}
"""Parts of the log, by how the kinds of their events begin."""


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line. `data` has what its kind adds; names are empty where there is nobody, or nobody any more."""

    id: int
    kind: str
    at: datetime
    reason: str
    data: Mapping[str, Any]
    actor_name: str
    actor_username: str
    person_id: int | None
    person_name: str
    person_username: str
    thread_title: str
    thread_path: str
    post_id: int | None


def log(
    viewer: Viewer,
    *,
    about: str = "",
    person_id: int | None = None,
    thread_id: int | None = None,
    cursor: str | None = None,
) -> Page[LogRow]:
    """The log, the newest first, in one statement: what this member of staff may see of it. Raises NotFound."""
    if not can_read_log(viewer):
        raise NotFound
    actor, person = aliased(Person), aliased(Person)
    query = (
        select(Event, actor, person, Thread)
        .outerjoin(actor, actor.id == Event.actor_id)
        .outerjoin(person, person.id == Event.person_id)
        .outerjoin(Thread, and_(Thread.id == Event.thread_id, visible_to(viewer)))
        .where(logged_for(viewer), or_(Event.thread_id.is_(None), Thread.id.is_not(None)))
    )
    if about in ABOUT:
        query = query.where(or_(*(Event.kind.startswith(kind) for kind in ABOUT[about])))
    if person_id is not None:
        query = query.where(or_(Event.person_id == person_id, Event.actor_id == person_id))
    if thread_id is not None:
        query = query.where(Event.thread_id == thread_id)
    return page(query, Order(Event.id, Event.id), cursor=cursor, limit=ROWS, make=_row)


def _row(row: Any) -> LogRow:
    event, actor, person, thread = row[:4]
    return LogRow(
        id=event.id,
        kind=event.kind,
        at=event.at,
        reason=event.reason,
        data=event.data,
        actor_name=actor.display_name if actor else "",
        actor_username=(actor.username or "") if actor else "",
        person_id=person.id if person else None,
        person_name=person.display_name if person else "",
        person_username=(person.username or "") if person else "",
        thread_title=thread.title if thread else "",
        thread_path=thread.path if thread else "",
        post_id=event.post_id,
    )
