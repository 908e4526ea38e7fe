"""Hooks and their logs, as admins see them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import BigInteger, and_, func, select

from portal.core.clock import now
from portal.core.db import ask, db, param
from portal.core.errors import NotFound
from portal.core.paging import Order, Page, page
from portal.delivery.models import Hook, HookDelivery
from portal.people.viewer import Viewer
from portal.threads.models import Category

ROWS = 30
A_WHILE = timedelta(minutes=1)
WAITING = ("due", "leased", "deferred")
FILTERS: Mapping[str, tuple[str, ...]] = {
    "waiting": WAITING,
    "failed": ("failed",),
    "sent": ("sent",),
    "held": ("held",),
    "suppressed": ("suppressed",),
}


@dataclass(frozen=True, slots=True)
class HookShown:
    """A hook with all that an admin may see of it, and how many messages are in which state."""

    id: int
    name: str
    url: str
    format: str
    kinds: tuple[str, ...]
    category_id: int | None
    category: str
    secret: str
    old_secret_until: datetime | None
    failing_since: datetime | None
    paused_at: datetime | None
    pause_reason: str
    waiting: int
    failed: int
    held: int
    sent_at: datetime | None

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def state(self) -> str:
        """paused, gone or failing where something is the matter; else working, or new."""
        if self.paused_at is not None:
            return {"gone": "gone", "failing": "given-up"}.get(self.pause_reason, "paused")
        if self.failing_since is not None:
            return "failing"
        return "working" if self.sent_at else "new"


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One line of the log of a hook."""

    id: int
    hook_id: int
    kind: str
    state: str
    at: datetime
    due_at: datetime
    attempts: int
    status: int | None
    answer: str

    @property
    def next_at(self) -> datetime | None:
        """When it is tried again, if that takes a while."""
        return self.due_at if self.state == "deferred" and self.due_at > now() + A_WHILE else None


@dataclass(frozen=True, slots=True)
class MessageShown(MessageRow):
    """With what was sent and answered."""

    message_id: str
    sent_at: datetime | None
    request: str
    hook: str
    is_paused: bool

    @property
    def readable(self) -> str:
        """What was sent, its JSON on lines of its own."""
        heads, _, body = self.request.partition("\n\n")
        return f"{heads}\n\n{json.dumps(json.loads(body), indent=2, ensure_ascii=False)}"


def hooks(viewer: Viewer) -> list[HookShown]:
    """All of them by name, in one statement."""
    if not viewer.is_admin:
        raise NotFound
    return [_shown(row) for row in ask(_hooks(one=False))]


def hook(viewer: Viewer, hook_id: int) -> HookShown:
    """One of them. Raises NotFound."""
    row = ask(_hooks(one=True), {"hook": hook_id}).first() if viewer.is_admin else None
    if row is None:
        raise NotFound
    return _shown(row)


def messages(viewer: Viewer, hook_id: int, *, only: str = "", cursor: str | None = None) -> Page[MessageRow]:
    """The log of a hook, the newest first. Raises NotFound."""
    if not viewer.is_admin:
        raise NotFound
    query = select(HookDelivery).where(HookDelivery.hook_id == hook_id)
    if only in FILTERS:
        query = query.where(HookDelivery.state.in_(FILTERS[only]))
    return page(query, Order(HookDelivery.id, HookDelivery.id), cursor=cursor, limit=ROWS, make=_row)


def message(viewer: Viewer, row_id: int) -> MessageShown:
    """One message with what was sent and answered. Raises NotFound."""
    query = select(HookDelivery, Hook.name, Hook.paused_at).join(Hook, Hook.id == HookDelivery.hook_id)
    found = db.session.execute(query.where(HookDelivery.id == row_id)).first() if viewer.is_admin else None
    if found is None:
        raise NotFound
    row: HookDelivery = found[0]
    return MessageShown(
        **_columns(row),
        message_id=row.message_id,
        sent_at=row.sent_at,
        request=row.request,
        hook=found.name,
        is_paused=found.paused_at is not None,
    )


@cache
def _hooks(*, one: bool) -> Any:
    def number(*states: str) -> Any:
        of_it = and_(HookDelivery.hook_id == Hook.id, HookDelivery.state.in_(states))
        return select(func.count()).select_from(HookDelivery).where(of_it).correlate(Hook).scalar_subquery()

    last = (
        select(func.max(HookDelivery.sent_at))
        .where(HookDelivery.hook_id == Hook.id, HookDelivery.state == "sent")
        .correlate(Hook)
        .scalar_subquery()
    )
    query = select(
        *(Hook.id, Hook.name, Hook.url, Hook.format, Hook.kinds, Hook.category_id, Hook.secret, Hook.old_secret_until),
        *(Hook.failing_since, Hook.paused_at, Hook.pause_reason, Category.name.label("category")),
        number(*WAITING).label("waiting"),
        number("failed").label("failed"),
        number("held").label("held"),
        last.label("sent_at"),
    ).outerjoin(Category, Category.id == Hook.category_id)
    return query.where(Hook.id == param("hook", BigInteger())) if one else query.order_by(Hook.name, Hook.id)


def _shown(row: Any) -> HookShown:
    until = row.old_secret_until
    return HookShown(
        id=row.id,
        name=row.name,
        url=row.url,
        format=row.format,
        kinds=tuple(row.kinds),
        category_id=row.category_id,
        category=row.category or "",
        secret=row.secret,
        old_secret_until=until if until and until > now() else None,
        failing_since=row.failing_since,
        paused_at=row.paused_at,
        pause_reason=row.pause_reason,
        waiting=row.waiting,
        failed=row.failed,
        held=row.held,
        sent_at=row.sent_at,
    )


def _row(row: Any) -> MessageRow:
    return MessageRow(**_columns(row[0]))


def _columns(row: HookDelivery) -> dict[str, Any]:
    return {
        "id": row.id,
        "hook_id": row.hook_id,
        "kind": row.kind,
        "state": row.state,
        "at": row.created_at,
        "due_at": row.due_at,
        "attempts": row.attempts,
        "status": row.status,
        "answer": row.answer,
    }
