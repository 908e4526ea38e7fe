"""Who is owed word of an outcome, and why some of them are not told: one SELECT for the step that tells them and for
the page that says beforehand who will be."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from portal.ideas.models import DELIVERED, IdeaSilence
from portal.ideas.queries.requesters import requesters
from portal.loop.models import REASONS, Debt
from portal.notices.models import NoticeChoice
from portal.notices.telling.audience import choice_of, has_account, muted, wants_inbox, why_not
from portal.people.models import Person
from portal.threads.models import Thread

ASK_AFTER = timedelta(days=7)
"""After what shipped became available to someone, they are asked whether it solves their need."""
LINKED, MERGED = REASONS.index("linked"), REASONS.index("merged")
PLACES = 2**40
"""Reason and idea in one number, of which the smallest is the one that holds: ids are smaller than this."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Those who asked for one idea are owed word of an outcome of it, or of the one that it was merged into."""

    outcome_id: int
    status: str
    idea: Thread
    """Whose outcome it is; with its category. Who may not see it is not told."""
    asked_id: int
    """Whose requesters these are: another idea where that was merged into this."""
    by_hand: bool = False
    """A human sees to it, and nobody is asked by itself."""
    available_on: date | None = None

    def ask_at(self, told: datetime) -> datetime | None:
        """When those who are told now are asked whether it solves their need; None: never."""
        return ask_at(self.status, told, by_hand=self.by_hand, available_on=self.available_on)


def ask_at(status: str, told: datetime, *, by_hand: bool, available_on: date | None) -> datetime | None:
    """When those who are told of an outcome then are asked whether it solves their need; None: never."""
    if by_hand or status not in DELIVERED:
        return None
    day = datetime.combine(available_on, time(), UTC) if available_on else told
    return max(told, day) + ASK_AFTER


def who(number: int, claim: Claim, place: Thread, *, above: Any = None, up_to: Any = None) -> Any:
    """SELECT claim (its number), person_id, rank (in REASONS), asked_idea_id, cause (NULL: they can be told) and
    in_inbox (1, or 0: it is only sent), one row for each of its requesters. `place`: where the notice leads."""
    every = requesters(claim.asked_id, above=above, up_to=up_to).subquery("every")
    best = func.min(every.c.rank * PLACES + every.c.asked_idea_id)
    first = select(every.c.person_id, best.label("best")).group_by(every.c.person_id).subquery("first")
    asked = first.c.best % PLACES
    rank: Any = literal(MERGED) if claim.asked_id != claim.idea.id else first.c.best // PLACES
    silent = exists().where(IdeaSilence.person_id == Person.id, IdeaSilence.idea_id.in_((claim.idea.id, asked)))
    unheard = or_(*(muted(each) for each in (claim.idea.id, place.id)), muted(asked))
    threads = (claim.idea,) if place.id == claim.idea.id else (place, claim.idea)
    cause = why_not(*threads, more=((silent, "opted-out"), (unheard, "muted"), (bounces(), "bounced")))
    return (
        select(
            literal(number).label("claim"),
            first.c.person_id,
            rank.label("rank"),
            asked.label("asked_idea_id"),
            cause.label("cause"),
            case((wants_inbox(), 1), else_=0).label("in_inbox"),
        )
        .join(Person, Person.id == first.c.person_id)
        .outerjoin(NoticeChoice, choice_of("requested"))
    )


def bounces() -> Any:
    """Condition on Person: they have no account, and a letter to the address they have came back. Once that address is
    another, what is owed is tried again (`idea.retold`)."""
    back = aliased(Debt)
    return and_(~has_account(), exists().where(back.person_id == Person.id, back.cause == "bounced"))
