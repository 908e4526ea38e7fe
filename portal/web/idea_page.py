"""What the page of an idea shows, put together from the rooms that know it."""

from typing import Any

from portal.announcements.queries.ideas import of_idea
from portal.ideas.models import DELIVERED
from portal.ideas.policy import can_decide, can_turn, can_vote_for
from portal.ideas.queries.desk import colleagues
from portal.ideas.queries.linked import idea_of_question
from portal.ideas.queries.page import IdeaPart, idea_part
from portal.loop.links import answer_path
from portal.loop.queries import Asked, asked_of, line
from portal.people.viewer import Viewer
from portal.threads.policy import stands
from portal.threads.queries import ThreadPage


def idea_context(seen: Viewer, thread: ThreadPage) -> dict[str, Any]:
    """What templates/ideas/_head.html needs, and what stands beside the thread."""
    idea = idea_part(seen, thread.id)
    may = {"decide": can_decide(seen), "turn": can_turn(seen), "vote_for": can_vote_for(seen)}
    if not stands(thread.state):
        may = dict.fromkeys(may, False)
    team: dict[str, Any] = {"colleagues": colleagues(seen)} if may["decide"] else {"colleagues": {}}
    asked = {"need": _need(seen, idea), "need_path": answer_path(seen.id) if seen.id else ""}
    return {"idea": idea, "line": line(seen, thread.id), "may": may} | team | asked


def _need(seen: Viewer, idea: IdeaPart) -> Asked | None:
    """Whether they are asked if it solves their need."""
    if seen.id is None or idea.mark.status not in DELIVERED:
        return None
    return next((each for each in asked_of(seen, idea.id) if each.can_change), None)


def question_idea(seen: Viewer, thread_id: int) -> dict[str, Any]:
    """What the page of a question says of the idea that it is linked to: at its top, once that has shipped."""
    linked = idea_of_question(seen, thread_id)
    return {"linked": linked, "announced": of_idea(seen, linked.id) if linked and linked.status in DELIVERED else ()}
