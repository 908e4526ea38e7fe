"""Whether a private thread may become public."""

from datetime import datetime

from sqlalchemy import select

from portal.core.db import db
from portal.events.models import Event
from portal.threads.models import Thread

ASKED, AGREED, WITHDRAWN, PUBLISHED = (
    "publishing.asked",
    "publishing.agreed",
    "publishing.withdrawn",
    "thread.published",
)


def publishing(thread_id: int) -> tuple[bool, bool]:
    """Whether staff asked to publish it, and whether its author agrees. Nobody else can agree in the author's name."""
    query = (
        select(Event.kind, Event.actor_id, Thread.author_id)
        .join(Thread, Thread.id == Event.thread_id)
        .where(Event.thread_id == thread_id, Event.kind.in_((ASKED, AGREED, WITHDRAWN)))
        .order_by(Event.id)
    )
    asked = consented = False
    for row in db.session.execute(query):
        if row.kind == ASKED:
            asked = True
        elif row.actor_id is not None and row.actor_id == row.author_id:
            asked, consented = False, row.kind == AGREED
    return asked, consented


def published_at(thread_id: int) -> datetime | None:
    """When a thread that began as a private one was published."""
    query = select(Event.at).where(Event.thread_id == thread_id, Event.kind == PUBLISHED)
    return db.session.scalar(query.order_by(Event.id.desc()).limit(1))
