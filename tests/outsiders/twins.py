"""Two communities that differ only in what is private, made at the same moments of the same clock."""

from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from portal.core import clock
from tests.outsiders.announcing import announced, unannounced
from tests.outsiders.people import belonging, people
from tests.outsiders.planted import Planted
from tests.outsiders.planting import came_in, for_members, private_places, public

BEGINNING = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Clock:
    """Stands in for `datetime` where the time is asked: each asking is a minute later."""

    moment = BEGINNING

    @classmethod
    def now(cls, zone: tzinfo | None = None) -> datetime:
        cls.moment += MINUTE
        return cls.moment.astimezone(zone)


def with_clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    """Every time that is asked for from now on comes from here."""
    Clock.moment = BEGINNING
    monkeypatch.setattr(clock, "datetime", Clock)
    return Clock


def make(time: type[Clock], *, private: bool, members: bool) -> Planted:
    """The public part first, so that its ids are the same; the private part then, between and after it in time."""
    planted = Planted()
    time.moment = BEGINNING
    people(planted)
    public(planted)
    announced(planted)
    if private:
        belonging(planted)
        time.moment = BEGINNING + 20 * MINUTE
        private_places(planted)
        unannounced(planted)
        if members:
            for_members(planted)
    came_in(planted)
    time.moment = BEGINNING + timedelta(days=200)
    return planted
