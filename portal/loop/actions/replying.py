"""Staff answer those for whom something was not solved: all at once, or one in their own conversation."""

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.events.actions import record
from portal.loop.models import Confirmation, LoopReply
from portal.loop.policy import can_answer, can_see_loops
from portal.loop.queries.causes import UNSETTLED
from portal.people.viewer import Viewer
from portal.threads.actions.bodies import read_body
from portal.threads.models import Post, Thread
from portal.threads.queries import get_visible


def reply_to_all(viewer: Viewer, idea_id: int, *, body: str) -> int:
    """Say one thing to all of an idea who wait for an answer and have no conversation of their own; returns how many.

    Raises NotFound, Forbidden, Invalid."""
    if not can_see_loops(viewer):
        raise NotFound
    thread = get_visible(viewer, idea_id, for_update=True)
    if thread.kind != "idea":
        raise NotFound
    if not can_answer(viewer):
        raise Forbidden(_("Managers answer."))
    text = read_body(viewer, body, post_key=f"l{idea_id}")
    waiting = select(Confirmation.debt_id).where(
        Confirmation.idea_id == idea_id, UNSETTLED, Confirmation.conversation_id.is_(None)
    )
    ids = list(db.session.scalars(waiting.with_for_update()))
    if not ids:
        raise Invalid(_("Nobody waits for an answer any more."))
    at = clock.now()
    event = record("loop.replied", actor_id=viewer.id, thread_id=idea_id, due_at=at, people=len(ids))
    row = LoopReply(idea_id=idea_id, event_id=event.id, by_id=viewer.id, source=text.source, html=text.html, at=at)
    db.session.add(row)
    db.session.flush()
    event.data = event.data | {"reply_id": row.id}
    for some in range(0, len(ids), 500):
        those = Confirmation.debt_id.in_(ids[some : some + 500])
        db.session.execute(update(Confirmation).where(those).values(settled_event_id=event.id))
    return len(ids)


def settle(viewer: Viewer, debt_id: int) -> None:
    """Take one answer off the work list, because it was dealt with elsewhere. Raises NotFound."""
    if not can_see_loops(viewer):
        raise NotFound
    kept = db.session.scalar(select(Confirmation).where(Confirmation.debt_id == debt_id).with_for_update())
    if kept is None:
        raise NotFound
    if kept.settled_event_id is None:
        event = record("loop.settled", actor_id=viewer.id, thread_id=kept.idea_id, logged=True)
        kept.settled_event_id = event.id


def staff_wrote(viewer: Viewer, thread: Thread, post: Post) -> None:
    """A hook: a reply of ours in the conversation with someone whose need is not solved answers them."""
    if not viewer.is_staff or thread.privacy != "staff" or viewer.id == thread.author_id:
        return
    kept = db.session.scalars(
        select(Confirmation).where(Confirmation.conversation_id == thread.id, Confirmation.settled_event_id.is_(None))
    ).all()
    for each in kept:
        event = record("loop.settled", actor_id=viewer.id, thread_id=each.idea_id, post_id=post.id)
        each.settled_event_id = event.id
