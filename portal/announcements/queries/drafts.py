"""What is being written: the lists of staff, and what stands in the form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from portal.announcements.models import Announcement, AnnouncementGroup, AnnouncementItem
from portal.announcements.policy import UNPUBLISHED
from portal.core.db import db
from portal.core.errors import NotFound
from portal.ideas.models import StatusName
from portal.people.models import Group, Person
from portal.people.viewer import Viewer
from portal.threads.models import Post, Thread, path_of
from portal.threads.policy import visible_to
from portal.threads.queries import tags_by_thread

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class ItemWritten:
    """An item as the form shows it."""

    id: int
    idea_id: int
    title: str
    outcome: str
    note: str
    available_on: date | None
    available_to: str
    revisit_on: date | None


@dataclass(frozen=True, slots=True)
class AnnouncementWritten:
    """What an editor begins from."""

    id: int
    path: str
    state: str
    title: str
    body: str
    tags: tuple[str, ...]
    language: str
    audience: str
    group_ids: tuple[int, ...]
    publish_at: datetime | None
    revision: int
    items: tuple[ItemWritten, ...]


@dataclass(frozen=True, slots=True)
class DraftRow:
    """An announcement that is not published, or not any more."""

    id: int
    path: str
    title: str
    state: str
    publish_at: datetime | None
    written_at: datetime
    author_name: str
    items: int


def written(viewer: Viewer, announcement_id: int) -> AnnouncementWritten:
    """What it says, as it was typed. Raises NotFound; for all but staff a draft does not exist."""
    row = db.session.execute(
        select(Thread, Announcement, Post.source, Post.revision)
        .join(Announcement, Announcement.thread_id == Thread.id)
        .join(Post, (Post.thread_id == Thread.id) & (Post.number == 1))
        .where(Thread.id == announcement_id, visible_to(viewer), Thread.deleted_event_id.is_(None))
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound
    thread, announcement, source, revision = row
    chosen = select(AnnouncementGroup.group_id).where(AnnouncementGroup.announcement_id == announcement_id)
    return AnnouncementWritten(
        id=thread.id,
        path=thread.path,
        state=announcement.state,
        title=thread.title,
        body=source,
        tags=tags_by_thread([thread.id]).get(thread.id, ()),
        language=thread.language,
        audience=announcement.audience,
        group_ids=tuple(db.session.scalars(chosen)),
        publish_at=announcement.publish_at,
        revision=revision,
        items=_items(announcement_id),
    )


def _items(announcement_id: int) -> tuple[ItemWritten, ...]:
    item = AnnouncementItem
    rows = db.session.execute(
        select(item.id, item.idea_id, Thread.title, item.outcome, item.note)
        .add_columns(item.available_on, item.available_to, item.revisit_on)
        .join(Thread, Thread.id == item.idea_id)
        .where(item.announcement_id == announcement_id)
        .order_by(item.position, item.id)
    )
    return tuple(ItemWritten(*row) for row in rows)


def unpublished(viewer: Viewer) -> tuple[DraftRow, ...]:
    """For staff: what is being written, is scheduled, or waits, the last one touched first; then what was withdrawn.

    Raises NotFound for all others."""
    if not viewer.is_staff:
        raise NotFound
    count = select(func.count()).where(AnnouncementItem.announcement_id == Announcement.thread_id).scalar_subquery()
    rows: Sequence[Any] = db.session.execute(
        select(
            *(Thread.id, Thread.slug, Thread.title, Thread.created_at, Announcement.state, Announcement.publish_at),
            *(Person.name, Person.username, count.label("items")),
        )
        .join(Announcement, Announcement.thread_id == Thread.id)
        .outerjoin(Person, Person.id == Thread.author_id)
        .where(Announcement.state.in_((*UNPUBLISHED, "withdrawn")), Thread.deleted_event_id.is_(None))
        .where(visible_to(viewer))
        .order_by(Thread.id.desc())
        .limit(MOST_ROWS)
    ).all()
    return tuple(
        DraftRow(
            id=row.id,
            path=path_of("announcement", row.id, row.slug),
            title=row.title,
            state=row.state,
            publish_at=row.publish_at,
            written_at=row.created_at,
            author_name=row.name or row.username or "",
            items=row.items,
        )
        for row in rows
    )


def outcomes_called() -> dict[str, str]:
    """What the admin calls the statuses that have a name of their own."""
    return {row.status: row.name for row in db.session.execute(select(StatusName.status, StatusName.name))}


def groups_offered() -> tuple[tuple[int, str], ...]:
    """The groups that an announcement may be for."""
    return tuple((row.id, row.name) for row in db.session.execute(select(Group.id, Group.name).order_by(Group.name)))
