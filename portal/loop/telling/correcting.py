"""What people were told is corrected or taken back: exactly those are told who had been told of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, exists, literal, select, update

from portal.announcements.models import AnnouncementItem
from portal.core.db import db
from portal.events.models import Event
from portal.ideas.models import Outcome
from portal.loop.models import Debt
from portal.loop.telling.announcing import claims_of, is_out
from portal.loop.telling.deciding import thread_of
from portal.loop.telling.paying import tell_owed
from portal.loop.telling.people import STEP, until
from portal.notices.models import Notice, NoticeChoice
from portal.notices.telling.audience import choice_of, has_account, why_not
from portal.notices.telling.making import RANKS, Word, make_notices
from portal.people.models import Person
from portal.threads.models import Thread

TOLD_BY = ("announcement.published", "announcement.extended", "announcement.corrected")


def corrected(event: Event, above: int) -> int | None:
    """An announcement says something else now. Letters that have not left yet say it from the start. Another outcome of
    an idea is owed to all who asked for it: the correction pays that, or else the announcement as it is now."""
    announcement = thread_of(event.thread_id or 0)
    word = Word(event, "corrected", announcement.id, data={"said": event.data.get("said", "")})
    tellings = [each for each in _tellings(announcement.id) if each != event.id]
    up_to, claims = _end(tellings, above), claims_of(event.id) if is_out(announcement.id) else []
    if not claims:
        return _correct(word, announcement, tellings, above, up_to)
    ends = (up_to, until(above, {claim.asked_id for claim in claims}, ()))
    up_to = min((end for end in ends if end is not None), default=None)
    _correct(word, announcement, tellings, above, up_to)
    tell_owed(Word(event, "announcement", announcement.id), announcement, claims, above, up_to)
    return up_to


def withdrawn(event: Event, above: int) -> int | None:
    """An announcement no longer holds. What was still owed for it is owed no more."""
    announcement = thread_of(event.thread_id or 0)
    tellings = _tellings(announcement.id)
    if above == 0:
        _cancel(tellings)
    word = Word(event, "withdrawn", announcement.id, data={"said": event.data.get("said", "")})
    return _correct(word, announcement, tellings, above, _end(tellings, above))


def unmerged(event: Event, above: int) -> int | None:
    """An idea stands by itself again."""
    outcome_id = event.data.get("outcome_id")
    told_by = db.session.scalar(select(Outcome.event_id).where(Outcome.id == outcome_id))
    if told_by is None:
        return None
    if above == 0:
        _cancel([told_by])
    idea = thread_of(event.thread_id or 0)
    word = Word(event, "unmerged", idea.id, data={"was_into": event.data.get("was_into")})
    return _correct(word, idea, [told_by], above, _end([told_by], above))


def _tellings(announcement_id: int) -> list[int]:
    """The events from which people were told of it."""
    query = select(Event.id).where(Event.thread_id == announcement_id, Event.kind.in_(TOLD_BY))
    items = select(AnnouncementItem.event_id).where(AnnouncementItem.announcement_id == announcement_id)
    found = {*db.session.scalars(query), *db.session.scalars(items)}
    return sorted(id_ for id_ in found if id_ is not None)


def _cancel(tellings: Sequence[int]) -> None:
    pending = update(Debt).where(Debt.event_id.in_(tellings), Debt.state == "pending")
    db.session.execute(
        pending.values(state="undeliverable", cause="withdrawn").execution_options(synchronize_session=False)
    )


def _told(tellings: Sequence[int], above: int) -> list[Any]:
    """Condition on Notice: it is of these events, and lies in their inbox, or their letter was taken."""
    unsent = exists().where(Debt.notice_id == Notice.id, Debt.state != "told")
    sent = exists().where(Debt.notice_id == Notice.id, Debt.state == "told")
    return [Notice.event_id.in_(tellings), Notice.person_id > above, sent | ~unsent]


def _end(tellings: Sequence[int], above: int) -> int | None:
    """Up to whom a step goes; None where no more are left."""
    people = select(Notice.person_id).where(*_told(tellings, above)).distinct().order_by(Notice.person_id)
    return db.session.scalar(people.offset(STEP - 1).limit(1))


def _correct(word: Word, place: Thread, tellings: Sequence[int], above: int, up_to: int | None) -> int | None:
    """Those of the step who have word from these events. Returns up to whom it went."""
    told = _told(tellings, above)
    if up_to is not None:
        told.append(Notice.person_id <= up_to)
    cause: Any = why_not(place)
    # What lies in an inbox is corrected there, whatever was muted or switched off since.
    hears = cause.is_(None) | cause.in_(("opted-out", "no-address"))
    part = (
        select(
            Notice.person_id,
            case(RANKS, value=Notice.reason, else_=literal(RANKS["follower"])).label("rank"),
            case((has_account(), 1), else_=0).label("in_inbox"),
        )
        .select_from(Notice)
        .join(Person, Person.id == Notice.person_id)
        .outerjoin(NoticeChoice, choice_of("requested"))
        .where(*told, hears)
    )
    make_notices(word, [part])
    return up_to
