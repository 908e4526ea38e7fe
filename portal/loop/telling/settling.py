"""What became of the letters that pay debts: before one leaves it is asked again whether it may, and afterwards the
ledger says what happened."""

from datetime import datetime

from sqlalchemy import and_, or_, select, update

from portal.announcements.models import Announcement, AnnouncementItem
from portal.core.clock import now
from portal.core.db import db
from portal.ideas.models import Idea, IdeaSilence, Outcome
from portal.loop.models import REASONS, Debt
from portal.loop.telling.claims import LINKED, Claim
from portal.loop.telling.deciding import thread_of
from portal.notices.models import Notice, NoticeChoice
from portal.notices.telling.audience import choice_of, muted, why_not
from portal.notices.telling.sorts import sort_of
from portal.people.models import Person


def mark_told(notice_id: int) -> None:
    """The letter was taken: who had been waiting for it is told."""
    at = now()
    for debt in db.session.scalars(select(Debt).where(Debt.notice_id == notice_id, Debt.state != "told")):
        debt.state, debt.cause, debt.told_at, debt.ask_at = "told", None, at, _ask_at(debt, at)
    db.session.flush()


def mark_untold(notice_id: int, cause: str) -> None:
    """The letter was refused, or is not sent any more: what it would have paid stays unpaid, and it is said why."""
    waiting = update(Debt).where(Debt.notice_id == notice_id, Debt.state == "pending")
    db.session.execute(waiting.values(state="undeliverable", cause=cause).execution_options(synchronize_session=False))


def mark_returned(notice_id: int) -> None:
    """The letter came back, perhaps days after it was taken: who only had the letter was not told. Who has the notice
    in the inbox was, and so was who has looked at it since or was asked about it."""
    mark_untold(notice_id, "bounced")
    only_sent = select(Notice.id).where(Notice.id == notice_id, Notice.read_at == Notice.at)
    told = update(Debt).where(Debt.notice_id.in_(only_sent), Debt.state == "told")
    told = told.where(Debt.seen_at.is_(None), Debt.asked_at.is_(None))
    values = {"state": "undeliverable", "cause": "bounced", "told_at": None, "ask_at": None}
    db.session.execute(told.values(values).execution_options(synchronize_session=False))


def why_not_sent(notice: Notice) -> str:
    """Why the letter of this notice does not leave any more: one of CAUSES, or an empty text. Who may not see the
    place any more, said "don't tell me" or took the thing back since, is not written to."""
    place = thread_of(notice.thread_id)
    sort = sort_of(notice.kind, notice.reason)
    cause = why_not(place, more=((muted(place.id), "muted"),))
    person = select(cause).select_from(Person).outerjoin(NoticeChoice, choice_of(sort))
    found = db.session.scalar(person.where(Person.id == notice.person_id))
    if found or notice.kind in ("corrected", "withdrawn", "unmerged"):
        return found or ""
    causes = [_cause_of(debt) for debt in _debts(notice.id)]
    return "" if not causes or "" in causes else causes[0]


def _debts(notice_id: int) -> list[Debt]:
    return list(db.session.scalars(select(Debt).where(Debt.notice_id == notice_id).order_by(Debt.id)))


def _cause_of(debt: Debt) -> str:
    """Why this is not said any more: what was decided no longer holds, or they may not see the idea."""
    if debt.cause:
        return debt.cause
    published = (
        select(Announcement.thread_id)
        .join(AnnouncementItem, AnnouncementItem.announcement_id == Announcement.thread_id)
        .where(AnnouncementItem.event_id == debt.event_id, Announcement.withdrawn_event_id.is_not(None))
    )
    ended = select(Outcome.ended_event_id.is_not(None)).where(Outcome.id == debt.outcome_id)
    if db.session.scalar(ended) or db.session.scalar(published):
        return "withdrawn"
    ideas = (debt.idea_id, debt.asked_idea_id)
    silent = select(IdeaSilence.idea_id).where(IdeaSilence.person_id == debt.person_id, IdeaSilence.idea_id.in_(ideas))
    cause = why_not(
        thread_of(debt.idea_id),
        more=((silent.exists(), "opted-out"), (or_(muted(debt.idea_id), muted(debt.asked_idea_id)), "muted")),
    )
    person = select(cause).select_from(Person).outerjoin(NoticeChoice, choice_of("requested"))
    return db.session.scalar(person.where(Person.id == debt.person_id)) or ""


def _ask_at(debt: Debt, told: datetime) -> datetime | None:
    """As if they had been told at once."""
    row = db.session.execute(
        select(Outcome.status, Idea.personal_event_id, AnnouncementItem.available_on)
        .select_from(Outcome)
        .join(Idea, Idea.thread_id == Outcome.idea_id)
        .outerjoin(
            AnnouncementItem,
            and_(AnnouncementItem.event_id == debt.event_id, AnnouncementItem.outcome_id == debt.outcome_id),
        )
        .where(Outcome.id == debt.outcome_id)
        .limit(1)
    ).one()
    if debt.reason == REASONS[LINKED]:
        return None
    place = thread_of(debt.idea_id)
    by_hand = row.personal_event_id is not None
    claim = Claim(debt.outcome_id, row.status, place, place.id, by_hand=by_hand, available_on=row.available_on)
    return claim.ask_at(told)
