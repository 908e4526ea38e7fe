"""Who may do what with an idea; and how lists weigh it."""

import math
from datetime import datetime
from typing import Any

from portal.ideas.models import OPEN_TO_VOTES
from portal.people.viewer import Viewer
from portal.threads.policy import AnyThread, stands

REASONS = ("author", "on-behalf", "voter", "linked", "merged")
"""Why someone is owed word, the strongest first: their places are the ranks of `requesters`. (The ledger has the same
words.)"""
TARGETED = ("planned", "in-progress")
"""What may have a target date."""
REVISITED = ("deferred",)
"""What may have a date on which it is looked at again."""
ANNOUNCED = ("shipped", "partly-shipped", "deferred", "declined")
"""What an announcement can tell of."""
FRESH = 7 * 24 * 3600.0
"""Seconds by which an idea must be younger to weigh as much as another that is wanted twice as much."""


def why_no_vote(viewer: Viewer, thread: AnyThread, status: str) -> str:
    """What keeps this viewer from voting or taking a vote back: '', 'deleted', 'locked', or the status that closes it.

    A visitor may press the button: it leads to signing in."""
    if thread.kind != "idea" or not stands(thread):
        return "deleted"
    if status not in OPEN_TO_VOTES:
        return status
    return "locked" if thread.locked_event_id is not None and not viewer.is_staff else ""


def can_vote(viewer: Viewer, thread: AnyThread, status: str) -> bool:
    return not why_no_vote(viewer, thread, status)


def can_decide(viewer: Viewer) -> bool:
    """Record outcomes, merge, give an idea to an owner, act on many at once: managers and admins."""
    return viewer.is_manager


def can_vote_for(viewer: Viewer) -> bool:
    """Vote on behalf of a customer; see who voted and what an idea is worth; write notes; link questions: staff."""
    return viewer.is_staff


def can_turn(viewer: Viewer) -> bool:
    """Make a question or a discussion an idea, or an idea one of them."""
    return viewer.is_manager or viewer.is_moderator


def rising(wanted: int, created_at: datetime) -> float:
    """What "rising" is sorted by: the votes on a scale of doublings, and when it was begun on a scale of weeks."""
    return math.log2(max(wanted, 1)) + created_at.timestamp() / FRESH


def is_counted(thread: Any) -> bool:
    """Whether the votes of this idea (its thread, or a row of its states) count."""
    return thread.kind == "idea" and thread.hidden_event_id is None and thread.deleted_event_id is None
