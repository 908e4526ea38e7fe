"""Everything that changes a conversation. Call them by `write(...)`."""

from portal.threads.actions.starting import start_thread
from portal.threads.actions.tagging import split_tags
from portal.threads.actions.watching import set_watch
from portal.threads.actions.writing import comment, reply

__all__ = ["comment", "reply", "set_watch", "split_tags", "start_thread"]
