"""Which sort of news a notice is: what can be switched off, each by itself."""

from typing import Any

from sqlalchemy import and_, case, literal

from portal.notices.models import Notice

OWED = ("author", "on-behalf", "voter", "linked", "merged")
SORT_OF_KIND = {
    "reply": "replies",
    "mention": "mentions",
    "accepted": "answers",
    "verified": "answers",
    "asked": "requested",
    "answered": "requested",
    "offered": "requested",
    "owned": "team",
    "waiting": "team",
}
SORT_OF_REASON = {
    **dict.fromkeys(OWED, "requested"),
    "mentioned": "mentions",
    "follower": "followed",
    "subscriber": "announcements",
}
"""Of word about ideas and announcements, that they got it for this reason."""


def sort_of(kind: str, reason: str) -> str:
    """One of SORTS."""
    return SORT_OF_KIND.get(kind) or SORT_OF_REASON.get(reason, "followed")


def sort_in_sql() -> Any:
    """The same of the rows of Notice."""
    by_reason = case(SORT_OF_REASON, value=Notice.reason, else_=literal("followed"))
    return case(SORT_OF_KIND, value=Notice.kind, else_=by_reason)


def of_kind(kind: str) -> Any:
    """Condition on Notice: it is of this sort."""
    return and_(sort_in_sql() == kind)
