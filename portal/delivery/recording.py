"""What came of letters, in their rows and in the ledger. Each by itself, at once: a worker that is killed has at most
one letter under way of which nobody knows."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, select, update

from portal.core.clock import now
from portal.core.db import UtcDateTime, ask, db, param
from portal.delivery.leasing import Leased
from portal.delivery.models import Delivery
from portal.delivery.telling import settle
from portal.delivery.troubles import bounced, taken
from portal.loop.models import Debt

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
NOT_REACHED = timedelta(minutes=10)
"""The longest pause where no letter gets through: what keeps them waiting is not theirs."""
GIVE_UP_AFTER = timedelta(hours=48)
PARTS = ("due", "deferred", "held")
"""The states of what goes in another letter, until that has left."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt, or why there was none."""

    state: str
    answer: str
    cause: str = ""
    """As the ledger says it."""
    due_at: datetime | None = None


def sent(letter: Leased, answer: str, *, owing: Sequence[int], parts: bool, troubled: str = "") -> None:
    """The server has taken it. `owing`: the notices in it that pay debts; `parts`: others go in it; `troubled`: its
    address, if letters came back from there before."""
    values = {"letter": letter.id, "attempt": letter.attempt, "at": now(), "answer": answer}
    if not ask(_SENT, values).rowcount:
        return
    if parts:
        ask(_SENT_WITH, {"letter": letter.id, "at": values["at"], "answer": answer})
    for notice_id in owing:
        settle(notice_id, "sent", "")
    if troubled:
        taken(troubled)


def record(letter: Leased, outcome: Outcome) -> None:
    """Write down what came of a letter, and of all that went in it, unless it is another worker's by now."""
    values: dict[str, Any] = {"state": outcome.state, "answer": outcome.answer, "lease_until": None}
    if outcome.due_at:
        values["due_at"] = outcome.due_at
    if outcome.state == "held":
        values["tried_at"] = None
    ours = update(Delivery).where(Delivery.id == letter.id, *_held_by_us(letter)).values(values)
    rows = _notices(ours)
    if rows and outcome.state in ("failed", "suppressed"):
        with_it = update(Delivery).where(Delivery.parent_id == letter.id, Delivery.state.in_(PARTS)).values(values)
        rows += _notices(with_it)
    for notice_id in rows:
        if notice_id is not None:
            settle(notice_id, outcome.state, outcome.cause)


def put_off(letter: Leased, answer: str, *, theirs: bool = False, nobody: bool = False) -> None:
    """It did not work this time: it is tried again, until two days after it was first tried. `theirs`: the address
    was refused for now; `nobody`: no letter gets through."""
    row = db.session.get(Delivery, letter.id, populate_existing=True)
    if row is None or row.state != "leased" or row.attempts != letter.attempt:
        return
    at = now()
    if at - (row.tried_at or row.created_at) > GIVE_UP_AFTER:
        answer = f"given up after {letter.attempt} attempts: {answer}"
        if theirs:
            bounced(row, hard=False, answer=answer)
        else:
            record(letter, Outcome("failed", answer))
        return
    wait = min(pause(letter.attempt), NOT_REACHED) if nobody else pause(letter.attempt)
    record(letter, Outcome("deferred", answer, due_at=at + wait))


def refused(letter: Leased, answer: str, *, hard: bool) -> None:
    """The server will never take it. `hard`: because there is no such address."""
    row = db.session.get(Delivery, letter.id, populate_existing=True)
    if row is None or row.state != "leased" or row.attempts != letter.attempt:
        return
    if hard:
        bounced(row, hard=True, answer=answer)
    else:
        record(letter, Outcome("failed", answer))


def pause(attempt: int) -> timedelta:
    """How long to wait after this attempt: twice as long each time, and not all letters at the same moment."""
    usual = min(FIRST_PAUSE * 2 ** min(attempt - 1, 20), LONGEST_PAUSE)
    return usual * random.uniform(0.75, 1.25)  # noqa: S311


def drop(delivery_id: int, outcome: Outcome) -> None:
    """A part of a letter, or one that was to go in another, does not leave any more."""
    values = {"state": outcome.state, "answer": outcome.answer, "lease_until": None, "parent_id": None}
    for notice_id in _notices(update(Delivery).where(Delivery.id == delivery_id).values(values)):
        if notice_id is not None:
            settle(notice_id, outcome.state, outcome.cause)


def give_to(first: Delivery, letter: Delivery) -> None:
    """One that is leased goes in another, before it."""
    letter.parent_id, letter.state, letter.lease_until = first.id, "due", None
    letter.attempts -= 1


def part_from(letter_ids: Sequence[int]) -> None:
    """What was to go in these letters is due by itself."""
    left = update(Delivery).where(Delivery.parent_id.in_(letter_ids), Delivery.state.in_(PARTS))
    values = {"parent_id": None, "state": "due", "due_at": now(), "tried_at": None}
    db.session.execute(left.values(values).execution_options(synchronize_session=False))


def owing(notice_ids: Sequence[int]) -> set[int]:
    """Those of these notices whose debts are paid only once their letter is taken: who has a notice in the inbox is
    told already."""
    waiting = select(Debt.notice_id).where(Debt.notice_id.in_(notice_ids), Debt.state != "told").distinct()
    return {each for each in db.session.scalars(waiting) if each is not None}


def _notices(statement: Any) -> list[int | None]:
    """The notices of the deliveries that the statement changes."""
    statement = statement.returning(Delivery.notice_id).execution_options(synchronize_session=False)
    return [row[0] for row in db.session.execute(statement)]


def _held_by_us(letter: Leased) -> tuple[Any, ...]:
    return Delivery.state == "leased", Delivery.attempts == letter.attempt


_ROW = cast(Table, Delivery.__table__)
_SENT_VALUES = {
    "state": "sent",
    "sent_at": param("at", UtcDateTime()),
    "answer": param("answer"),
    "lease_until": None,
}
_SENT = (
    update(_ROW)
    .where(_ROW.c.id == param("letter"), _ROW.c.state == "leased", _ROW.c.attempts == param("attempt"))
    .values(_SENT_VALUES)
)
_SENT_WITH = update(_ROW).where(_ROW.c.parent_id == param("letter"), _ROW.c.state.in_(PARTS)).values(_SENT_VALUES)
