"""What became of the letters that pay debts: before one leaves it is asked again whether it may, and afterwards the
ledger says what happened."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, case, func, not_, null, or_, select, update

from portal.announcements.models import Announcement, AnnouncementItem
from portal.core.clock import now
from portal.core.db import UtcDateTime, ask, db, param
from portal.ideas.models import Idea, IdeaSilence, Outcome
from portal.loop.models import REASONS, Debt
from portal.loop.telling.claims import LINKED, ask_at
from portal.loop.telling.deciding import thread_of
from portal.notices.models import Notice, NoticeChoice
from portal.notices.telling.audience import choice_of, gets_mail, muted, why_not
from portal.notices.telling.sorts import sort_of
from portal.people.models import Person


def mark_told(notice_id: int) -> None:
    """The letter was taken: who had been waiting for it is told, and asked later as if they had been told at once."""
    at, seen = now(), set[int]()
    for debt in ask(_WAITING, {"notice": notice_id}).all():
        if debt.id not in seen:
            seen.add(debt.id)
            then = ask_at(debt.status, at, by_hand=debt.by_hand, available_on=debt.available_on)
            ask(_TOLD, {"debt": debt.id, "now": at, "then": None if debt.reason == REASONS[LINKED] else then})


def mark_untold(notice_id: int, cause: str) -> None:
    """The letter was refused, or is not sent any more: what it would have paid stays unpaid, and it is said why."""
    waiting = update(Debt).where(Debt.notice_id == notice_id, Debt.state == "pending")
    db.session.execute(waiting.values(state="undeliverable", cause=cause).execution_options(synchronize_session=False))


def mark_waiting(notice_id: int) -> None:
    """A letter that came back is sent again: what it would pay waits for it."""
    back = update(Debt).where(Debt.notice_id == notice_id, Debt.state == "undeliverable", Debt.cause == "bounced")
    db.session.execute(back.values(state="pending", cause=None).execution_options(synchronize_session=False))


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
    """Why the letter of this notice does not leave any more: one of CAUSES, or an empty text."""
    return why_none_sent([notice]).get(notice.id, "")


def why_none_sent(notices: Sequence[Notice]) -> dict[int, str]:
    """By id those of these notices whose letter does not leave any more, and why: one of CAUSES. Who may not see the
    place any more, said "don't tell me" or took the thing back since, is not written to. Those of one place cost
    together what one costs."""
    causes: dict[int, str] = {}
    places: dict[tuple[int, str], dict[int, list[int]]] = {}
    for notice in notices:
        people = places.setdefault((notice.thread_id, sort_of(notice.kind, notice.reason)), {})
        people.setdefault(notice.person_id, []).append(notice.id)
    for (thread_id, sort), people in places.items():
        place = thread_of(thread_id)
        for person_id, cause in _causes(why_not(place, more=((muted(place.id), "muted"),)), sort, people):
            causes.update(dict.fromkeys(people[person_id], cause))
    owing = [notice for notice in notices if notice.kind not in ("corrected", "withdrawn", "unmerged")]
    return _of_debts([notice.id for notice in owing if notice.id not in causes]) | causes


def _causes(cause: ColumnElement[str | None], sort: str, people: Iterable[int]) -> list[tuple[int, str]]:
    """Those of these people who are not written to, and why: for this cause, or because they want no mail of this sort
    (any more), or cannot have any."""
    off = func.coalesce(NoticeChoice.mail, True).is_(False)
    said = case((cause.is_not(None), cause), (off, "opted-out"), (not_(gets_mail()), "no-address"), else_=null())
    query = select(Person.id, said).outerjoin(NoticeChoice, choice_of(sort)).where(Person.id.in_(people))
    return [(row[0], row[1]) for row in db.session.execute(query.where(said.is_not(None)))]


def _of_debts(notice_ids: Sequence[int]) -> dict[int, str]:
    """Likewise of what is owed: where nothing that the notice would pay may be said any more."""
    debts: dict[int, list[Debt]] = {}
    alike: dict[tuple[int, int, int, int], list[Debt]] = {}
    query = select(Debt).where(Debt.notice_id.in_(notice_ids)).order_by(Debt.id)
    for debt in db.session.scalars(query.execution_options(populate_existing=True)) if notice_ids else ():
        debts.setdefault(debt.notice_id or 0, []).append(debt)
        alike.setdefault((debt.outcome_id, debt.event_id, debt.idea_id, debt.asked_idea_id), []).append(debt)
    causes: dict[int, str] = {debt.id: debt.cause for theirs in debts.values() for debt in theirs if debt.cause}
    for some in alike.values():
        causes = _of_alike(some) | causes
    found = {notice_id: [causes.get(debt.id, "") for debt in theirs] for notice_id, theirs in debts.items()}
    return {notice_id: theirs[0] for notice_id, theirs in found.items() if "" not in theirs}


def _of_alike(debts: Sequence[Debt]) -> dict[int, str]:
    """By id why these, all of one outcome and event, are not said any more: what was decided no longer holds, or they
    may not see the idea."""
    one = debts[0]
    published = (
        select(Announcement.thread_id)
        .join(AnnouncementItem, AnnouncementItem.announcement_id == Announcement.thread_id)
        .where(AnnouncementItem.event_id == one.event_id, Announcement.withdrawn_event_id.is_not(None))
    )
    ended = select(Outcome.ended_event_id.is_not(None)).where(Outcome.id == one.outcome_id)
    if db.session.scalar(ended) or db.session.scalar(published):
        return {debt.id: "withdrawn" for debt in debts}
    ideas = (one.idea_id, one.asked_idea_id)
    silent = select(IdeaSilence.idea_id).where(IdeaSilence.person_id == Person.id, IdeaSilence.idea_id.in_(ideas))
    cause = why_not(
        thread_of(one.idea_id),
        more=((silent.exists(), "opted-out"), (or_(muted(one.idea_id), muted(one.asked_idea_id)), "muted")),
    )
    people = select(Person.id, cause).outerjoin(NoticeChoice, choice_of("requested"))
    rows = db.session.execute(people.where(Person.id.in_({debt.person_id for debt in debts}), cause.is_not(None)))
    causes = {int(row[0]): str(row[1]) for row in rows}
    return {debt.id: causes[debt.person_id] for debt in debts if debt.person_id in causes}


_DEBT = cast(Table, Debt.__table__)
_ITEM = and_(AnnouncementItem.event_id == Debt.event_id, AnnouncementItem.outcome_id == Debt.outcome_id)
_WAITING: Any = (
    select(
        *(Debt.id, Debt.reason, Outcome.status, Idea.personal_event_id.is_not(None).label("by_hand")),
        AnnouncementItem.available_on,
    )
    .join(Outcome, Outcome.id == Debt.outcome_id)
    .join(Idea, Idea.thread_id == Outcome.idea_id)
    .outerjoin(AnnouncementItem, _ITEM)
    .where(Debt.notice_id == param("notice"), Debt.state != "told")
    .order_by(Debt.id, AnnouncementItem.id)
)
_TOLD = (
    update(_DEBT)
    .where(_DEBT.c.id == param("debt"))
    .values(state="told", cause=None, told_at=param("now", UtcDateTime()), ask_at=param("then", UtcDateTime()))
)
