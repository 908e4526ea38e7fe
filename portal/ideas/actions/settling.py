"""What an idea keeps of its outcomes, looked up again after one came or went."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from portal.core.db import db
from portal.ideas.models import DECIDED, Idea, Outcome
from portal.threads.models import Post, Thread


def settle(idea_id: int, **more: Any) -> None:
    """The status and all else that the outcomes in force say. `more`: columns that must change with it at once."""
    db.session.flush()
    here = (Outcome.idea_id == idea_id, Outcome.ended_event_id.is_(None))
    newest = db.session.execute(
        select(Outcome.id, Outcome.status, Outcome.target_on, Outcome.revisit_on)
        .where(*here)
        .order_by(Outcome.id.desc())
        .limit(1)
    ).first()
    decisions = (*here, Outcome.edits_id.is_(None))
    values: dict[str, Any] = {
        "status": newest.status if newest else "open",
        "outcome_id": newest.id if newest else None,
        "target_on": newest.target_on if newest else None,
        "revisit_on": newest.revisit_on if newest else None,
        "decided_at": db.session.scalar(
            select(Outcome.at).where(*decisions).order_by(Outcome.id.desc()).limit(1),
        ),
        "first_decided_at": _first(*decisions, Outcome.status.in_(DECIDED)),
        "shipped_at": _shipped_at(*decisions),
        "first_response_at": first_response(idea_id),
    }
    db.session.execute(update(Idea).where(Idea.thread_id == idea_id).values(values | more))
    db.session.expire_all()


def settle_response(idea_id: int) -> None:
    """When staff first replied or decided."""
    db.session.flush()
    query = update(Idea).where(Idea.thread_id == idea_id).values(first_response_at=first_response(idea_id))
    db.session.execute(query)


def first_response(idea_id: int) -> datetime | None:
    """When staff other than the author first replied, of the replies that stand, or decided on it."""
    replied = (
        select(func.min(Post.created_at))
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Post.thread_id == idea_id,
            Post.number > 1,
            Post.by_staff,
            Post.author_id.is_distinct_from(Thread.author_id),
            Post.hidden_event_id.is_(None),
            Post.deleted_event_id.is_(None),
        )
    )
    found = (db.session.scalar(replied), _first(Outcome.idea_id == idea_id, Outcome.ended_event_id.is_(None)))
    return min((at for at in found if at is not None), default=None)


def _first(*where: Any) -> datetime | None:
    return db.session.scalar(select(func.min(Outcome.at)).where(*where))


def _shipped_at(*decisions: Any) -> datetime | None:
    """When it was first shipped, unless something else was decided since; a merging is nothing else."""
    since = db.session.scalar(
        select(func.max(Outcome.id)).where(*decisions, Outcome.status.not_in(("shipped", "duplicate")))
    )
    return _first(*decisions, Outcome.status == "shipped", Outcome.id > (since or 0))
