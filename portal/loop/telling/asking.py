"""People are asked whether it solves their need, and told what staff say to those for whom it does not."""

from typing import Any

from sqlalchemy import and_, case, exists, func, literal, select, update

from portal.core.db import db
from portal.events.models import Event
from portal.ideas.models import Outcome
from portal.loop.models import Confirmation, Debt, LoopReply
from portal.loop.telling.deciding import thread_of
from portal.notices.models import Notice, NoticeChoice
from portal.notices.telling.audience import choice_of, muted, wants_inbox, why_not
from portal.notices.telling.making import RANKS, Word, make_notices
from portal.people.models import Person
from portal.threads.models import Thread

STEP = 4000
"""People of one transaction, about."""


def asked(event: Event, above: int) -> int | None:
    """Those whom this event asks: once each, whatever number of ideas it is about."""
    waiting = and_(Debt.asked_at == event.at, Debt.ask_notice_id.is_(None))
    up_to = _end(select(Debt.person_id).where(waiting, Debt.person_id > above))
    theirs = [waiting, Debt.person_id > above, *((Debt.person_id <= up_to,) if up_to is not None else ())]
    ideas = db.session.scalars(select(Debt.idea_id).where(*theirs).distinct().order_by(Debt.idea_id)).all()
    for idea_id in ideas:
        # A notice leads to an idea that they may see; who is asked about several gets the one of the first of them.
        idea = thread_of(idea_id)
        word = Word(event, "asked", idea_id, data={})
        make_notices(word, [_people(idea, *theirs, Debt.idea_id == idea_id)])
    notice = select(Notice.id).where(Notice.event_id == event.id, Notice.person_id == Debt.person_id)
    linked = update(Debt).where(*theirs).values(ask_notice_id=notice.correlate(Debt).scalar_subquery())
    db.session.execute(linked.execution_options(synchronize_session=False))
    return up_to


def replied(event: Event, above: int) -> int | None:
    """Those whom a reply to all answers."""
    reply = db.session.scalar(select(LoopReply).where(LoopReply.event_id == event.id))
    if reply is None:
        return None
    answered = exists().where(Confirmation.debt_id == Debt.id, Confirmation.settled_event_id == event.id)
    theirs: list[Any] = [Debt.idea_id == reply.idea_id, answered, Debt.person_id > above]
    up_to = _end(select(Debt.person_id).where(*theirs))
    if up_to is not None:
        theirs.append(Debt.person_id <= up_to)
    word = Word(event, "answered", reply.idea_id, data={"reply_id": reply.id})
    make_notices(word, [_people(thread_of(reply.idea_id), *theirs)])
    return up_to


def _end(people: Any) -> int | None:
    distinct = people.distinct().order_by(Debt.person_id)
    return db.session.scalar(distinct.offset(STEP - 1).limit(1))


def _people(idea: Thread, *those: Any) -> Any:
    """Who of these can be told, with their reason. What is taken back since is asked of nobody."""
    cause = why_not(idea, more=((muted(idea.id), "muted"),))
    rank = func.min(case(RANKS, value=Debt.reason, else_=literal(RANKS["voter"])))
    return (
        select(Debt.person_id, rank.label("rank"), func.max(case((wants_inbox(), 1), else_=0)).label("in_inbox"))
        .join(Person, Person.id == Debt.person_id)
        .join(Outcome, Outcome.id == Debt.outcome_id)
        .outerjoin(NoticeChoice, choice_of("requested"))
        .where(*those, cause.is_(None), Outcome.ended_event_id.is_(None))
        .group_by(Debt.person_id)
    )
