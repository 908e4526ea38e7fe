"""What pages ask about notices."""

from portal.notices.queries.feeds import feed_key, whose_feed
from portal.notices.queries.inbox import MOST, PARTS, InboxRow, inbox, inbox_row, unread_count
from portal.notices.queries.wishes import Muted, choices, is_muted, muted_people

__all__ = [
    "MOST",
    "PARTS",
    "InboxRow",
    "Muted",
    "choices",
    "feed_key",
    "inbox",
    "inbox_row",
    "is_muted",
    "muted_people",
    "unread_count",
    "whose_feed",
]
