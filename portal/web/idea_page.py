"""What the page of an idea shows, put together from the rooms that know it."""

from typing import Any

from portal.ideas.queries.page import idea_part
from portal.loop.queries import line
from portal.people.viewer import Viewer
from portal.threads.queries import ThreadPage


def idea_context(seen: Viewer, thread: ThreadPage) -> dict[str, Any]:
    """What templates/ideas/_head.html needs, and what stands beside the thread."""
    return {"idea": idea_part(seen, thread.id), "line": line(seen, thread.id)}
