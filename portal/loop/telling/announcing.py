"""An announcement was published, or has more items: everyone who asked for one of its ideas is told once, of all."""

from sqlalchemy import select

from portal.announcements.models import Announcement, AnnouncementItem
from portal.core.db import db
from portal.events.models import Event
from portal.ideas.models import Idea, Outcome
from portal.loop.telling.claims import Claim
from portal.loop.telling.deciding import thread_of
from portal.loop.telling.paying import tell
from portal.notices.telling.making import Word


def published(event: Event, above: int) -> int | None:
    """Those who asked, those who follow the ideas, and those who follow the announcements."""
    return _announced(event, above, to_all=True)


def extended(event: Event, above: int) -> int | None:
    """Items were added: only whom they concern."""
    return _announced(event, above, to_all=False)


def _announced(event: Event, above: int, *, to_all: bool) -> int | None:
    if not is_out(event.thread_id):
        return None
    announcement = thread_of(event.thread_id or 0)
    claims = claims_of(event.id)
    word = Word(event, "announcement", announcement.id)
    return tell(word, announcement, claims, above, followed=[claim.idea for claim in claims], to_all=to_all)


def is_out(announcement_id: int | None) -> bool:
    """Whether it is published, and stays so while the step is under way."""
    query = select(Announcement.state).where(Announcement.thread_id == announcement_id)
    return db.session.scalar(query.with_for_update(read=True)) == "published"


def claims_of(event_id: int) -> list[Claim]:
    """What its items owe from this event on."""
    rows = db.session.execute(
        select(
            AnnouncementItem.idea_id,
            AnnouncementItem.outcome_id,
            AnnouncementItem.available_on,
            Outcome.status,
            Idea.personal_event_id,
        )
        .join(Outcome, Outcome.id == AnnouncementItem.outcome_id)
        .join(Idea, Idea.thread_id == AnnouncementItem.idea_id)
        .where(AnnouncementItem.event_id == event_id, Outcome.ended_event_id.is_(None))
        .order_by(AnnouncementItem.position, AnnouncementItem.id)
    ).all()
    return [
        Claim(
            row.outcome_id,
            row.status,
            thread_of(row.idea_id),
            row.idea_id,
            by_hand=row.personal_event_id is not None,
            available_on=row.available_on,
        )
        for row in rows
    ]
