"""What is due to one hook: leased, written, sent, and what came of it recorded.

Each hook has a queue of its own, one message at a time, so that their order is kept as long as the receiver takes them.
A worker that dies leaves a message that the next one sends with the same id once its lease has run out. After a failure
without a sensible answer the hook rests, longer each time; whatever was due goes on as soon as one gets through.
"""

import random
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import structlog
from sqlalchemy import and_, exists, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from portal.config import in_force
from portal.core.clock import now
from portal.core.db import db, write
from portal.core.outgoing import Answer, NotSent, post
from portal.delivery.models import Hook, HookDelivery
from portal.delivery.webhooks import shapes, signing, slack
from portal.delivery.webhooks.kinds import VERSION
from portal.delivery.webhooks.pausing import pause
from portal.delivery.webhooks.payloads import data_of
from portal.delivery.webhooks.seeing import NotShown

LEASE = timedelta(seconds=30)
"""Three times as long as a receiver may take."""
PAUSES = tuple(timedelta(seconds=each) for each in (5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 8 * 3600, 8 * 3600))
"""Between the attempts, the last of them a day after the first; each a tenth longer or shorter by chance."""
LONGEST_REST = timedelta(minutes=5)
LONGEST_ASKED = timedelta(hours=1)
"""For which a receiver is left alone that asks for it (Retry-After)."""
PAUSED_AFTER = timedelta(days=5)
KEPT = 2_000
"""Characters of an answer that are kept."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One attempt, ready to be sent; without a body it is not to be sent."""

    row_id: int
    hook_id: int
    attempt: int
    url: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. `answers`: whether there is someone at the other end who takes messages in."""

    is_taken: bool
    status: int | None
    answer: str
    is_gone: bool = False
    answers: bool = False
    wait: timedelta = timedelta()


def deliver_to(hook_id: int, stop: threading.Event | None = None) -> int:
    """Send all that is due to this hook, until nothing is, it rests or `stop` is set; returns how many it took."""
    taken = 0
    while not (stop and stop.is_set()) and (message := _next(hook_id)) is not None:
        if message.body:
            result = _sent(message)
            write(_record, message, result)
            taken += result.is_taken
    return taken


def _next(hook_id: int) -> Message | None:
    try:
        return write(lease, hook_id)
    except Unwritten as trouble:
        log.exception("a message could not be written", hook=hook_id, delivery=trouble.row_id)
        write(_put_off, trouble.row_id, f"it could not be written: {type(trouble.__cause__).__name__}")
        return Message(trouble.row_id, hook_id, 0)


class Unwritten(Exception):
    """Something went wrong while a message was written: it must not keep the others waiting."""

    def __init__(self, row_id: int) -> None:
        super().__init__(str(row_id))
        self.row_id = row_id


def lease(hook_id: int) -> Message | None:
    """Take what has been due to the hook for longest. None: nothing is, or someone else is at it."""
    at = now()
    hook = db.session.scalars(
        select(Hook)
        .where(Hook.id == hook_id, Hook.paused_at.is_(None), or_(Hook.rests_until.is_(None), Hook.rests_until <= at))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    other = aliased(HookDelivery)
    under_way = exists().where(other.hook_id == hook_id, other.state == "leased", other.lease_until >= at)
    due = and_(HookDelivery.state.in_(("due", "deferred")), HookDelivery.due_at <= at)
    left_behind = and_(HookDelivery.state == "leased", HookDelivery.lease_until < at)
    oldest = (
        select(HookDelivery)
        .where(HookDelivery.hook_id == hook_id, or_(due, left_behind), ~under_way)
        .order_by(HookDelivery.due_at, HookDelivery.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    row = db.session.scalars(oldest).one_or_none() if hook is not None else None
    if hook is None or row is None:
        return None
    row.state, row.lease_until, row.attempts = "leased", at + LEASE, row.attempts + 1
    row.tried_at = row.tried_at or at
    return _written(hook, row, at)


def _written(hook: Hook, row: HookDelivery, at: datetime) -> Message:
    try:
        data = data_of(hook, row)
        if hook.format == "slack":
            body, signed = slack.json_of(row.kind, data), dict[str, str]()
        else:
            body = shapes.json_of(row.kind, row.created_at, data, VERSION)
            signed = signing.headers(row.message_id, at, body, _keys(hook, at))
    except NotShown as reason:
        row.state, row.lease_until, row.answer, row.status = "suppressed", None, str(reason), None
        return Message(row.id, hook.id, row.attempts)
    except DBAPIError:
        raise  # it is tried again, as every write
    except Exception as error:
        raise Unwritten(row.id) from error
    headers = {"Content-Type": "application/json", "User-Agent": "Rondo", **signed}
    shown = "\n".join(f"{name}: {value}" for name, value in headers.items())
    row.request = f"{shown}\n\n{body.decode()}"
    return Message(row.id, hook.id, row.attempts, hook.url, tuple(headers.items()), body)


def _keys(hook: Hook, at: datetime) -> list[str]:
    is_changing = hook.old_secret and hook.old_secret_until and hook.old_secret_until > at
    return [hook.secret, *([hook.old_secret] if is_changing and hook.old_secret else [])]


def _sent(message: Message) -> Result:
    """The one part of it that takes time: nothing of the database is held meanwhile."""
    try:
        answer = post(message.url, message.body, dict(message.headers), allowed=in_force().called_networks)
    except NotSent as trouble:
        return Result(is_taken=False, status=None, answer=str(trouble))
    return _judged(answer)


def _judged(answer: Answer) -> Result:
    said = answer.body.decode(errors="replace").replace("\0", "")[:KEPT].strip()
    is_taken, status = 200 <= answer.status < 300, answer.status
    if 300 <= status < 400:
        said = "redirects are not followed: the hook needs the address where it leads"
    return Result(
        is_taken=is_taken,
        status=status,
        answer=said,
        is_gone=status == 410,
        answers=status < 500 and status not in (408, 429),
        wait=asked_for(answer.headers.get("retry-after", "")) if status in (429, 503) else timedelta(),
    )


def asked_for(words: str) -> timedelta:
    """What Retry-After says, in seconds or as a time; at most an hour."""
    words = words.strip()
    if words.isascii() and words.isdecimal() and len(words) < 8:
        return min(timedelta(seconds=int(words)), LONGEST_ASKED)
    try:
        until = parsedate_to_datetime(words)
    except ValueError:
        return timedelta()
    if until.tzinfo is None:
        return timedelta()
    return max(timedelta(), min(until - now(), LONGEST_ASKED))


def _record(message: Message, result: Result) -> None:
    """Write down what came of it, unless the message is another worker's by now."""
    hook = db.session.scalars(
        select(Hook).where(Hook.id == message.hook_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    mine = (HookDelivery.id == message.row_id, HookDelivery.state == "leased", HookDelivery.attempts == message.attempt)
    query = select(HookDelivery).where(*mine).execution_options(populate_existing=True)
    row = db.session.scalars(query).one_or_none()
    if hook is None or row is None:
        return
    row.lease_until, row.status, row.answer = None, result.status, result.answer
    if result.is_taken:
        row.state, row.sent_at = "sent", now()
        hook.failing_since, hook.failures, hook.rests_until = None, 0, None
        log.info("hook told", hook=hook.id, delivery=row.id, attempt=message.attempt, status=result.status)
    else:
        _failed(hook, row, result)
        log.info("hook not told", hook=hook.id, delivery=row.id, attempt=message.attempt, status=result.status)


def _failed(hook: Hook, row: HookDelivery, result: Result) -> None:
    at = now()
    since = hook.failing_since = hook.failing_since or at
    hook.failures += 1
    wait = max(_pause(row.attempts), result.wait)
    if result.is_gone or row.attempts > len(PAUSES):
        row.state = "failed"
    else:
        row.state, row.due_at = "deferred", at + wait
    if not result.answers:
        hook.rests_until = at + max(min(_pause(hook.failures), LONGEST_REST), result.wait)
    db.session.flush()
    if result.is_gone:
        pause(hook, "gone")
    elif at - since >= PAUSED_AFTER:
        pause(hook, "failing")


def _pause(times: int) -> timedelta:
    """After so many failures."""
    return PAUSES[min(times, len(PAUSES)) - 1] * random.uniform(0.9, 1.1)  # noqa: S311


def _put_off(row_id: int, why: str) -> None:
    """It is our own mistake: the receiver is not to blame, and a later version of the portal may know how."""
    row = db.session.get_one(HookDelivery, row_id, populate_existing=True)
    row.attempts, row.lease_until, row.answer, row.status = row.attempts + 1, None, why, None
    row.state = "failed" if row.attempts > len(PAUSES) else "deferred"
    row.due_at = now() + _pause(row.attempts)
