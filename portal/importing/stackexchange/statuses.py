"""Status tags: what moderators decided on a feature request.

Only moderators may set or take away a status tag, or lock a post: whoever did so speaks for the site.
"""

from collections.abc import Iterable

from portal.importing.stackexchange.history import LOCKED, TAGS, UNLOCKED, tag_names
from portal.importing.stackexchange.reading import Row

STATUSES = {
    "status-completed": ("shipped", ""),
    "status-declined": ("declined", ""),
    "status-bydesign": ("declined", "This is by design."),
    "status-norepro": ("declined", "This could not be reproduced."),
    "status-deferred": ("deferred", ""),
    "status-planned": ("planned", ""),
    "status-review": ("under-review", ""),
}
"""What each tag means here, and the reason that it gives. Of several that are set at once the first holds."""
_COMMUNITY = "-1"


def statuses_in(tags: Iterable[str]) -> frozenset[str]:
    """The status tags among these."""
    return frozenset(tags) & STATUSES.keys()


class Moderators:
    """Finds out who they are from the history, of which it is shown every row in the order of time."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        """By their ids there."""
        self._tagged: dict[int, frozenset[str]] = {}

    def see(self, row: Row) -> None:
        """Learn from a row of PostHistory."""
        kind, post = row.needed_number("PostHistoryTypeId"), row.needed_number("PostId")
        acts = kind in (LOCKED, UNLOCKED)
        if kind in TAGS:
            now, before = statuses_in(tag_names(row.text("Text"))), self._tagged.get(post, frozenset())
            acts = now != before
            if acts:
                self._tagged[post] = now
        user = row.text("UserId")
        if acts and user and user != _COMMUNITY:
            self.ids.add(user)
