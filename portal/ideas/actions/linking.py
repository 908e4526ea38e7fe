"""A question is linked to an idea: not possible today, but asked for here."""

from flask_babel import gettext as _
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.events.actions import record
from portal.ideas.actions.holding import seen_idea
from portal.ideas.models import IdeaQuestion
from portal.ideas.policy import can_vote_for
from portal.people.viewer import Viewer
from portal.threads.policy import stands
from portal.threads.queries import get_visible


def link_question(viewer: Viewer, thread_id: int, *, idea_id: int | None) -> None:
    """Link a question to an idea (to its root, if it is merged), in the place of another one; None: to none.

    Its asker is a requester from now on, and who has it too is offered the vote. Raises Invalid, Forbidden, NotFound.
    """
    thread = get_visible(viewer, thread_id, for_update=True)
    if thread.kind != "question":
        raise NotFound
    if not can_vote_for(viewer) or not stands(thread):
        raise Forbidden
    root_id = None if idea_id is None else _root(viewer, idea_id)
    query = select(IdeaQuestion).where(IdeaQuestion.question_id == thread_id)
    link = db.session.scalar(query.execution_options(populate_existing=True))
    before = link.idea_id if link else None
    if before == root_id:
        return
    if root_id is None:
        record("question.unlinked", actor_id=viewer.id, thread_id=thread_id, logged=True, idea_id=before)
        db.session.delete(link)
        return
    at = clock.now()
    kept = {"question_id": thread_id, "idea_id": root_id, "by_id": viewer.id, "at": at}
    db.session.merge(IdeaQuestion(**kept))
    record("question.linked", actor_id=viewer.id, thread_id=thread_id, logged=True, due_at=at, idea_id=root_id)


def _root(viewer: Viewer, idea_id: int) -> int:
    try:
        _thread, named = seen_idea(viewer, idea_id)
        thread, root = seen_idea(viewer, named.root_id)
    except NotFound:
        raise Invalid(fields={"idea": _("There is no such idea.")}) from None
    if not stands(thread):
        raise Invalid(fields={"idea": _("There is no such idea.")})
    return root.thread_id
