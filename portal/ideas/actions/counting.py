"""What a root keeps about its whole: who supports it, and how much it is wanted."""

from typing import Any

from sqlalchemy import delete, exists, func, insert, literal, select, update
from sqlalchemy.orm import aliased

from portal.core.db import BigInt, db
from portal.ideas.models import Idea, IdeaVote, Supporter
from portal.ideas.policy import rising
from portal.threads.models import Thread
from portal.threads.policy import standing_thread


def settle_root(root_id: int) -> None:
    """Count the distinct people of the whole again, if their number is not what is kept. The root's thread is held.

    What goes only takes people away and what comes only adds them: where the number is right, so are the people."""
    kept = db.session.execute(
        select(Idea.supporters, Idea.wanted, Thread.created_at)
        .join(Thread, Thread.id == Idea.thread_id)
        .where(Idea.thread_id == root_id)
    ).one()
    ideas = _counted(root_id)
    people = select(func.count(IdeaVote.person_id.distinct())).where(IdeaVote.idea_id.in_(ideas))
    imported = select(func.coalesce(func.sum(Idea.imported_votes), 0)).where(Idea.thread_id.in_(ideas))
    supporters = db.session.scalars(people).one()
    wanted = supporters + int(db.session.scalars(imported).one())
    if (supporters, wanted) != (kept.supporters, kept.wanted):
        rebuild(root_id)


def rebuild(root_id: int) -> int:
    """Make the supporters of a whole those who voted in it, and count them; returns how many.

    Only rows that differ are written: an idea of fifty thousand takes one more duplicate in the time of a few."""
    ideas = _counted(root_id)
    db.session.flush()
    here = aliased(Supporter)
    voted = exists().where(IdeaVote.person_id == Supporter.person_id, IdeaVote.idea_id.in_(ideas))
    gone = delete(Supporter).where(Supporter.root_id == root_id, ~voted)
    db.session.execute(gone.execution_options(synchronize_session=False))
    there = exists().where(here.root_id == root_id, here.person_id == IdeaVote.person_id)
    people = select(literal(root_id, BigInt), IdeaVote.person_id).where(IdeaVote.idea_id.in_(ideas), ~there).distinct()
    db.session.execute(insert(Supporter).from_select(["root_id", "person_id"], people))
    supporters = db.session.scalars(select(func.count()).where(Supporter.root_id == root_id)).one()
    imported = select(func.coalesce(func.sum(Idea.imported_votes), 0)).where(Idea.thread_id.in_(ideas))
    put(root_id, supporters, supporters + int(db.session.scalars(imported).one()))
    return supporters


def empty(idea_id: int) -> None:
    """A merged idea has no supporters of its own: they are those of its root."""
    db.session.execute(delete(Supporter).where(Supporter.root_id == idea_id))
    put(idea_id, 0, 0)


def put(idea_id: int, supporters: int, wanted: int) -> None:
    created_at = db.session.scalars(select(Thread.created_at).where(Thread.id == idea_id)).one()
    counted = {"supporters": supporters, "wanted": wanted, "rising": rising(wanted, created_at)}
    db.session.execute(update(Idea).where(Idea.thread_id == idea_id).values(counted))


def _counted(root_id: int) -> Any:
    """The ideas of the whole whose votes count: what is hidden or deleted, or no idea any more, is left out."""
    return (
        select(Idea.thread_id)
        .join(Thread, Thread.id == Idea.thread_id)
        .where(
            Idea.root_id == root_id,
            Thread.kind == "idea",
            standing_thread(),
        )
    )
