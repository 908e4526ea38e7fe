"""Everything that changes a conversation. Call them by `write(...)`."""

from portal.threads.actions.deleting import delete_post, delete_thread, restore_post, restore_thread
from portal.threads.actions.drafts import discard_draft, save_draft
from portal.threads.actions.editing import edit_post
from portal.threads.actions.merging import merge, split
from portal.threads.actions.moderating import hide_post, move, set_closed, set_hidden, set_locked, set_pinned
from portal.threads.actions.publishing import ask_to_publish, publish, set_consent
from portal.threads.actions.reading import mark_all_read, mark_category_read, mark_read
from portal.threads.actions.starting import start_thread
from portal.threads.actions.tagging import split_tags
from portal.threads.actions.voting import set_helpful
from portal.threads.actions.watching import set_watch, watch_category, watch_tag
from portal.threads.actions.writing import comment, reply

__all__ = [
    "ask_to_publish",
    "comment",
    "delete_post",
    "delete_thread",
    "discard_draft",
    "edit_post",
    "hide_post",
    "mark_all_read",
    "mark_category_read",
    "mark_read",
    "merge",
    "move",
    "publish",
    "reply",
    "restore_post",
    "restore_thread",
    "save_draft",
    "set_closed",
    "set_consent",
    "set_helpful",
    "set_hidden",
    "set_locked",
    "set_pinned",
    "set_watch",
    "split",
    "split_tags",
    "start_thread",
    "watch_category",
    "watch_tag",
]
