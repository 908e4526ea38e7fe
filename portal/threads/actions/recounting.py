"""Put right what is kept, where it is not what its rows say."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from portal.core.db import db
from portal.threads.models import Post, Thread
from portal.threads.queries.proof import Difference, differences

ROWS: dict[str, Any] = {"thread": Thread, "post": Post}


def recount(thread_ids: Sequence[int]) -> list[Difference]:
    """Repair these threads and their posts; returns what was wrong. They are held meanwhile."""
    hold(thread_ids)
    found = differences([*thread_ids])
    repair([each for each in found if each.noun == "post"])
    # The votes on a thread are those on its opening post, which may just have been put right.
    repair([each for each in differences(thread_ids) if each.noun == "thread"])
    return found


def hold(thread_ids: Sequence[int]) -> None:
    """Lock these threads in the order of their ids."""
    query = select(Thread.id).where(Thread.id.in_(thread_ids)).order_by(Thread.id)
    db.session.execute(query.with_for_update(key_share=True)).all()


def repair(found: Sequence[Difference]) -> None:
    """Write what the rows say."""
    for each in found:
        table = ROWS[each.noun]
        db.session.execute(update(table).where(table.id == each.id).values({each.column: each.found}))
