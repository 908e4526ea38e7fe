"""What letters are written from, asked for together: who their readers are, and what each of them may see. So a batch
costs hardly more statements than one letter."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from portal.announcements.queries import ItemShown, items_for
from portal.core.db import db
from portal.delivery.letters import owing
from portal.loop.queries.asked import who_answer
from portal.notices.models import Notice
from portal.notices.queries import InboxRow, told
from portal.people.viewer import Viewer
from portal.site.queries import Site, site
from portal.threads.models import Thread

T = TypeVar("T")


@dataclass(slots=True)
class Known:
    """Good for the transaction in which it was asked."""

    portal: Site
    viewers: dict[int, Viewer]
    """By their ids: those of the readers who are not kept out."""
    rows: dict[int, tuple[InboxRow, str]]
    """By the ids of notices: those whose reader may see them, with the HTML of the post."""
    notices: Sequence[int] = ()
    kept: dict[Any, Any] = field(default_factory=dict[Any, Any])
    """What is asked when the first letter needs it, by what it is."""

    def owed(self, notice_id: int) -> list[owing.Owed]:
        """Which ideas a notice tells its reader of, in the order in which they asked."""
        return self._once("owed", self._all_owed).get(notice_id, [])

    def items(self, viewer: Viewer, announcement_id: int) -> tuple[ItemShown, ...]:
        """Of an announcement, as far as one of the readers may see them."""
        made = self._once(("items", announcement_id), lambda: items_for(self.viewers.values(), announcement_id))
        return made.get(viewer.id or 0, ())

    def decided(self, outcome_id: int | None) -> owing.Decided | None:
        """An outcome, if it still holds. The caller knows that its idea may be seen."""
        return self._once(("decided", outcome_id), lambda: owing.decided(outcome_id))

    def opening(self, thread_id: int) -> str:
        """The beginning of the HTML of an opening post. The caller knows that its thread may be seen."""
        return self._once(("opening", thread_id), lambda: owing.opening(thread_id))

    def thread(self, thread_id: int) -> Thread:
        """A thread. The caller knows that it may be seen."""
        return self._once(("thread", thread_id), lambda: db.session.get_one(Thread, thread_id))

    def _all_owed(self) -> dict[int, list[owing.Owed]]:
        found: dict[int, list[owing.Owed]] = {}
        for each in owing.owed(self.viewers.values(), self.notices):
            found.setdefault(each.notice_id, []).append(each)
        return found

    def _once(self, what: Any, ask: Callable[[], T]) -> T:
        if what not in self.kept:
            self.kept[what] = ask()
        return self.kept[what]


def know(notices: Iterable[Notice]) -> Known:
    """What letters with these notices in them need."""
    readers = {notice.id: notice.person_id for notice in notices}
    viewers = who_answer(set(readers.values())) if readers else {}
    return Known(site(), viewers, told(viewers.values(), list(readers)), list(readers))
