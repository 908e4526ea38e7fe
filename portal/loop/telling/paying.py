"""Debts are written together with the notices that pay them, in one transaction: so nobody is ever told without being
owed, nor owed and forgotten."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, ColumnElement, and_, case, exists, literal, null, or_, select

from portal.core.clock import now
from portal.core.db import UtcDateTime, db
from portal.events.models import Event
from portal.loop.models import REASONS, Debt
from portal.loop.telling.claims import LINKED, Claim, who
from portal.loop.telling.following import called, of_announcements, of_idea
from portal.loop.telling.people import FOLLOWS, NOW, add, clear, until
from portal.notices.models import Notice
from portal.notices.telling.making import Word, insert_into, make_notices
from portal.threads.models import Thread

COLUMNS = (
    *("outcome_id", "person_id", "idea_id", "asked_idea_id", "reason", "event_id", "at"),
    *("state", "cause", "told_at", "notice_id", "ask_at"),
)


def tell(
    word: Word,
    place: Thread,
    claims: Sequence[Claim],
    above: int,
    *,
    followed: Sequence[Thread] = (),
    to_all: bool = False,
) -> int | None:
    """See to the next people of these claims, and of those who follow these ideas, or (`to_all`) the place. `place`:
    where the notice leads. Returns up to whom; None when that is everyone."""
    clear()
    up_to = until(above, {claim.asked_id for claim in claims}, [*followed, place] if to_all else followed)
    for number, claim in enumerate(claims):
        add(who(number, claim, place, above=above, up_to=up_to))
    besides = word.event.actor_id
    if to_all:
        add(called(place, besides=besides, above=above, up_to=up_to))
    for idea in followed:
        add(of_idea(idea, place, besides=besides, above=above, up_to=up_to))
    if to_all:
        add(of_announcements(place, besides=besides, above=above, up_to=up_to))
    _pay(word, claims)
    return up_to


def tell_one(word: Word, place: Thread, claim: Claim, person_id: int) -> None:
    """See to this person alone, if the claim is theirs."""
    tell_owed(word, place, [claim], person_id - 1, person_id)


def tell_owed(word: Word, place: Thread, claims: Sequence[Claim], above: int, up_to: int | None) -> None:
    """See to those of these claims alone, up to this person. Who has a notice of this event has been told by that."""
    clear()
    for number, claim in enumerate(claims):
        add(who(number, claim, place, above=above, up_to=up_to))
    _pay(word, claims)


def _pay(word: Word, claims: Sequence[Claim]) -> None:
    """Notices for those of the step who can be told, and the debts that they pay."""
    heard = select(NOW.c.person_id, NOW.c.rank, NOW.c.in_inbox).where(NOW.c.cause.is_(None))
    unpaid = [and_(NOW.c.claim == number, ~_is_paid(claim)) for number, claim in enumerate(claims)]
    make_notices(word, [heard.where(or_(NOW.c.claim == FOLLOWS, *unpaid))])
    for number, claim in enumerate(claims):
        _owe(word.event, number, claim)


def _is_paid(claim: Claim) -> ColumnElement[bool]:
    """Condition on NOW: they were told of this outcome before, or their letter about it is on its way."""
    theirs = Debt.outcome_id == claim.outcome_id, Debt.person_id == NOW.c.person_id
    return exists().where(*theirs, Debt.state != "undeliverable")


def _owe(event: Event, number: int, claim: Claim) -> None:
    """A debt for each, paid by the notice that they have by now, if they can be told. Who was told of this outcome
    before is owed nothing; who could not be is tried again."""
    at = now()
    told = and_(NOW.c.cause.is_(None), NOW.c.in_inbox == 1)
    ask_at = claim.ask_at(at)
    asked_then = case((and_(told, NOW.c.rank != LINKED), literal(ask_at, UtcDateTime())), else_=null())
    rows = (
        select(
            literal(claim.outcome_id, BigInteger()),
            NOW.c.person_id,
            literal(claim.idea.id, BigInteger()),
            NOW.c.asked_idea_id,
            case(dict(enumerate(REASONS)), value=NOW.c.rank),
            literal(event.id, BigInteger()),
            literal(at, UtcDateTime()),
            case((told, "told"), (NOW.c.cause.is_(None), "pending"), else_="undeliverable"),
            NOW.c.cause,
            case((told, literal(at, UtcDateTime())), else_=null()),
            case((NOW.c.cause.is_(None), Notice.id), else_=null()),
            asked_then if ask_at else null(),
        )
        .outerjoin(Notice, and_(Notice.event_id == event.id, Notice.person_id == NOW.c.person_id))
        .where(NOW.c.claim == number)
        .order_by(NOW.c.person_id)
    )
    written = insert_into(Debt).from_select(COLUMNS, rows)
    db.session.execute(
        written.on_conflict_do_update(
            index_elements=["outcome_id", "person_id"],
            set_={name: written.excluded[name] for name in COLUMNS[2:]},
            where=and_(Debt.state == "undeliverable", Debt.event_id != written.excluded.event_id),
        )
    )
