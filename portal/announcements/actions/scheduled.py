"""What is due is published by the worker, as whoever scheduled it; unless an idea in it has changed since."""

from sqlalchemy import exists, select

from portal.announcements.actions.holding import hold_announcement
from portal.announcements.actions.publishing import put_out
from portal.announcements.actions.stating import check_items
from portal.announcements.models import Announcement
from portal.announcements.policy import can_announce
from portal.announcements.queries.part import changed_ideas
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Invalid
from portal.events.actions import record
from portal.people.models import Person, Suspension
from portal.people.queries import suspended
from portal.people.viewer import Viewer


def publish_scheduled(announcement_id: int) -> str:
    """Publish it if its time has come, or let it wait and ask its author; returns its state."""
    by = db.session.scalar(select(Announcement.published_by_id).where(Announcement.thread_id == announcement_id))
    viewer = _who(by)
    thread, announcement, items = hold_announcement(viewer or _system(), announcement_id)
    if announcement.state != "scheduled" or announcement.publish_at is None or thread.is_deleted:
        return announcement.state
    if announcement.publish_at > clock.now():
        return announcement.state
    changed = [idea.idea_id for idea in changed_ideas(announcement_id)]
    try:
        check_items(items)
    except Invalid:
        changed = changed or [item.idea_id for item in items]
    if viewer is None or changed or thread.is_hidden:
        announcement.state = "waiting"
        record(
            "announcement.waiting",
            actor_id=None,
            thread_id=announcement_id,
            person_id=thread.author_id,
            due_at=clock.now(),
            ideas=changed,
        )
    else:
        put_out(viewer, thread, announcement, items)
    return announcement.state


def _who(person_id: int | None) -> Viewer | None:
    """Whoever scheduled it, if they still may announce."""
    now = clock.now()
    shut_out = exists().where(Suspension.person_id == Person.id, suspended(now))
    person = db.session.scalar(
        select(Person).where(Person.id == person_id, Person.kind == "account", Person.erased_at.is_(None), ~shut_out)
    )
    if person is None:
        return None
    viewer = Viewer(
        id=person.id,
        role=person.role,
        username=person.username or "",
        name=person.name,
        is_confirmed=person.is_confirmed,
        language=person.language,
    )
    return viewer if can_announce(viewer) else None


def _system() -> Viewer:
    """Sees what it must look after, and is nobody."""
    return Viewer(role="admin")
