"""What pages ask about notices."""

from portal.notices.queries.feeds import feed_key, whose_feed
from portal.notices.queries.inbox import MOST, PARTS, InboxRow, inbox, inbox_row, told, unread_count
from portal.notices.queries.wishes import Muted, choices, is_muted, muted_people, unheard

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
    "told",
    "unheard",
    "unread_count",
    "whose_feed",
]
