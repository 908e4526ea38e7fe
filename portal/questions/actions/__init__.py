"""Everything that changes what a question adds to its thread. Call them by `write(...)`."""

from portal.questions.actions.choosing import set_accepted, set_choice_locked, set_verified
from portal.questions.actions.joining import register
from portal.questions.actions.same import set_same

__all__ = ["register", "set_accepted", "set_choice_locked", "set_same", "set_verified"]
