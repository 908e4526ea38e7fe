"""Notices become read: one, all, or by opening what they are about."""

from typing import Any

from sqlalchemy import BigInteger, select, update

from portal.core.clock import now
from portal.core.db import UtcDateTime, ask, db, param
from portal.core.errors import NotFound
from portal.notices.models import Notice
from portal.people.viewer import Viewer


def mark_notice_read(viewer: Viewer, notice_id: int) -> None:
    """One line of the inbox: of a reply, all replies of its thread up to it. Raises NotFound for another person's."""
    mine = select(Notice).where(Notice.id == notice_id, Notice.person_id == viewer.id)
    notice = db.session.scalars(mine).one_or_none()
    if notice is None:
        raise NotFound
    chosen: Any = Notice.id == notice_id
    if notice.kind == "reply":
        chosen = (Notice.thread_id == notice.thread_id) & (Notice.kind == "reply") & (Notice.id <= notice_id)
    _read(viewer, chosen)


def mark_all_read(viewer: Viewer, *, up_to: int) -> None:
    """Everything up to this one: what came since the page was made stays unread."""
    _read(viewer, Notice.id <= up_to)


def mark_thread_read(viewer: Viewer, thread_id: int) -> list[int]:
    """They opened what it is about. Returns the ids of those that were unread. One statement."""
    values = {"person": viewer.id, "thread": thread_id, "moment": now()}
    return [row.id for row in ask(_OF_THREAD, values)]


_OF_THREAD = (
    update(Notice)
    .where(
        Notice.person_id == param("person", BigInteger()),
        Notice.thread_id == param("thread", BigInteger()),
        Notice.read_at.is_(None),
    )
    .values(read_at=param("moment", UtcDateTime()))
    .returning(Notice.id)
)


def _read(viewer: Viewer, chosen: Any) -> None:
    unread = update(Notice).where(Notice.person_id == viewer.id, Notice.read_at.is_(None), chosen)
    db.session.execute(unread.values(read_at=now()).execution_options(synchronize_session=False))
