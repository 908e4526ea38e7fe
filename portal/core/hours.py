"""Business hours: when someone is there, and what is due when. Pure, so that it can be tested with any calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 24 * 60
FURTHEST = 3660
"""Days that are looked at: what is not due within ten years is not due."""
_DAYS = timedelta(days=1)

Opening = tuple[int, int]
"""From and until, in minutes since midnight where the portal is; DAY is the end of the day."""
Week = tuple[Opening | None, ...]
"""Monday to Sunday; None on days on which nobody is there."""

OFFICE: Week = ((540, 1020),) * 5 + (None,) * 2


@dataclass(frozen=True, slots=True)
class Hours:
    """When someone is there: a week, without the days that are closed, in a time zone."""

    zone: str = "UTC"
    week: Week = OFFICE
    closed: frozenset[date] = frozenset()

    def after(self, moment: datetime, minutes: int) -> datetime | None:
        """When so many minutes of business time have passed since a moment: while someone is there, or as they leave.
        None where that never is."""
        left = timedelta(minutes=minutes)
        for begins, ends in self._openings(moment):
            comes = max(begins, moment)
            if comes + left <= ends:
                return comes + left
            left -= ends - comes
        return None

    def between(self, one: datetime, other: datetime) -> timedelta:
        """How much business time is between two moments; less than nothing where the other is the earlier one."""
        if other < one:
            return -self.between(other, one)
        passed = timedelta()
        for begins, ends in self._openings(one):
            if begins >= other:
                break
            passed += max(min(ends, other) - max(begins, one), timedelta())
        return passed

    def morning(self, day: date) -> datetime:
        """When someone comes on that day, or on the next on which someone does; 9:00 where nobody ever does."""
        begins = _moment(self.zone, day, 0)
        return self.after(begins, 0) or _moment(self.zone, day, 540)

    def today(self, moment: datetime) -> date:
        """The day where the portal is."""
        return moment.astimezone(_zone(self.zone)).date()

    def _openings(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """From the one under way on, in order, in UTC."""
        if not any(self.week):
            return
        day = moment.astimezone(_zone(self.zone)).date() - _DAYS  # what ends at midnight ends on the next day
        for _ in range(FURTHEST):
            opening = self.week[day.weekday()]
            if opening is not None and day not in self.closed:
                begins, ends = _moment(self.zone, day, opening[0]), _moment(self.zone, day, opening[1])
                if ends > moment and ends > begins:
                    yield begins, ends
            day += _DAYS


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=4096)
def _moment(zone: str, day: date, minute: int) -> datetime:
    """That minute of the clock on the wall. Where the clock skips it, as long after the skip as it is after its
    beginning; where it comes twice, the first."""
    day += timedelta(days=minute // DAY)
    hour, minute = divmod(minute % DAY, 60)
    return datetime.combine(day, time(hour, minute), _zone(zone)).astimezone(UTC)
