"""Everything that changes what an idea adds to its thread. Call them by `write(...)`."""

from portal.ideas.actions.deciding import amend, decide
from portal.ideas.actions.joining import register
from portal.ideas.actions.merging import Merged, merge, unmerge
from portal.ideas.actions.outcomes import end_outcomes, record_outcome
from portal.ideas.actions.undoing import undo
from portal.ideas.actions.voting import set_silence, set_vote

__all__ = [
    "Merged",
    "amend",
    "decide",
    "end_outcomes",
    "merge",
    "record_outcome",
    "register",
    "set_silence",
    "set_vote",
    "undo",
    "unmerge",
]
