"""Put right what questions keep, likewise."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from portal.core import clock
from portal.core.db import db
from portal.questions.actions.clocks import question_of, settle_clock
from portal.questions.models import Acceptance, Question, Verification
from portal.questions.queries.proof import Difference, differences
from portal.threads.actions.recounting import hold
from portal.threads.models import Thread

CHOICES: dict[str, Any] = {"accepted_post_id": Acceptance, "verified_post_id": Verification}


def recount(thread_ids: Sequence[int]) -> list[Difference]:
    """Repair these questions; returns what was wrong. Their threads are held meanwhile."""
    hold(thread_ids)
    found = differences(thread_ids)
    for each in found:
        _repair(each)
    return found


def _repair(each: Difference) -> None:
    if each.column in CHOICES:
        table = CHOICES[each.column]
        if each.found is None:
            wrong = update(table).where(table.thread_id == each.id, table.ended_at.is_(None))
            db.session.execute(wrong.values(ended_at=clock.now(), ended_because="recounted"))
        db.session.execute(update(Thread).where(Thread.id == each.id).values({each.column: each.found}))
    elif each.column == "row":
        thread = db.session.scalars(select(Thread).where(Thread.id == each.id)).one()
        question_of(thread)
        settle_clock(thread)
        _repair_all(each.id)
    else:
        db.session.execute(update(Question).where(Question.thread_id == each.id).values({each.column: each.found}))


def _repair_all(thread_id: int) -> None:
    """What a row that was missing keeps."""
    for each in differences([thread_id]):
        if each.column != "row":
            _repair(each)
