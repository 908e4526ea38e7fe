"""What is said of each thing: written when it is sent, of what may be seen then."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from portal.announcements.models import Announcement, AnnouncementItem
from portal.core.db import db
from portal.delivery.models import Hook, HookDelivery
from portal.delivery.webhooks import shapes
from portal.delivery.webhooks.kinds import PING
from portal.delivery.webhooks.seeing import NotShown, may_see, post_for, seen_by, thread_for
from portal.events.models import Event
from portal.ideas.models import Idea, Outcome
from portal.loop.models import ANSWERS, Confirmation, Debt
from portal.loop.policy import SAID_FROM
from portal.threads.models import Thread

Data = dict[str, Any]


def data_of(hook: Hook, row: HookDelivery) -> Data:
    """What this hook is told. Raises NotShown where it is not told of it any more."""
    return SAYS[row.kind](hook, row)


def _ping(hook: Hook, _row: HookDelivery) -> Data:
    return {"hook": {"id": hook.id, "name": hook.name}}


def _thread_created(hook: Hook, row: HookDelivery) -> Data:
    thread = thread_for(hook, row.data["thread"])
    return {"thread": shapes.thread(thread), "post": shapes.opening(thread)}


def _idea_created(hook: Hook, row: HookDelivery) -> Data:
    thread = _idea_for(hook, row)
    return {"idea": shapes.idea(thread), "post": shapes.opening(thread)}


def _reply_created(hook: Hook, row: HookDelivery) -> Data:
    post, thread = post_for(hook, row.data["post"])
    return {"thread": shapes.thread(thread), "post": shapes.post(post)}


def _answer_accepted(hook: Hook, row: HookDelivery) -> Data:
    post, thread = post_for(hook, row.data["post"])
    if thread.accepted_post_id != post.id:
        raise NotShown("it is not the accepted answer any more")
    return {"thread": shapes.thread(thread), "post": shapes.post(post)}


def _idea_voted(hook: Hook, row: HookDelivery) -> Data:
    return {"idea": shapes.idea(_idea_for(hook, row))}


def _idea_outcome(hook: Hook, row: HookDelivery) -> Data:
    thread = _idea_for(hook, row)
    outcome = _outcome_of(row)
    return {"idea": shapes.idea(thread), "outcome": shapes.outcome(outcome) if outcome else None}


def _idea_merged(hook: Hook, row: HookDelivery) -> Data:
    thread, outcome = _idea_for(hook, row), _outcome_of(row)
    into = outcome.into_id if outcome else None
    if outcome is None or into is None:
        raise NotShown("it was taken back")
    target = thread_for(hook, into) if may_see(hook, into) else None
    return {
        "idea": shapes.idea(thread),
        "into": shapes.idea(target) if target else None,
        "outcome": shapes.outcome(outcome),
    }


def _announcement_published(hook: Hook, row: HookDelivery) -> Data:
    announcement = db.session.get(Announcement, row.data["thread"], populate_existing=True)
    if announcement is None or announcement.state != "published" or announcement.event_id != row.event_id:
        raise NotShown("it was taken back")
    thread = thread_for(hook, announcement.thread_id)
    items = (
        select(AnnouncementItem, Thread)
        .join(Thread, Thread.id == AnnouncementItem.idea_id)
        .where(AnnouncementItem.announcement_id == thread.id, seen_by(hook))
        .order_by(AnnouncementItem.position, AnnouncementItem.id)
    )
    return {
        "announcement": shapes.thread(thread),
        "post": shapes.opening(thread),
        "items": [_item(*each) for each in db.session.execute(items)],
    }


def _item(item: AnnouncementItem, idea: Thread) -> Data:
    return {
        "idea": shapes.link(idea),
        "outcome": item.outcome,
        "note": shapes.words_of(item.note_html),
        "note_html": shapes.page_of(item.note_html, idea.path),
        "available_on": shapes.day(item.available_on),
        "available_to": item.available_to,
    }


def _loop_told(hook: Hook, row: HookDelivery) -> Data:
    thread = thread_for(hook, row.data["thread"])
    states = dict.fromkeys(("told", "undeliverable", "pending"), 0)
    states |= _counted(hook, row, Debt.state)
    if not any(states.values()):
        raise NotShown("nobody was owed word of it")
    return {"thread": shapes.thread(thread), "owed": sum(states.values()), **states}


def _loop_undelivered(hook: Hook, row: HookDelivery) -> Data:
    thread = thread_for(hook, row.data["thread"])
    causes = _counted(hook, row, Debt.cause)
    if not causes:
        raise NotShown("everyone could be told after all")
    return {"thread": shapes.thread(thread), "undeliverable": sum(causes.values()), "causes": causes}


def _loop_confirmed(hook: Hook, row: HookDelivery) -> Data:
    thread = _idea_for(hook, row)
    answers = dict.fromkeys(ANSWERS, 0) | _answers(thread.id)
    answered = sum(answers.values())
    if answered < SAID_FROM:
        raise NotShown(f"how many it helped is said from {SAID_FROM} answers on")
    return {"idea": shapes.idea(thread), "answered": answered, "answers": answers}


def _idea_for(hook: Hook, row: HookDelivery) -> Thread:
    """The idea, unless it has become something else."""
    thread = thread_for(hook, row.data["thread"])
    if thread.kind != "idea":
        raise NotShown("it is no idea any more")
    return thread


def _outcome_of(row: HookDelivery) -> Outcome | None:
    """What was decided; None: it is told that what had been decided holds no longer. Raises NotShown where it was
    undone before anyone was told."""
    event = db.session.get(Event, row.event_id, populate_existing=True)
    told = event.data if event else {}
    asked = row.data.get("outcome", told.get("outcome_id"))
    if asked is None and "outcome" in row.data:
        return None
    found = db.session.get(Outcome, asked, populate_existing=True) if asked else None
    if found is None or found.ended_event_id is not None:
        raise NotShown("it was taken back")
    return found


def _counted(hook: Hook, row: HookDelivery, column: Any) -> dict[str, int]:
    """The debts of an event by this column; those of ideas that the hook may not hear of are not in it."""
    query = (
        select(column, func.count())
        .select_from(Debt)
        .join(Thread, Thread.id == Debt.idea_id)
        .where(Debt.event_id == row.event_id, column.is_not(None), seen_by(hook))
        .group_by(column)
        .order_by(column)
    )
    return {str(name): int(number) for name, number in db.session.execute(query)}


def _answers(idea_id: int) -> dict[str, int]:
    """To what the idea's status is now, as its page counts them."""
    query = (
        select(Confirmation.answer, func.count())
        .join(Debt, Debt.id == Confirmation.debt_id)
        .join(Outcome, Outcome.id == Debt.outcome_id)
        .join(Idea, Idea.thread_id == Confirmation.idea_id)
        .where(Confirmation.idea_id == idea_id, Outcome.ended_event_id.is_(None), Outcome.status == Idea.status)
        .group_by(Confirmation.answer)
    )
    return {str(answer): int(number) for answer, number in db.session.execute(query)}


SAYS: dict[str, Callable[[Hook, HookDelivery], Data]] = {
    PING: _ping,
    "thread.created": _thread_created,
    "reply.created": _reply_created,
    "answer.accepted": _answer_accepted,
    "idea.created": _idea_created,
    "idea.voted": _idea_voted,
    "idea.outcome": _idea_outcome,
    "idea.merged": _idea_merged,
    "announcement.published": _announcement_published,
    "loop.told": _loop_told,
    "loop.undelivered": _loop_undelivered,
    "loop.confirmed": _loop_confirmed,
}
