"""Everything that changes a loop. Call it by `write(...)`."""

from portal.loop.actions.answering import answer
from portal.loop.actions.asking import set_handled
from portal.loop.actions.replying import reply_to_all, settle, staff_wrote
from portal.threads import hooks

__all__ = ["answer", "register", "reply_to_all", "set_handled", "settle"]


def register() -> None:
    """Act where lower rooms let this one."""
    hooks.register(hooks.post_written, staff_wrote)
