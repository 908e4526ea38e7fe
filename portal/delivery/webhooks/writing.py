"""What hooks are to hear of: a row for each hook and thing, in the transaction of the thing itself.

Without hooks this costs one look at a table that is empty. What can still be undone is due when that time is over; what
is said of it is written when it is sent, as it stands then.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.announcements.models import AnnouncementItem
from portal.config import in_force
from portal.core.clock import now
from portal.core.db import ask, db, param
from portal.delivery import queue
from portal.delivery.models import Hook, HookDelivery
from portal.delivery.webhooks.seeing import SHARED
from portal.events import hooks as events_hooks
from portal.events.models import Event
from portal.loop.models import Debt
from portal.notices import hooks as notices_hooks
from portal.notices.hooks import Span
from portal.notices.telling.making import insert_into
from portal.people.viewer import VISITOR
from portal.threads.models import Thread
from portal.threads.policy import visible_to

BUNDLED = timedelta(minutes=5)
"""Votes for one idea within this time are one message; so are answers, and letters that came back."""
LATE = timedelta(seconds=15)
"""So long after it, what was begun within has been written."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is to be told of. `key` tells it apart from everything else, so that it is one row for each hook."""

    kind: str
    thread_id: int
    key: str
    due_at: datetime
    event_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict[str, Any])


def register() -> None:
    """Called once an application is made."""
    if heard not in events_hooks.recorded:
        events_hooks.recorded.append(heard)
    if told not in notices_hooks.made:
        notices_hooks.made.append(told)


def heard(event: Event) -> None:
    """Something happened: every hook that hears of such things gets a row."""
    things = THINGS.get(event.kind)
    if things is None or event.thread_id is None:
        return
    hooks = ask(_HOOKS).all()
    if hooks:
        _write(hooks, things(event))


def told(event: Event, span: Span) -> None:
    """People are being told of an event: at its first step it is certain, after its last there are figures."""
    is_first, is_last = span.above == 0, span.up_to is None
    if event.kind not in (*CHANGED, *FIGURES) or not (is_first or is_last):
        return
    hooks = ask(_HOOKS).all()
    if not hooks:
        return
    if is_first and event.kind in CHANGED:
        _write(hooks, CHANGED[event.kind](event))
    if is_last and event.kind in FIGURES:
        _write(hooks, _figures(event))


def undelivered(notice_id: int) -> None:
    """A letter came back that would have paid a debt: the figures of its event are not what they were."""
    event_id = db.session.scalar(
        select(Debt.event_id).where(Debt.notice_id == notice_id, Debt.state == "undeliverable").limit(1)
    )
    if event_id is None or not (hooks := ask(_HOOKS).all()):
        return
    event = db.session.get_one(Event, event_id)
    _write(hooks, [_bundle("loop.undelivered", event.thread_id or 0, event.id, event_id=event.id)])


def key_of(event: Event, *more: object) -> str:
    """The id of a message: of this event, and never of another one, also after a database was brought back."""
    return "-".join(str(part) for part in (f"evt_{event.id}", int(event.at.timestamp()), *more))


def _thing(kind: str, event: Event, *, due_at: datetime | None = None, **data: Any) -> Thing:
    due = due_at or event.due_at or now()
    return Thing(kind, event.thread_id or 0, key_of(event), due, event.id, data)


def _bundle(kind: str, thread_id: int, of: int, *, event_id: int | None = None, **data: Any) -> Thing:
    """All that happens until the next full five minutes is one."""
    length = int(BUNDLED.total_seconds())
    number = int(now().timestamp()) // length
    due_at = datetime.fromtimestamp((number + 1) * length, UTC) + LATE
    return Thing(kind, thread_id, f"{kind.replace('.', '_')}_{of}-{number}", due_at, event_id, data)


def _started(event: Event) -> list[Thing]:
    kind = db.session.scalar(select(Thread.kind).where(Thread.id == event.thread_id))
    if kind == "announcement":
        return []  # a draft
    name = "idea.created" if kind == "idea" else "thread.created"
    return [_thing(name, event, due_at=now(), post=event.post_id)]


def _turned(event: Event) -> list[Thing]:
    """A question or a discussion became an idea."""
    return [_thing("idea.created", event)] if event.data.get("after") == "idea" else []


def _replied(event: Event) -> list[Thing]:
    return [_thing("reply.created", event, due_at=now(), post=event.post_id)]


def _accepted(event: Event) -> list[Thing]:
    return [_thing("answer.accepted", event, due_at=now(), post=event.post_id)]


def _voted(event: Event) -> list[Thing]:
    return [_bundle("idea.voted", event.thread_id or 0, event.thread_id or 0)]


def _decided(event: Event) -> list[Thing]:
    """What waits for an announcement stands on the page too, once it cannot be undone. Quiet is quiet here too."""
    if event.data.get("tell") == "quiet":
        return []
    until = event.due_at or event.at + timedelta(seconds=in_force().undo_seconds)
    return [_thing("idea.outcome", event, due_at=until)]


