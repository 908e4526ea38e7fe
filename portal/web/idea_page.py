"""What the page of an idea shows, put together from the rooms that know it."""

from typing import Any

from portal.ideas.policy import can_decide, can_turn, can_vote_for
from portal.ideas.queries.page import idea_part
from portal.loop.queries import line
from portal.people.viewer import Viewer
from portal.threads.policy import stands
from portal.threads.queries import ThreadPage


def idea_context(seen: Viewer, thread: ThreadPage) -> dict[str, Any]:
    """What templates/ideas/_head.html needs, and what stands beside the thread."""
    idea = idea_part(seen, thread.id)
    may = {"decide": can_decide(seen), "turn": can_turn(seen), "vote_for": can_vote_for(seen)}
    if not stands(thread.state):
        may = dict.fromkeys(may, False)
    return {"idea": idea, "line": line(seen, thread.id), "may": may}
