"""Who may see how a loop stands, and work on the open ones."""

from datetime import timedelta

from sqlalchemy import ColumnElement, exists, select

from portal.loop.models import Debt
from portal.people.viewer import Viewer
from portal.threads.models import Thread
from portal.threads.policy import standing_thread, visible_to

SAID_FROM = 5
"""So many answers there must be before anyone is told how many of them say "solved"."""
CHANGED_WITHIN = timedelta(days=30)
"""How long an answer can be changed."""
MENDABLE = ("no-address", "bounced")
"""Causes why someone could not be told that a right address would mend."""


def decided_in_sight(viewer: Viewer) -> ColumnElement[bool]:
    """Condition on Debt: they may see the idea that was decided on, where theirs is merged into it. Goes with
    `visible_to` of the idea that they asked for."""
    decided = select(Thread.id).where(Thread.id == Debt.idea_id, standing_thread(), visible_to(viewer))
    return exists(decided.correlate_except(Thread))


def can_see_loops(viewer: Viewer) -> bool:
    """Who was told of what by name, and which loops are open: staff."""
    return viewer.is_staff


def can_answer(viewer: Viewer) -> bool:
    """Say something to all for whom an idea did not solve their need, and set its dates."""
    return viewer.is_manager
