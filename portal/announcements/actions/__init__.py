"""Everything that changes an announcement. Call them by `write(...)`."""

from portal.announcements.actions.amending import Restated, correct, extend, withdraw
from portal.announcements.actions.drafting import Written, change_draft, discard, draft
from portal.announcements.actions.items import ItemTyped
from portal.announcements.actions.publishing import publish, undo, unschedule
from portal.announcements.actions.scheduled import publish_scheduled

__all__ = [
    "ItemTyped",
    "Restated",
    "Written",
    "change_draft",
    "correct",
    "discard",
    "draft",
    "extend",
    "publish",
    "publish_scheduled",
    "undo",
    "unschedule",
    "withdraw",
]
