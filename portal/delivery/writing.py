"""Letters that are leased are written: those that may still leave, some at a time, in one transaction."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select

from portal.core.db import db
from portal.delivery import holding, recording
from portal.delivery.leasing import Leased
from portal.delivery.letters import Letter, NotAnyMore, compose, know
from portal.delivery.models import Delivery, MailTrouble
from portal.delivery.recording import PARTS, Outcome
from portal.delivery.telling import READ
from portal.delivery.troubles import show
from portal.loop.telling.settling import why_none_sent
from portal.notices.models import Notice
from portal.people.addresses import email_key
from portal.people.models import Person

T = TypeVar("T", Delivery, Person, Notice)
CONFIRMING = ("confirm", "change")
"""Letters that go even to an address from which letters come back: they are the way out of that."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A letter that can be handed over, and what is to be done once it was."""

    letter: Leased
    message: Letter
    owing: tuple[int, ...] = ()
    """The notices in it that pay debts."""
    parts: bool = False
    """Whether others go in it."""
    troubled: str = ""
    """Its address, if letters came back from there before."""


@dataclass(slots=True)
class Desk:
    """What is known of some letters before they are written."""

    leased: dict[int, Leased]
    letters: list[Delivery]
    parts: dict[int, list[Delivery]]
    """By the id of the letter, the others that are to go in it."""
    people: dict[int, Person]
    notices: dict[int, Notice]
    causes: dict[int, str]
    """By the id of a notice, why it is not told any more."""
    troubled: dict[str, bool]
    """Keys of addresses that letters came back from, and whether nothing is sent there any more."""
    today: Counter[int]
    owing: set[int]
    over: dict[int, Person] = field(default_factory=dict[int, Person])
    """Those who had enough letters for one day."""


def written(leased: Sequence[Leased]) -> list[Ready]:
    """Those of these letters that are to leave. What becomes of the others is recorded."""
    desk = _desk(leased)
    known = know(notice for notice in desk.notices.values() if notice.id not in desk.causes)
    ready: list[Ready] = []
    for letter in desk.letters:
        ours = desk.leased.get(letter.id)
        if ours is None:  # it goes in one before it
            continue
        try:
            parts = _parts(desk, letter)
            message = compose(letter, _reader(desk, letter), parts, known=known)
        except NotAnyMore as reason:
            recording.record(ours, Outcome("suppressed", str(reason), reason.cause))
            continue
        except _Held:
            recording.record(ours, Outcome("held", f"more than {holding.MOST_A_DAY} letters that day"))
            continue
        left_out = _leave_out(desk, letter, message)
        key = email_key(letter.address)
        owing = tuple(each.id for each in parts if each.id in desk.owing and each.id not in left_out)
        troubled = letter.address if key in desk.troubled else ""
        ready.append(Ready(ours, message, owing, bool(desk.parts.get(letter.id)), troubled))
    holding.hold_until_morning(list(desk.over.values()))
    db.session.flush()
    return ready


class _Held(Exception):
    """It waits for the next digest."""


def _desk(leased: Sequence[Leased]) -> Desk:
    by_id = {each.id: each for each in leased}
    rows = _all(Delivery, Delivery.id.in_(by_id))
    found = {row.id: row for row in rows}
    letters = [found[each.id] for each in leased if each.id in found]
    letters = [each for each in letters if each.state == "leased" and each.attempts == by_id[each.id].attempt]
    people = {row.id: row for row in _all(Person, Person.id.in_({each.person_id for each in letters}))}
    known = _all(Delivery, Delivery.parent_id.in_([each.id for each in letters]), Delivery.state.in_(PARTS))
    parts: dict[int, list[Delivery]] = {}
    for row in known:
        parts.setdefault(row.parent_id or 0, []).append(row)
    notices = _notices([*letters, *known])
    mine = {each.id: by_id[each.id] for each in letters}
    _bundle(letters, parts, notices, mine)
    keys = {email_key(each.address) for each in letters}
    troubles = select(MailTrouble.address_key, MailTrouble.suppressed_at).where(MailTrouble.address_key.in_(keys))
    counted = {each.person_id: people[each.person_id] for each in letters if each.notice_id and each.person_id}
    return Desk(
        leased=mine,
        letters=letters,
        parts=parts,
        people=people,
        notices=notices,
        causes=why_none_sent(list(notices.values())),
        troubled={row.address_key: row.suppressed_at is not None for row in db.session.execute(troubles)},
        today=holding.sent_today(counted) if counted else Counter(),
        owing=recording.owing(list(notices)) if notices else set(),
    )


