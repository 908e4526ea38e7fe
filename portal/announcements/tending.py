"""What the worker does for announcements."""

import structlog
from sqlalchemy import select

from portal.announcements.actions.scheduled import publish_scheduled
from portal.announcements.models import Announcement
from portal.core import clock
from portal.core.db import db, write

MOST = 20
"""Announcements at one look; the next look takes the others."""

log = structlog.stdlib.get_logger(__name__)


def publish_due() -> int:
    """Publish what is due, each in a transaction of its own, and return how many are published now."""
    due = [Announcement.state == "scheduled", Announcement.publish_at <= clock.now()]
    query = select(Announcement.thread_id).where(*due).order_by(Announcement.publish_at, Announcement.thread_id)
    ids = list(db.session.scalars(query.limit(MOST)))
    db.session.rollback()
    return sum(_publish(id_) for id_ in ids)


def _publish(announcement_id: int) -> bool:
    """One that goes wrong keeps none of the others waiting."""
    try:
        return write(publish_scheduled, announcement_id) == "published"
    except Exception:
        log.exception("an announcement could not be published", announcement=announcement_id)
        return False
