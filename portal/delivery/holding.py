"""What does not leave at once: replies wait a little, for they may be read meanwhile and more may follow; what is more
than enough for one day, and what someone wants once a day or once a week, waits for a morning."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.db import UtcDateTime, ask, db, param
from portal.delivery.models import Delivery, MailChoice
from portal.notices.models import Notice
from portal.notices.telling.making import insert_into
from portal.people.models import Person

TALK = ("reply", "mention")
"""What is said in threads: it waits for WAIT, and what is said in one thread goes in one letter."""
WAIT = timedelta(minutes=10)
MOST_A_DAY = 30
"""Letters to one person within one of their days, besides those about their account."""
HOUR = 8
"""Of the reader's morning at which digests leave."""
MONDAY = 0


def next_morning(zone: str, after: datetime, every: str = "daily") -> datetime:
    """The first moment after this one at which a digest leaves: eight by the reader's clock, or on Mondays alone."""
    here = _zone(zone)
    day = after.astimezone(here).date()
    while True:
        morning = datetime.combine(day, time(HOUR), here).astimezone(UTC)
        if morning > after and (every != "weekly" or day.weekday() == MONDAY):
            return morning
        day += timedelta(days=1)


def midnight(zone: str, at: datetime) -> datetime:
    """When the reader's day began."""
    here = _zone(zone)
    return datetime.combine(at.astimezone(here).date(), time(), here).astimezone(UTC)


def was_read(notice: Notice) -> bool:
    """Whether it was read in the inbox. One that is only to be sent lies there as read from the beginning."""
    return notice.read_at is not None and notice.read_at != notice.at


def sent_today(people: Mapping[int, Person]) -> Counter[int]:
    """How many letters that count each of these people got today, where they are."""
    at = now()
    began = {person.id: midnight(person.time_zone, at) for person in people.values()}
    rows = ask(_SENT, {"people": list(people), "since": min(began.values(), default=at)})
    return Counter(row.person_id for row in rows if row.sent_at >= began[row.person_id])


def hold_until_morning(people: Sequence[Person]) -> None:
    """They have letters that are held: there is a morning on which those leave."""
    if not people:
        return
    at = now()
    mornings = [{"person_id": each.id, "every": "each", "next_at": next_morning(each.time_zone, at)} for each in people]
    db.session.execute(insert_into(MailChoice).values(mornings).on_conflict_do_nothing(index_elements=["person_id"]))
    for morning in mornings:
        planned = update(MailChoice).where(MailChoice.person_id == morning["person_id"], MailChoice.next_at.is_(None))
        db.session.execute(planned.values(next_at=morning["next_at"]))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


_SENT = select(Delivery.person_id, Delivery.sent_at).where(
    Delivery.person_id.in_(param("people", many=True)),
    Delivery.state == "sent",
    Delivery.sent_at >= param("since", UtcDateTime()),
    Delivery.parent_id.is_(None),
    Delivery.notice_id.is_not(None) | (Delivery.kind == "digest"),
)
