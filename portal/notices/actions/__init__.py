"""Everything that people change about their notices. Call them by `write(...)`."""

from portal.notices.actions.feeding import drop_feed, make_feed
from portal.notices.actions.reading import mark_all_read, mark_notice_read, mark_thread_read
from portal.notices.actions.wishing import choose, mute_person

__all__ = [
    "choose",
    "drop_feed",
    "make_feed",
    "mark_all_read",
    "mark_notice_read",
    "mark_thread_read",
    "mute_person",
]