def _confirmed(event: Event) -> list[Thing]:
    return [_bundle("loop.confirmed", event.thread_id or 0, event.thread_id or 0)]


def _announced(event: Event) -> list[Thing]:
    """The outcomes that an announcement recorded."""
    items = select(AnnouncementItem.idea_id, AnnouncementItem.outcome_id).where(
        AnnouncementItem.event_id == event.id, AnnouncementItem.recorded.is_(True)
    )
    return [_outcome(event, row.idea_id, row.outcome_id) for row in db.session.execute(items)]


def _withdrawn(event: Event) -> list[Thing]:
    items = select(AnnouncementItem.idea_id).where(
        AnnouncementItem.announcement_id == event.thread_id, AnnouncementItem.recorded.is_(True)
    )
    return [_outcome(event, idea_id, None) for idea_id in db.session.scalars(items)]


def _outcome(event: Event, idea_id: int, outcome_id: int | None) -> Thing:
    """`outcome_id`: what was decided; None: what had been holds no longer, and the idea stands as it did before."""
    return Thing("idea.outcome", idea_id, key_of(event, idea_id), now(), event.id, {"outcome": outcome_id})


def _figures(event: Event) -> list[Thing]:
    owes = select(Debt.id).where(Debt.event_id == event.id).limit(1)
    if event.kind == "announcement.corrected" and db.session.scalar(owes) is None:
        return []  # only its words were
    things = [Thing("loop.told", event.thread_id or 0, key_of(event, "told"), now(), event.id)]
    lost = select(Debt.id).where(Debt.event_id == event.id, Debt.state == "undeliverable").limit(1)
    if db.session.scalar(lost) is not None:
        key = key_of(event, "undelivered")
        things.append(Thing("loop.undelivered", event.thread_id or 0, key, now(), event.id))
    return things


THINGS: dict[str, Callable[[Event], list[Thing]]] = {
    "thread.started": _started,
    "thread.turned": _turned,
    "post.written": _replied,
    "answer.accepted": _accepted,
    "idea.voted": _voted,
    "idea.voted_for": _voted,
    "idea.decided": _decided,
    "idea.amended": _decided,
    "idea.merged": lambda event: [_thing("idea.merged", event)],
    "announcement.published": lambda event: [_thing("announcement.published", event)],
    "loop.answered": _confirmed,
}
"""By the kind of event, from the moment it is recorded."""
CHANGED: dict[str, Callable[[Event], list[Thing]]] = {
    "announcement.published": _announced,
    "announcement.corrected": _announced,
    "announcement.extended": _announced,
    "announcement.withdrawn": _withdrawn,
    "idea.unmerged": lambda event: [_outcome(event, event.thread_id or 0, None)],
}
"""By the kind of event, once people are told of it."""
FIGURES = (
    *("idea.decided", "idea.amended", "idea.merged"),
    *("announcement.published", "announcement.extended", "announcement.corrected"),
)
_HOOKS = select(Hook.id, Hook.kinds, Hook.category_id, Hook.paused_at)
_PLACE = select(Thread.kind, Thread.category_id, Thread.privacy, visible_to(VISITOR).label("is_public")).where(
    Thread.id == param("thread")
)


def _write(hooks: Sequence[Any], things: Iterable[Thing]) -> None:
    at, rows = now(), list[dict[str, Any]]()
    for thing in things:
        hearing = [hook for hook in hooks if thing.kind in hook.kinds]
        place = ask(_PLACE, {"thread": thing.thread_id}).first() if hearing else None
        rows += [_row(hook, thing, at) for hook in hearing if place is not None and _concerns(hook, place)]
    if not rows:
        return
    written = insert_into(HookDelivery).on_conflict_do_nothing(index_elements=["hook_id", "message_id"])
    db.session.execute(written, rows)
    queue.nudge_after_commit()


def _concerns(hook: Any, place: Any) -> bool:
    """Whether it may hear of what is there; asked again before it is sent. An announcement is opened to its readers
    only after its publishing was recorded."""
    is_opened = place.kind == "announcement"
    if hook.category_id is None:
        return place.is_public or is_opened
    return hook.category_id == place.category_id and (place.privacy in SHARED or is_opened)


def _row(hook: Any, thing: Thing, at: datetime) -> dict[str, Any]:
    """What a hook that is paused is not told waits, until an admin lets it go on."""
    return {
        "hook_id": hook.id,
        "message_id": thing.key,
        "kind": thing.kind,
        "event_id": thing.event_id,
        "data": {"thread": thing.thread_id, **thing.data},
        "state": "held" if hook.paused_at else "due",
        "created_at": at,
        "due_at": thing.due_at,
        "attempts": 0,
        "request": "",
        "answer": "",
    }
