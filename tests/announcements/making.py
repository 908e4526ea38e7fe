"""Ideas and announcements for the tests of this room, and what became of them."""

from typing import Any

from portal.announcements import actions
from portal.announcements.actions import ItemTyped, Written
from portal.announcements.models import Announcement
from portal.core.db import db, write
from portal.events.models import Event
from portal.ideas.models import Idea, Outcome
from portal.people.models import Person
from portal.people.viewer import Viewer
from tests.factories import make_idea, make_person, viewer_of

TEXT = "You can export *everything*."


def manager() -> Viewer:
    return viewer_of(make_person(role="manager"))


def idea(title: str = "Export to CSV", by: Person | None = None, **columns: Any) -> Idea:
    """An idea; `columns` are set as they are."""
    made = make_idea(by, title=title)
    for name, value in columns.items():
        setattr(made, name, value)
    db.session.commit()
    return made


def items(*pairs: tuple[Idea | int, str], **more: Any) -> tuple[ItemTyped, ...]:
    """What an announcement says of these ideas."""
    return tuple(ItemTyped(each if isinstance(each, int) else each.thread_id, said, **more) for each, said in pairs)


def written(*pairs: tuple[Idea | int, str], **more: Any) -> Written:
    """An announcement of these ideas."""
    return Written(**({"title": "Exports are here", "body": TEXT, "items": items(*pairs)} | more))


def drafted(viewer: Viewer, *pairs: tuple[Idea | int, str], **more: Any) -> int:
    """A draft; its id."""
    return write(actions.draft, viewer, written(*pairs, **more))


def state_of(announcement_id: int) -> str:
    db.session.expire_all()
    return db.session.get_one(Announcement, announcement_id).state


def status_of(wish: Idea) -> str:
    db.session.expire_all()
    return db.session.get_one(Idea, wish.thread_id).status


def events(kind: str) -> list[Event]:
    return list(db.session.scalars(db.select(Event).filter_by(kind=kind)))


def outcomes(wish: Idea) -> list[Outcome]:
    return list(db.session.scalars(db.select(Outcome).filter_by(idea_id=wish.thread_id).order_by(Outcome.id)))
