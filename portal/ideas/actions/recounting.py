"""Put right what ideas keep, likewise."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from portal.core.db import db
from portal.ideas.actions.counting import empty, rebuild
from portal.ideas.actions.holding import hold_with_root, idea_of
from portal.ideas.models import Idea
from portal.ideas.queries.proof import differences
from portal.threads.models import Thread
from portal.threads.queries.proof import Difference

ROUNDS = 3
"""What a root keeps follows from the links, and they from the outcomes."""


def recount(thread_ids: Sequence[int]) -> list[Difference]:
    """Repair these ideas; returns what was wrong. Their threads and those of their roots are held meanwhile."""
    hold_with_root(thread_ids)
    first = found = differences(thread_ids)
    for _ in range(ROUNDS):
        if not found:
            break
        _repair(found)
        found = differences(thread_ids)
    return first


def _repair(found: Sequence[Difference]) -> None:
    by_idea: dict[int, dict[str, Any]] = {}
    for each in found:
        by_idea.setdefault(each.id, {})[each.column] = each.found
    for idea_id, columns in by_idea.items():
        if "row" in columns:
            idea_of(db.session.scalars(select(Thread).where(Thread.id == idea_id)).one())
            continue
        people = columns.pop("of", None)
        if columns:
            # At once: what it is merged into, its root and its status go together.
            db.session.execute(update(Idea).where(Idea.thread_id == idea_id).values(columns))
        if people is not None:
            db.session.expire_all()
            is_root = db.session.get_one(Idea, idea_id).merged_into_id is None
            _ = rebuild(idea_id) if is_root else empty(idea_id)
    db.session.expire_all()
