"""Letters that are due are leased: a worker that dies leaves some that the next one sends, with the same Message-ID,
when the lease has run out. Two workers never hold the same letter."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, func, select, text, update

from portal.core.clock import now
from portal.core.db import UtcDateTime, ask, db, param
from portal.delivery.models import ACCOUNT, Delivery

LEASE = timedelta(minutes=5)
"""Longer than a server can keep us waiting over one letter."""
MOST_WAIT = timedelta(minutes=10)
"""Nothing waits for longer than this before it is tried for the first time."""
JUMP = timedelta(seconds=30)
"""A clock that differs by more from time as it passes was set."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A letter that is ours for a while, by the number of this attempt."""

    id: int
    attempt: int


class Clock:
    """Notices when the clock is set. A lease then says nothing for as long as one lasts."""

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self.tick = tick
        self.difference: float | None = None
        self.distrusts_until = float("-inf")

    def look(self) -> timedelta:
        """By how much the clock was set since last asked."""
        passed = self.tick()
        difference = now().timestamp() - passed
        jump = timedelta(seconds=difference - self.difference) if self.difference is not None else timedelta()
        self.difference = difference
        if abs(jump) < JUMP:
            return timedelta()
        self.distrusts_until = passed + LEASE.total_seconds()
        return jump

    @property
    def trusts_leases(self) -> bool:
        """Whether one that seems to have run out has."""
        return self.tick() >= self.distrusts_until


def lease(clock: Clock, most: int) -> list[Leased]:
    """Take the letters whose turn it is: those about accounts first, then what a worker left behind, then what is tried
    again, then those that have waited longest."""
    at, taken = now(), list[int]()
    set_right(at, clock.look())
    for query in (_ACCOUNT, *((_LEFT_BEHIND,) if clock.trusts_leases else ()), _DEFERRED, _DUE):
        if len(taken) < most:
            values = {"at": at, "most": most - len(taken)}
            taken += [row.id for row in ask(query, values) if row.id not in taken]
    if not taken:
        return []
    mine = (
        update(Delivery)
        .where(Delivery.id.in_(taken))
        .values(
            state="leased",
            lease_until=at + LEASE,
            attempts=Delivery.attempts + 1,
            tried_at=func.coalesce(Delivery.tried_at, at, type_=UtcDateTime()),
        )
        .returning(Delivery.id, Delivery.attempts)
        .execution_options(synchronize_session=False)
    )
    attempts = {row.id: row.attempts for row in db.session.execute(mine)}
    return [Leased(id_, attempts[id_]) for id_ in taken]


def set_right(at: datetime, jump: timedelta) -> None:
    """Where the clock was set back, nothing waits for the time that it showed before: neither a lease, nor what is
    tried for the first time, nor, if we saw it happen, what is tried again."""
    put = update(Delivery).execution_options(synchronize_session=False)
    too_long = put.where(Delivery.state == "leased", Delivery.lease_until > at + LEASE + JUMP)
    db.session.execute(too_long.values(lease_until=at + LEASE))
    db.session.execute(put.where(Delivery.state == "due", Delivery.due_at > at + MOST_WAIT + JUMP).values(due_at=at))
    if jump < timedelta():
        db.session.execute(put.where(Delivery.state == "deferred", Delivery.due_at > at).values(due_at=at))


def give_back(letters: Iterable[Leased]) -> None:
    """What was leased and not begun is anyone's again, as if it had not been."""
    attempts = {each.id: each.attempt for each in letters}
    if not attempts:
        return
    untouched = update(Delivery).where(Delivery.id.in_(attempts), Delivery.state == "leased")
    ours = Delivery.attempts == case(attempts, value=Delivery.id)
    values: dict[str, Any] = {
        "state": case((Delivery.attempts > 1, "deferred"), else_="due"),
        "attempts": Delivery.attempts - 1,
        "tried_at": case((Delivery.attempts > 1, Delivery.tried_at), else_=None),
        "lease_until": None,
    }
    db.session.execute(untouched.where(ours).values(values).execution_options(synchronize_session=False))


def _waiting(*conditions: Any) -> Select[Any]:
    mail = Delivery.parent_id.is_(None), Delivery.channel == "mail"
    query = select(Delivery.id).where(*conditions, *mail)
    return query.order_by(Delivery.due_at, Delivery.id).limit(param("most")).with_for_update(skip_locked=True)


_AT = param("at", UtcDateTime())
_ACCOUNT = _waiting(Delivery.state.in_(("due", "deferred")), Delivery.due_at <= _AT, text(ACCOUNT))
_LEFT_BEHIND = _waiting(Delivery.state == "leased", Delivery.lease_until < _AT)
_DEFERRED = _waiting(Delivery.state == "deferred", Delivery.due_at <= _AT)
_DUE = _waiting(Delivery.state == "due", Delivery.due_at <= _AT)
