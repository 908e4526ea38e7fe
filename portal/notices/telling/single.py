"""Word to one or a few: an idea is theirs to see to, an announcement waits, their question was linked to an idea."""

from typing import Any

from sqlalchemy import case, literal, or_, select
from sqlalchemy.orm import joinedload

from portal.core.db import db
from portal.events.models import Event
from portal.ideas.models import Idea, IdeaQuestion, IdeaVote
from portal.notices.models import NoticeChoice
from portal.notices.telling.audience import choice_of, muted, wants_inbox, why_not
from portal.notices.telling.making import RANKS, Word, make_notices
from portal.people.models import Person
from portal.questions.models import SameQuestion
from portal.threads.models import Thread


def owned(event: Event, above: int) -> int | None:
    """Someone on the team got an idea to see to. Who took it themselves knows."""
    if event.person_id != event.actor_id:
        _tell_one(event, "owned", "owner")
    return None


def waiting(event: Event, above: int) -> int | None:
    """An announcement waits for its author, or a shipped idea for one by its owner."""
    _tell_one(event, "waiting", "owner")
    return None


def linked(event: Event) -> tuple[Thread, Thread] | None:
    """The question and the idea that it was linked to; None where that does not hold any more, or nobody asked it."""
    question, idea = _thread(event.thread_id), _thread(event.data.get("idea_id"))
    if question is None or idea is None or question.author_id is None or not _still_linked(question.id, idea.id):
        return None
    return question, idea


def offer(event: Event, question: Thread, idea: Thread, **data: Any) -> None:
    """Its asker will hear what becomes of the idea, and who has the question too is offered the vote."""
    voted = select(IdeaVote.person_id).join(Idea, Idea.thread_id == IdeaVote.idea_id)
    voted = voted.where(Idea.root_id == select(Idea.root_id).where(Idea.thread_id == idea.id).scalar_subquery())
    same = select(SameQuestion.person_id).where(
        SameQuestion.thread_id == question.id, SameQuestion.person_id.not_in(voted)
    )
    unheard = or_(muted(question.id), muted(idea.id))
    parts = [
        _part("requested", "asked", select(literal(question.author_id)), (question, idea), unheard),
        _part("requested", "same", same, (question, idea), unheard),
    ]
    make_notices(Word(event, "offered", idea.id, data={"question_id": question.id, **data}), parts)


def _tell_one(event: Event, kind: str, reason: str) -> None:
    thread = _thread(event.thread_id)
    if thread is not None and event.person_id is not None:
        part = _part("team", reason, select(literal(event.person_id)), (thread,), literal(False))
        make_notices(Word(event, kind, thread.id), [part])


def _thread(thread_id: int | None) -> Thread | None:
    query = select(Thread).where(Thread.id == thread_id).options(joinedload(Thread.category))
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _still_linked(question_id: int, idea_id: int) -> bool:
    query = select(IdeaQuestion.idea_id).where(IdeaQuestion.question_id == question_id)
    return db.session.scalar(query) == idea_id


def _part(sort: str, reason: str, people: Any, threads: tuple[Thread, ...], unheard: Any) -> Any:
    cause = why_not(*threads, more=((unheard, "muted"),))
    return (
        select(
            Person.id.label("person_id"),
            literal(RANKS[reason]).label("rank"),
            case((wants_inbox(), 1), else_=0).label("in_inbox"),
        )
        .select_from(Person)
        .outerjoin(NoticeChoice, choice_of(sort))
        .where(Person.id.in_(people), Person.kind == "account", cause.is_(None))
    )
