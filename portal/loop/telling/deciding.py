"""An idea was decided on, or what was decided was amended: everyone who asked is told."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.announcements.models import AnnouncementItem
from portal.core.db import db
from portal.events.models import Event
from portal.ideas.models import DECIDED, Idea, Outcome
from portal.loop.telling.claims import Claim
from portal.loop.telling.paying import tell, tell_one
from portal.notices.telling.making import Word
from portal.threads.models import Thread


def decided(event: Event, above: int) -> int | None:
    """Those who asked for it, and those who follow it. What was taken back is not told."""
    outcome = held(event.data.get("outcome_id"))
    if outcome is None:
        return None
    idea = thread_of(outcome.idea_id)
    claim = Claim(outcome.id, outcome.status, idea, idea.id, by_hand=by_hand(idea.id))
    word = Word(event, "outcome", idea.id, data={"outcome_id": outcome.id})
    return tell(word, idea, [claim], above, followed=[idea])


def retold(event: Event, _above: int) -> int | None:
    """One person who could not be told of this has another address since."""
    outcome = held(event.data.get("outcome_id"))
    if outcome is not None and event.person_id is not None:
        idea = thread_of(outcome.idea_id)
        claim = Claim(outcome.id, outcome.status, idea, idea.id, by_hand=by_hand(idea.id))
        tell_one(Word(event, "outcome", idea.id, data={"outcome_id": outcome.id}), idea, claim, event.person_id)
    return None


def merged(event: Event, above: int) -> int | None:
    """Those who asked for the one that was merged are told of both: where it went, and what became of that."""
    outcome = held(event.data.get("outcome_id"))
    if outcome is None:
        return None
    idea = thread_of(outcome.idea_id)
    root_id = db.session.scalars(select(Idea.root_id).where(Idea.thread_id == idea.id)).one()
    root = thread_of(root_id) if root_id != idea.id else idea
    claims = [Claim(outcome.id, outcome.status, idea, idea.id)]
    present = told_of(root.id)
    if present is not None:
        claims.append(Claim(present.id, present.status, root, idea.id, by_hand=by_hand(root.id)))
    data = {"outcome_id": outcome.id, "from": idea.id, "now": present.id if present else None}
    word = Word(event, "merged", root.id, data=data)
    return tell(word, root, claims, above, followed=[idea])


def held(outcome_id: int | None) -> Outcome | None:
    """The outcome, if it still holds. It cannot be taken back while the step is under way: who comes to take it back
    waits, and corrects those whom this step told."""
    query = select(Outcome).where(Outcome.id == outcome_id, Outcome.ended_event_id.is_(None))
    return db.session.scalars(query.with_for_update(read=True).execution_options(populate_existing=True)).one_or_none()


def told_of(idea_id: int) -> Outcome | None:
    """What was decided on it, as far as people are told of that already; None while it can be undone, and while it
    waits for an announcement."""
    query = select(Outcome).join(Idea, Idea.outcome_id == Outcome.id).where(Idea.thread_id == idea_id)
    outcome = db.session.scalars(query.where(Outcome.status.in_(DECIDED)).with_for_update(read=True)).one_or_none()
    return outcome if outcome is not None and is_out(outcome) else None


def is_out(outcome: Outcome) -> bool:
    """Whether people are told of it: it was imported, it is a quiet correction, or the time to undo it is over."""
    if outcome.tell == "with-announcement":
        return announced(outcome.id)
    if outcome.event_id is None or outcome.tell == "quiet":
        return True
    event = db.session.get_one(Event, outcome.event_id)
    return event.reached > 0 or event.done_at is not None


def announced(outcome_id: int) -> bool:
    """Whether an announcement that is out names it."""
    query = (
        select(Event.id)
        .join(AnnouncementItem, AnnouncementItem.event_id == Event.id)
        .where(AnnouncementItem.outcome_id == outcome_id, Event.done_at.is_not(None))
    )
    return db.session.scalar(query.limit(1)) is not None


def thread_of(thread_id: int) -> Thread:
    """The thread with its category, as it is now."""
    query = select(Thread).where(Thread.id == thread_id).options(joinedload(Thread.category))
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def by_hand(idea_id: int) -> bool:
    """Whether a human sees to all that concerns this idea."""
    query = select(Idea.personal_event_id).where(Idea.thread_id == idea_id)
    return db.session.scalar(query) is not None
