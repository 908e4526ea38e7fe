"""Everything that people change about their notices. Call them by `write(...)`."""

from portal.notices.actions.reading import mark_all_read, mark_notice_read, mark_thread_read
from portal.notices.actions.wishing import choose, mute_person

__all__ = ["choose", "mark_all_read", "mark_notice_read", "mark_thread_read", "mute_person"]
