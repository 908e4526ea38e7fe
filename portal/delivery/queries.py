"""Letters and what hooks send, for staff who look after them, and in figures."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, or_, select, union_all

from portal.core.clock import now
from portal.core.db import begins_with, db
from portal.core.errors import NotFound
from portal.core.markup import mention_key
from portal.core.paging import Order, Page, page
from portal.delivery.models import STATES, Delivery, Hook, HookDelivery
from portal.delivery.policy import can_see_deliveries
from portal.delivery.troubles import WAITING, suppressed_among
from portal.notices.models import Notice
from portal.people.addresses import email_key
from portal.people.models import Person
from portal.people.viewer import Viewer

ROWS = 50
MOST_COUNTED = 1000
"""What is more is said to be more: counting all that was ever sent takes too long."""
MOST_PEOPLE = 20
"""Whose letters are found at once."""
ENDED = tuple(state for state in STATES if state not in WAITING)
LATELY = timedelta(days=1)
AGAIN = ("failed", "suppressed", "deferred", "held")
"""The states from which a letter can be tried again, or at once."""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter. Its times are None where that has not been."""

    id: int
    kind: str
    news: str
    """What kind of notice it carries, if it does."""
    state: str
    address: str
    person_id: int | None
    person: str
    username: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    answer: str
    within: int | None
    """The letter that it goes in."""
    stopped: bool = False
    """Whether nothing is sent to its address any more."""

    @property
    def can_retry(self) -> bool:
        return self.state in AGAIN and bool(self.address) and not (self.within and self.state == "held")


@dataclass(frozen=True, slots=True)
class HookRow:
    """One message of a hook."""

    id: int
    hook_id: int
    hook: str
    kind: str
    state: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    status: int | None
    request: str
    answer: str

    @property
    def can_retry(self) -> bool:
        return self.state in ("failed", "deferred", "suppressed")


def letters(
    viewer: Viewer, *, state: str = "", who: str = "", cause: str = "", cursor: str | None = None
) -> Page[LetterRow]:
    """Letters, the newest first: of a state, to whoever has this name or address, whose answer has these words in it.
    Raises NotFound."""
    if not can_see_deliveries(viewer):
        raise NotFound
    query = (
        select(Delivery, Person, Notice.kind)
        .outerjoin(Person, Person.id == Delivery.person_id)
        .outerjoin(Notice, Notice.id == Delivery.notice_id)
    )
    if state in STATES:
        query = query.where(Delivery.state == state)
    if who:
        query = query.where(or_(Delivery.person_id.in_(_people(who)), Delivery.address == who.strip()))
    if cause:
        query = query.where(Delivery.answer.icontains(cause, autoescape=True))
    order = Order(Delivery.due_at if state in STATES and not who else Delivery.id, Delivery.id)
    found = page(query, order, cursor=cursor, limit=ROWS, make=_letter)
    stopped = suppressed_among(row.address for row in found.rows)
    return replace(found, rows=tuple(replace(row, stopped=email_key(row.address) in stopped) for row in found.rows))


def hooks(viewer: Viewer, *, state: str = "", cursor: str | None = None) -> Page[HookRow]:
    """What hooks send, the newest first. Raises NotFound."""
    if not can_see_deliveries(viewer):
        raise NotFound
    query = select(HookDelivery, Hook.name).join(Hook, Hook.id == HookDelivery.hook_id)
    if state in STATES:
        query = query.where(HookDelivery.state == state)
    return page(query, Order(HookDelivery.id, HookDelivery.id), cursor=cursor, limit=ROWS, make=_hook)


def counts(table: type[Delivery] | type[HookDelivery]) -> dict[str, int]:
    """How many there are in each state, but no more than MOST_COUNTED."""
    each: list[Any] = []
    for state in STATES:
        some = select(table.id).where(table.state == state).limit(MOST_COUNTED).subquery()
        each.append(select(literal(state).label("state"), func.count().label("number")).select_from(some))
    return {row.state: row.number for row in db.session.execute(union_all(*each))}


def figures() -> Mapping[str, Mapping[str, float]]:
    """For machines that watch: how many letters and messages of hooks wait, in each state; how many of those that were
    due within the last day ended, and how; and for how many seconds the oldest that is due has been. All that was ever
    sent is not counted: it grows, and these figures are asked for every few seconds."""
    told: dict[str, Mapping[str, float]] = {}
    for name, table in (("letters", Delivery), ("hooks", HookDelivery)):
        at = now()
        counted = select(table.state, func.count()).group_by(table.state)
        if table is HookDelivery:
            counted = counted.where(HookDelivery.hook_id.in_(select(Hook.id)))  # so that it is found by its index
        lately = counted.where(table.state.in_(ENDED), table.due_at > at - LATELY)
        each = counted.where(table.state.in_(WAITING)), lately
        rows = db.session.execute(union_all(*each))
        told[name] = dict.fromkeys(STATES, 0.0) | {row[0]: float(row[1]) for row in rows}
        oldest = select(func.min(table.due_at)).where(table.state.in_(("due", "deferred")), table.due_at <= at)
        if table is Delivery:
            oldest = oldest.where(Delivery.parent_id.is_(None))
        since = db.session.scalar(oldest)
        told[f"{name}_oldest"] = {"": max((at - since).total_seconds(), 0.0) if since else 0.0}
    return told


def _people(who: str) -> list[int]:
    """Those whose username or name begins so, or who have this address."""
    key = mention_key(who.strip().removeprefix("@"))
    named = or_(begins_with(Person.username_key, key), begins_with(Person.name_key, key))
    query = select(Person.id).where(or_(named, Person.email_key == email_key(who))).order_by(Person.id)
    return list(db.session.scalars(query.limit(MOST_PEOPLE)))


def _letter(row: Any) -> LetterRow:
    letter, person, news = row[:3]
    return LetterRow(
        id=letter.id,
        kind=letter.kind,
        news=news or "",
        state=letter.state,
        address=letter.address,
        person_id=letter.person_id,
        person=person.display_name if person else "",
        username=(person.username or "") if person else "",
        created_at=letter.created_at,
        due_at=letter.due_at,
        sent_at=letter.sent_at,
        attempts=letter.attempts,
        answer=letter.answer,
        within=letter.parent_id,
    )


def _hook(row: Any) -> HookRow:
    sent, name = row[:2]
    names = ("id", "hook_id", "kind", "state", "created_at", "due_at", "sent_at", "attempts", "status")
    return HookRow(hook=name, request=sent.request, answer=sent.answer, **{each: getattr(sent, each) for each in names})