def _bundle(
    letters: Sequence[Delivery],
    parts: dict[int, list[Delivery]],
    notices: dict[int, Notice],
    leased: dict[int, Leased],
) -> None:
    """What waits for someone from one thread goes in one letter: the first of them that is due."""
    leading: dict[tuple[int | None, int], Delivery] = {}
    for letter in letters:
        notice = notices.get(letter.notice_id or 0)
        if notice is None or notice.kind not in holding.TALK:
            continue
        first = leading.setdefault((letter.person_id, notice.thread_id), letter)
        if first is not letter:
            recording.give_to(first, letter)
            parts.setdefault(first.id, []).append(letter)
            del leased[letter.id]
    if not leading:
        return
    people, threads = {person_id for person_id, _ in leading}, {thread_id for _, thread_id in leading}
    query = (
        select(Delivery, Notice)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(Delivery.person_id.in_(people), Delivery.state.in_(("due", "deferred")), Delivery.parent_id.is_(None))
        .where(Notice.kind.in_(holding.TALK), Notice.thread_id.in_(threads), Delivery.channel == "mail")
        .order_by(Delivery.id)
        .with_for_update(of=Delivery, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    for other, notice in db.session.execute(query).all():
        first = leading.get((other.person_id, notice.thread_id))
        if first is not None:
            other.parent_id = first.id
            parts.setdefault(first.id, []).append(other)
            notices[notice.id] = notice
    db.session.flush()


def _parts(desk: Desk, letter: Delivery) -> list[Notice]:
    """The notices that go in this letter, its own first; none where it is about an account. What is not told any more
    is dropped, with its cause. Raises NotAnyMore, Held."""
    if desk.troubled.get(email_key(letter.address)) and letter.kind not in CONFIRMING:
        show(email_key(letter.address))
        raise NotAnyMore("letters to this address come back", cause="bounced")
    if letter.notice_id is None and letter.kind != "digest":
        return []
    _address(desk, letter)
    own = desk.notices.get(letter.notice_id or 0)
    if own is not None and (why := _why_not(desk, own, waited=own.kind in holding.TALK)):
        recording.part_from([letter.id])
        raise why
    if own is not None and letter.attempts == 1:
        _count(desk, letter)
    standing = [own] if own is not None else []
    for part in desk.parts.get(letter.id, []):
        notice = desk.notices[part.notice_id or 0]
        if why := _why_not(desk, notice, waited=True):
            recording.drop(part.id, Outcome("suppressed", str(why), why.cause))
        else:
            standing.append(notice)
    if not standing:
        raise NotAnyMore("nothing is left to tell")
    return standing


def _leave_out(desk: Desk, letter: Delivery, message: Letter) -> dict[int, str]:
    """What the letter was to tell of and does not is not told by it."""
    left_out = message.left_out
    for part in desk.parts.get(letter.id, []):
        if cause := left_out.get(part.notice_id or 0):
            recording.drop(part.id, Outcome("suppressed", f"not told any more: {cause}", cause))
    return left_out


def _why_not(desk: Desk, notice: Notice, *, waited: bool) -> NotAnyMore | None:
    """Why a notice is not told by letter any more. `waited`: it may have been read meanwhile."""
    if cause := desk.causes.get(notice.id):
        return NotAnyMore(f"not told any more: {cause}", cause=cause)
    if waited and holding.was_read(notice):
        return NotAnyMore("it was read meanwhile", cause=READ)
    return None


def _address(desk: Desk, letter: Delivery) -> None:
    """News goes to where the person has letters now, whatever was so when it was written. Raises NotAnyMore."""
    person = _reader(desk, letter)
    if person is None or not person.email or not (person.is_confirmed or person.kind != "account"):
        raise NotAnyMore("there is no address that it may go to", cause="no-address")
    if letter.address != person.email:
        letter.address = person.email


def _count(desk: Desk, letter: Delivery) -> None:
    """One more letter today, or too many. Raises Held."""
    person_id = letter.person_id or 0
    if desk.today[person_id] >= holding.MOST_A_DAY:
        desk.over[person_id] = desk.people[person_id]
        recording.part_from([letter.id])
        raise _Held
    desk.today[person_id] += 1


def _reader(desk: Desk, letter: Delivery) -> Person | None:
    return desk.people.get(letter.person_id or 0)


def _notices(letters: Iterable[Delivery]) -> dict[int, Notice]:
    ids = {each.notice_id for each in letters if each.notice_id is not None}
    return {row.id: row for row in _all(Notice, Notice.id.in_(ids))} if ids else {}


def _all(table: type[T], *conditions: Any) -> list[T]:
    query = select(table).where(*conditions).execution_options(populate_existing=True)
    return sorted(db.session.scalars(query), key=lambda row: row.id)
