"""Admins make hooks, change, try, pause and delete them, and let what did not get through be sent again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import delete, update

from portal.config import in_force
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.core.outgoing import NotAllowed, NotSent, reachable, target_of
from portal.core.text import one_line
from portal.delivery import queue
from portal.delivery.models import FORMATS, Hook, HookDelivery
from portal.delivery.webhooks import pausing
from portal.delivery.webhooks.kinds import KINDS, PING
from portal.delivery.webhooks.signing import new_secret
from portal.events.actions import record
from portal.people.viewer import Viewer
from portal.threads.models import Category

LONGEST_NAME, LONGEST_URL = 80, 2_000
BOTH_SIGN = timedelta(hours=24)
"""How long the old secret signs beside a new one."""
REPLAYED = ("failed", "suppressed", "sent")
"""States of what can be sent again."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the form says of a hook."""

    name: str
    url: str
    kinds: tuple[str, ...]
    category_id: int | None = None
    format: str = "standard"


def look_at(url: str) -> None:
    """Whether the address may be called and its host is there. It asks the network: never within a write. Raises
    Invalid."""
    target = _target(url)
    try:
        reachable(target, allowed=in_force().called_networks, seconds=5)
    except NotAllowed:
        words = _("This host is not on the public Internet. A network of your own needs the setting HOOK_NETWORKS.")
        raise Invalid(fields={"url": words}) from None
    except NotSent:
        raise Invalid(fields={"url": _("There is no such host.")}) from None


def create(viewer: Viewer, shape: Shape) -> int:
    """Make one; returns its id. Raises Invalid with all that cannot be taken."""
    _for_admins(viewer)
    hook = Hook(**_checked(shape), secret=new_secret(), created_at=now(), by_id=viewer.id)
    db.session.add(hook)
    db.session.flush()
    _noted(viewer, "hook.created", hook)
    return hook.id


def change(viewer: Viewer, hook_id: int, shape: Shape) -> int:
    """Put another shape into force; returns its id. What is under way goes to the new address."""
    hook = _held(viewer, hook_id)
    for name, value in _checked(shape).items():
        setattr(hook, name, value)
    hook.failures, hook.rests_until = 0, None
    _noted(viewer, "hook.changed", hook)
    queue.nudge_after_commit()
    return hook.id


def renew_secret(viewer: Viewer, hook_id: int) -> None:
    """Another secret; the one before signs too for a day."""
    hook = _held(viewer, hook_id)
    hook.old_secret, hook.old_secret_until = hook.secret, now() + BOTH_SIGN
    hook.secret = new_secret()
    _noted(viewer, "hook.resecreted", hook)


def set_paused(viewer: Viewer, hook_id: int, *, on: bool, held: bool = True) -> None:
    """Pause it, or let it go on; `held`: with what was held meanwhile."""
    hook = _held(viewer, hook_id)
    if on:
        pausing.pause(hook, "hand", by_id=viewer.id)
    else:
        pausing.resume(hook, by_id=viewer.id, held=held)


def remove(viewer: Viewer, hook_id: int) -> None:
    """Delete it, and its log with it."""
    hook = _held(viewer, hook_id)
    _noted(viewer, "hook.deleted", hook)
    db.session.execute(delete(HookDelivery).where(HookDelivery.hook_id == hook_id))
    db.session.execute(delete(Hook).where(Hook.id == hook_id))


def ping(viewer: Viewer, hook_id: int) -> None:
    """Send a message that says nothing. Raises Invalid where it is paused."""
    hook = _going(viewer, hook_id)
    at = now()
    key = f"ping_{hook.id}-{int(at.timestamp() * 1000)}"
    row = HookDelivery(hook_id=hook.id, message_id=key, kind=PING, data={}, created_at=at, due_at=at)
    db.session.add(row)
    hook.rests_until = None
    queue.nudge_after_commit()


def replay(viewer: Viewer, row_id: int) -> int:
    """Send a message again, with the id that it had; returns its hook's. Raises Invalid where that is paused."""
    _for_admins(viewer)
    row = db.session.get(HookDelivery, row_id, populate_existing=True)
    if row is None:
        raise NotFound
    hook = _going(viewer, row.hook_id)
    _again(hook, HookDelivery.id == row_id, HookDelivery.state.in_((*REPLAYED, "deferred")))
    return hook.id


def replay_failed(viewer: Viewer, hook_id: int) -> int:
    """Send all again that failed; returns how many these are. Raises Invalid where it is paused."""
    hook = _going(viewer, hook_id)
    return _again(hook, HookDelivery.hook_id == hook_id, HookDelivery.state == "failed")


def _again(hook: Hook, *which: Any) -> int:
    values = {"state": "due", "due_at": now(), "attempts": 0, "tried_at": None, "sent_at": None}
    again = update(HookDelivery).where(*which).values(values).returning(HookDelivery.id)
    found = db.session.scalars(again.execution_options(synchronize_session=False)).all()
    hook.rests_until = None
    queue.nudge_after_commit()
    return len(found)


def _for_admins(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise NotFound


def _held(viewer: Viewer, hook_id: int) -> Hook:
    _for_admins(viewer)
    hook = db.session.get(Hook, hook_id, populate_existing=True, with_for_update=True)
    if hook is None:
        raise NotFound
    return hook


def _going(viewer: Viewer, hook_id: int) -> Hook:
    hook = _held(viewer, hook_id)
    if hook.paused_at is not None:
        raise Invalid(_("It is paused: let it go on first."))
    return hook


def _noted(viewer: Viewer, kind: str, hook: Hook) -> None:
    """In the log, without the address, which may be a secret."""
    record(kind, actor_id=viewer.id, logged=True, hook_id=hook.id, name=hook.name, host=urlsplit(hook.url).hostname)


def _target(url: str) -> Any:
    try:
        return target_of(url)
    except NotAllowed:
        words = _("Write an address that begins with https:// or http://, without a password; a port is 1024 or more.")
        raise Invalid(fields={"url": words}) from None


def _checked(shape: Shape) -> dict[str, Any]:
    wrong: dict[str, object] = {}
    name, url = one_line(shape.name), shape.url.strip()
    if not name:
        wrong["name"] = _("Give it a name, such as that of what it tells.")
    elif len(name) > LONGEST_NAME:
        wrong["name"] = _("At most %(most)s characters.", most=LONGEST_NAME)
    try:
        _target(url if len(url) <= LONGEST_URL else "")
    except Invalid as error:
        wrong |= error.fields
    kinds = [kind for kind in KINDS if kind in shape.kinds]
    if not kinds:
        wrong["kinds"] = _("Choose at least one.")
    if shape.format not in FORMATS:
        wrong["format"] = _("Choose one of the list.")
    if shape.category_id is not None and db.session.get(Category, shape.category_id) is None:
        wrong["category"] = _("Choose one of the list.")
    if wrong:
        raise Invalid(fields=wrong)
    return {"name": name, "url": url, "kinds": kinds, "category_id": shape.category_id, "format": shape.format}
