"""Support an idea, or no longer; and "don't tell me what becomes of it"."""

from functools import cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import BigInteger, delete, exists, insert, select, update

from portal.core import clock
from portal.core.db import ask, db, param
from portal.core.errors import Forbidden, NotFound
from portal.events.actions import record
from portal.ideas.actions.following import end_follows
from portal.ideas.actions.holding import idea_of, missing, seen_idea
from portal.ideas.models import Idea, IdeaSilence, IdeaVote, Supporter
from portal.ideas.policy import rising, why_no_vote
from portal.people.viewer import Viewer
from portal.threads.actions.watching import watch_because
from portal.threads.models import Thread
from portal.threads.queries import get_visible


def set_vote(viewer: Viewer, idea_id: int, *, on: bool) -> None:
    """Bring about that this person supports the idea, or not; saying it twice changes nothing.

    Taken back at a root, it is taken back in all that is merged into it: there the one button stands for all of them.
    """
    thread = get_visible(viewer, idea_id, for_update=True)
    if thread.kind != "idea":
        raise NotFound
    state = state_of(thread, viewer.id or 0)
    why = why_no_vote(viewer, thread, state.status)
    if viewer.id is None or why:
        raise Forbidden(refusal(why))
    if on and cast(thread, viewer.id, state):
        watch_because(viewer.id, thread, "voted")
        record("idea.voted", actor_id=viewer.id, thread_id=thread.id)
    elif not on and (gone := take_back(thread, viewer.id, state)):
        end_follows(viewer.id, thread.id, gone)
        record("idea.unvoted", actor_id=viewer.id, thread_id=thread.id)


def set_silence(viewer: Viewer, idea_id: int, *, on: bool) -> None:
    """Someone wants to hear, or not to hear, what becomes of an idea: only this ends what is owed to them."""
    _thread, idea = seen_idea(viewer, idea_id)
    if viewer.id is None:
        raise Forbidden
    if on:
        row = {"idea_id": idea.thread_id, "person_id": viewer.id, "at": clock.now()}
        db.session.execute(missing(IdeaSilence), row)
    else:
        mine = (IdeaSilence.idea_id == idea.thread_id, IdeaSilence.person_id == viewer.id)
        db.session.execute(delete(IdeaSilence).where(*mine))


def refusal(why: str) -> str:
    """A sentence for what keeps someone from voting."""
    sentences = {
        "deleted": _("Nobody can vote on this any more."),
        "locked": _("This conversation is locked."),
        "shipped": _("This has shipped, so voting is closed."),
        "declined": _("This was declined, so voting is closed."),
        "already-possible": _("This is possible already, so voting is closed."),
        "duplicate": _("This was merged into another idea: vote there."),
    }
    return sentences.get(why, "")


def state_of(thread: Thread, person_id: int) -> Any:
    """What a vote depends on, in one statement: the idea's row and whether this person supports it."""
    values = {"idea": thread.id, "person": person_id}
    state = ask(_state(), values).first()
    if state is None:
        idea_of(thread)
        state = ask(_state(), values).one()
    return state


def cast(thread: Thread, person_id: int, state: Any, **given: Any) -> bool:
    """Add a vote; the thread, which is a root, is held. Whether anything changed."""
    if state.voted:
        return False
    row = {"idea_id": thread.id, "person_id": person_id, "at": clock.now(), **given}
    ask(_CAST, row)
    if not state.supports:
        ask(_SUPPORTS, {"root_id": thread.id, "person_id": person_id})
    _count(thread, state, votes=1, supporters=0 if state.supports else 1)
    return True


def take_back(thread: Thread, person_id: int, state: Any) -> list[int]:
    """Take away the votes of this person in the whole, likewise; returns from which ideas."""
    values = {"root": thread.id, "person": person_id}
    gone = [row.idea_id for row in ask(_TAKEN_BACK, values)]
    if not gone:
        return gone
    if state.supports:
        ask(_SUPPORTS_NOT, values)
    elsewhere = [idea_id for idea_id in gone if idea_id != thread.id]
    if elsewhere:
        counted = update(Idea).where(Idea.thread_id.in_(elsewhere))
        db.session.execute(counted.values(votes=Idea.votes - 1))
    _count(thread, state, votes=-1 if thread.id in gone else 0, supporters=-1 if state.supports else 0)
    return gone


def _count(thread: Thread, state: Any, *, votes: int, supporters: int) -> None:
    """Move the counters; nobody else moves them meanwhile, so that "rising" can be worked out here."""
    weight = rising(state.wanted + supporters, thread.created_at)
    ask(_COUNTED, {"idea": thread.id, "votes_by": votes, "supporters_by": supporters, "weight": weight})


# Built once: a vote is the busiest of all acts, and building its statements would cost more than they do.
_CAST, _SUPPORTS = insert(IdeaVote), insert(Supporter)
_TAKEN_BACK = (
    delete(IdeaVote)
    .where(
        IdeaVote.person_id == param("person"),
        IdeaVote.idea_id.in_(select(Idea.thread_id).where(Idea.root_id == param("root"))),
    )
    .returning(IdeaVote.idea_id)
)
_SUPPORTS_NOT = delete(Supporter).where(Supporter.root_id == param("root"), Supporter.person_id == param("person"))
_COUNTED = (
    update(Idea)
    .where(Idea.thread_id == param("idea", BigInteger()))
    .values(
        votes=Idea.votes + param("votes_by"),
        supporters=Idea.supporters + param("supporters_by"),
        wanted=Idea.wanted + param("supporters_by"),
        rising=param("weight"),
    )
)


@cache
def _state() -> Any:
    idea, person = param("idea"), param("person")
    voted = exists().where(IdeaVote.idea_id == idea, IdeaVote.person_id == person)
    supports = exists().where(Supporter.root_id == idea, Supporter.person_id == person)
    return select(Idea.status, Idea.wanted, voted.label("voted"), supports.label("supports")).where(
        Idea.thread_id == idea
    )
