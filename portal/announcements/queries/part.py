"""What an announcement adds to the page of its thread."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from portal.announcements import policy
from portal.announcements.models import Announcement, AnnouncementGroup, AnnouncementItem
from portal.announcements.queries.items import ItemShown, items_by_announcement
from portal.core import clock
from portal.core.db import ask, param
from portal.core.errors import NotFound
from portal.events.models import Event
from portal.ideas.models import Idea, StatusName
from portal.people.models import Group, Person
from portal.people.viewer import Viewer
from portal.threads.models import Thread

NEWS = ("announcement.corrected", "announcement.withdrawn")


@dataclass(frozen=True, slots=True)
class Correction:
    """What was put right, or why it was withdrawn; who did that, and when."""

    said: str
    at: datetime
    by_name: str


@dataclass(frozen=True, slots=True)
class ChangedIdea:
    """An idea that became something else after the announcement was scheduled."""

    idea_id: int
    title: str
    status: str
    called: str
    """What the admin calls that, or ''."""


@dataclass(frozen=True, slots=True)
class AnnouncementPart:
    """As this viewer may see it. `undo_until`: until then nobody has been told."""

    id: int
    state: str
    audience: str
    groups: tuple[str, ...]
    publish_at: datetime | None
    published_at: datetime | None
    undo_until: datetime | None
    items: tuple[ItemShown, ...]
    corrections: tuple[Correction, ...]
    withdrawn: Correction | None
    changed: tuple[ChangedIdea, ...]
    """For staff, while it waits."""
    can_draft: bool
    can_amend: bool

    @property
    def is_published(self) -> bool:
        return self.state == "published"


def announcement_part(viewer: Viewer, thread_id: int) -> AnnouncementPart:
    """Of an announcement that they see. Raises NotFound."""
    row = ask(_ONE, {"thread": thread_id}).first()
    if row is None:
        raise NotFound
    news = [(each.kind, _correction(each)) for each in ask(_NEWS, {"thread": thread_id, "kinds": list(NEWS)})]
    withdrawn = next((said for kind, said in news if kind == NEWS[1]), None)
    waits = row.state == "waiting" and viewer.is_staff
    return AnnouncementPart(
        id=thread_id,
        state=row.state,
        audience=row.audience,
        groups=_groups(thread_id) if row.audience == "groups" and viewer.is_staff else (),
        publish_at=row.publish_at,
        published_at=row.published_at,
        undo_until=_undo_until(viewer, row),
        items=items_by_announcement(viewer, [thread_id]).get(thread_id, ()),
        corrections=tuple(said for kind, said in news if kind == NEWS[0]),
        withdrawn=withdrawn if row.state == "withdrawn" else None,
        changed=changed_ideas(thread_id) if waits else (),
        can_draft=policy.can_draft(viewer, row.state),
        can_amend=policy.can_amend(viewer, row.state),
    )


def changed_ideas(announcement_id: int) -> tuple[ChangedIdea, ...]:
    """The ideas that are something else than when it was scheduled."""
    return tuple(ChangedIdea(*each) for each in ask(_CHANGED, {"thread": announcement_id}))


def _undo_until(viewer: Viewer, row: Any) -> datetime | None:
    """While it can be taken back without a trace."""
    if not policy.can_amend(viewer, row.state) or row.done_at is not None or row.due_at is None:
        return None
    return row.due_at if row.due_at > clock.now() else None


def _groups(thread_id: int) -> tuple[str, ...]:
    return tuple(ask(_GROUPS, {"thread": thread_id}).scalars())


def _correction(row: Any) -> Correction:
    data: dict[str, Any] = row.data or {}
    return Correction(str(data.get("said") or row.reason), row.at, row.name or row.username or "")


_ONE = (
    select(
        *(Announcement.state, Announcement.audience, Announcement.publish_at, Announcement.published_at),
        *(Event.due_at, Event.done_at),
    )
    .outerjoin(Event, Event.id == Announcement.event_id)
    .where(Announcement.thread_id == param("thread"))
)
_NEWS = (
    select(Event.kind, Event.data, Event.reason, Event.at, Person.name, Person.username)
    .outerjoin(Person, Person.id == Event.actor_id)
    .where(Event.thread_id == param("thread"), Event.kind.in_(param("kinds", many=True)))
    .order_by(Event.id)
)
_GROUPS = (
    select(Group.name)
    .join(AnnouncementGroup, AnnouncementGroup.group_id == Group.id)
    .where(AnnouncementGroup.announcement_id == param("thread"))
    .order_by(Group.name)
)


def _changed() -> Any:
    thread = aliased(Thread)
    return (
        select(Idea.thread_id, thread.title, Idea.status, func.coalesce(StatusName.name, ""))
        .join(AnnouncementItem, AnnouncementItem.idea_id == Idea.thread_id)
        .join(thread, thread.id == Idea.thread_id)
        .outerjoin(StatusName, StatusName.status == Idea.status)
        .where(
            AnnouncementItem.announcement_id == param("thread"),
            Idea.outcome_id.is_distinct_from(AnnouncementItem.seen_outcome_id)
            | thread.hidden_event_id.is_not(None)
            | thread.deleted_event_id.is_not(None),
        )
        .order_by(AnnouncementItem.position)
    )


_CHANGED = _changed()
