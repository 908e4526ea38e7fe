"""Everything that changes what an idea adds to its thread. Call them by `write(...)`."""

from portal.ideas.actions.bulk import Bulk, bulk
from portal.ideas.actions.caring import add_note, delete_note, set_owner, set_personal
from portal.ideas.actions.deciding import amend, decide
from portal.ideas.actions.joining import register
from portal.ideas.actions.linking import link_question
from portal.ideas.actions.merging import Merged, merge, unmerge
from portal.ideas.actions.naming import rename_status
from portal.ideas.actions.on_behalf import unvote_for, vote_for
from portal.ideas.actions.outcomes import end_outcomes, record_outcome
from portal.ideas.actions.turning import turn
from portal.ideas.actions.undoing import undo
from portal.ideas.actions.voting import set_silence, set_vote

__all__ = [
    "Bulk",
    "Merged",
    "add_note",
    "amend",
    "bulk",
    "decide",
    "delete_note",
    "end_outcomes",
    "link_question",
    "merge",
    "record_outcome",
    "register",
    "rename_status",
    "set_owner",
    "set_personal",
    "set_silence",
    "set_vote",
    "turn",
    "undo",
    "unmerge",
    "unvote_for",
    "vote_for",
]
