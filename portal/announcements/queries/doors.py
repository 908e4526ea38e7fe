"""The row of an announcement, by the thread whose door has been passed."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.announcements.models import Announcement, AnnouncementItem
from portal.core.db import db
from portal.core.errors import NotFound
from portal.threads.models import Thread


def get_announcement(thread: Thread) -> Announcement:
    """What the announcement adds to its thread. Raises NotFound for a thread of another kind."""
    query = select(Announcement).where(Announcement.thread_id == thread.id)
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def items_of(announcement_id: int) -> Sequence[AnnouncementItem]:
    """The rows of its items, in their order."""
    query = select(AnnouncementItem).where(AnnouncementItem.announcement_id == announcement_id)
    return db.session.scalars(
        query.order_by(AnnouncementItem.position, AnnouncementItem.id).execution_options(populate_existing=True)
    ).all()
