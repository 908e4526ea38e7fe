""" "I have this too"."""

from sqlalchemy import delete, exists, select, update

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden
from portal.people.viewer import Viewer
from portal.questions.actions.clocks import question_of
from portal.questions.models import Question, SameQuestion
from portal.questions.policy import can_have_same
from portal.threads.actions.watching import unwatch_because, watch_because
from portal.threads.queries import get_meant


def set_same(viewer: Viewer, thread_id: int, *, on: bool) -> int:
    """Bring about that this person has the question too, or not. It follows the thread; taking it back ends that.

    Returns the id of the thread: of what was merged meanwhile, that of where it went."""
    thread = get_meant(viewer, thread_id)
    if viewer.id is None or not can_have_same(viewer, thread):
        raise Forbidden
    question_of(thread)
    mine = (SameQuestion.thread_id == thread.id, SameQuestion.person_id == viewer.id)
    if on == bool(db.session.scalar(select(exists().where(*mine)))):
        return thread.id
    if on:
        db.session.add(SameQuestion(thread_id=thread.id, person_id=viewer.id, at=clock.now()))
        db.session.flush()
        watch_because(viewer.id, thread, "same")
    else:
        db.session.execute(delete(SameQuestion).where(*mine))
        unwatch_because(viewer.id, thread.id, "same")
    counted = update(Question).where(Question.thread_id == thread.id)
    db.session.execute(counted.values(same=Question.same + (1 if on else -1)))
    return thread.id
