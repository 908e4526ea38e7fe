"""The two clocks of a question, as staff see them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.core import clock
from portal.core.hours import Hours
from portal.people.models import STAFF
from portal.questions.policy import has_target

NEAR = timedelta(hours=1)
"""Of business time: what is due within it, is about to pass its target."""
COUNTED = timedelta(days=7)
"""Further away than this, by the calendar, it is said by its day: nobody counts the hours any more."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Since when it runs. `due_at`: None without a target; `left`: business time until then, less than nothing when it
    has passed, None when that is far away."""

    since: datetime
    due_at: datetime | None = None
    left: timedelta | None = None
    is_late: bool = False

    @property
    def is_near(self) -> bool:
        """It is about to pass its target."""
        return not self.is_late and self.left is not None and self.left <= NEAR


@dataclass(frozen=True, slots=True)
class Care:
    """Who on the team sees to a question, and until when it is put off. Ids and moments are None where nobody does, and
    where it is not put off."""

    assignee_id: int | None = None
    assignee_name: str = ""
    assigned_by: str = ""
    assigned_at: datetime | None = None
    note: str = ""
    snoozed_until: datetime | None = None
    snoozed_by: str = ""
    snooze_note: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What staff see of a question beside it: its clocks, and who sees to it."""

    created_at: datetime
    waiting_since: datetime | None
    first_reply_due_at: datetime | None
    waiting_due_at: datetime | None
    care: Care

    def clocks(self, hours: Hours) -> tuple[Clock | None, Clock | None]:
        """Until anyone else replies; until someone on the team does. None for one that stands."""
        since = self.waiting_since or self.created_at
        first = clock_of(self.created_at, self.first_reply_due_at, hours)
        return first, clock_of(since, self.waiting_due_at, hours)


def clock_of(since: datetime, due_at: datetime | None, hours: Hours) -> Clock | None:
    """One of the clocks; None where it does not run."""
    if due_at is None:
        return None
    if not has_target(since, due_at):
        return Clock(since)
    now = clock.now()
    left = hours.between(now, due_at) if abs(due_at - now) <= COUNTED else None
    return Clock(since, due_at, left, due_at <= now)


def care_of(row: Any) -> Care:
    """From CARING in queries/waiting.py. Who has left the team sees to nothing, and what was put off until a
    moment that has passed is put off no longer."""
    assigned = row.assignee_role in STAFF
    snoozed = row.snoozed_until is not None and row.snoozed_until > clock.now()
    return Care(
        assignee_id=row.assignee_id if assigned else None,
        assignee_name=row.assignee_name or row.assignee_username or "" if assigned else "",
        assigned_by=row.assigner_name or row.assigner_username or "" if assigned else "",
        assigned_at=row.assigned_at if assigned else None,
        note=row.assigned_note or "" if assigned else "",
        snoozed_until=row.snoozed_until if snoozed else None,
        snoozed_by=row.snoozer_name or row.snoozer_username or "" if snoozed else "",
        snooze_note=row.snooze_note or "" if snoozed else "",
    )
