"""The idea that a question is linked to, and the questions that are linked to an idea."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import select

from portal.core.db import ask, param
from portal.ideas.models import Idea, IdeaQuestion, StatusName
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads.models import Thread, path_of
from portal.threads.policy import standing_thread, visible_to


@dataclass(frozen=True, slots=True)
class LinkedIdea:
    """What a question says of the idea that it is linked to."""

    id: int
    path: str
    title: str
    status: str
    status_name: str


def idea_of_question(viewer: Viewer, thread_id: int) -> LinkedIdea | None:
    """The idea, where it went if it was merged; None where there is none that this viewer may see."""
    row: Any = ask(_linked(stand_in(viewer)), particulars(viewer) | {"question": thread_id}).first()
    if row is None:
        return None
    return LinkedIdea(row.id, path_of("idea", row.id, row.slug), row.title, row.status, row.name or "")


@cache
def _linked(viewer: Viewer) -> Any:
    linked = select(Idea.root_id).join(IdeaQuestion, IdeaQuestion.idea_id == Idea.thread_id)
    root = linked.where(IdeaQuestion.question_id == param("question")).scalar_subquery()
    return (
        select(Thread.id, Thread.slug, Thread.title, Idea.status, StatusName.name)
        .select_from(Idea)
        .join(Thread, Thread.id == Idea.thread_id)
        .outerjoin(StatusName, StatusName.status == Idea.status)
        .where(Idea.thread_id == root, Thread.kind == "idea", visible_to(viewer), standing_thread())
    )
