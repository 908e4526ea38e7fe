"""Ideas held until the end of the transaction. Whoever changes the votes of a whole holds the thread of its root."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from portal.core.db import db
from portal.core.errors import NotFound
from portal.ideas.models import Idea
from portal.people.viewer import Viewer
from portal.threads.actions.recounting import hold
from portal.threads.models import Thread
from portal.threads.queries import get_visible


def idea_of(thread: Thread) -> Idea:
    """What the idea adds to its thread, read afresh; made where it is missing."""
    idea = db.session.get(Idea, thread.id, populate_existing=True)
    if idea is None:
        idea = Idea(thread_id=thread.id, root_id=thread.id)
        db.session.add(idea)
        db.session.flush()
    return idea


def hold_idea(viewer: Viewer, idea_id: int) -> tuple[Thread, Idea]:
    """The idea with its thread, held. Raises NotFound, for what is no idea as well."""
    thread = get_visible(viewer, idea_id, for_update=True)
    if thread.kind != "idea":
        raise NotFound
    return thread, idea_of(thread)


def seen_idea(viewer: Viewer, idea_id: int) -> tuple[Thread, Idea]:
    """The same without holding it."""
    thread = get_visible(viewer, idea_id)
    if thread.kind != "idea":
        raise NotFound
    return thread, idea_of(thread)


def hold_with_root(idea_ids: Sequence[int]) -> None:
    """Hold these ideas and the roots of their wholes, in the order of their ids."""
    wanted = set(idea_ids)
    held: set[int] = set()
    while wanted - held:
        hold(sorted(wanted))
        held = set(wanted)
        # Read once they are held: what was merged meanwhile has another root.
        wanted |= set(db.session.scalars(select(Idea.root_id).where(Idea.thread_id.in_(wanted))))


def missing(table: Any) -> Any:
    """An INSERT of what is not there yet."""
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()
