"""A hook is paused: by an admin, because its receiver said that it is gone, or after days of failure. What it is not
told meanwhile is held, until an admin lets it go on."""

from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.db import db
from portal.delivery import queue
from portal.delivery.actions import send_letter
from portal.delivery.models import Hook, HookDelivery
from portal.events.actions import record
from portal.people.models import Person

WAITING = ("due", "deferred")


def pause(hook: Hook, reason: str, *, by_id: int | None = None) -> None:
    """Send nothing more. Admins hear of it, unless one of them did it."""
    if hook.paused_at is not None:
        return
    hook.paused_at, hook.pause_reason = now(), reason
    waiting = update(HookDelivery).where(HookDelivery.hook_id == hook.id, HookDelivery.state.in_(WAITING))
    db.session.execute(waiting.values(state="held").execution_options(synchronize_session=False))
    record("hook.paused", actor_id=by_id, logged=True, hook_id=hook.id, name=hook.name, why=reason)
    if reason != "hand":
        for admin in db.session.scalars(select(Person).where(Person.role == "admin", Person.kind == "account")):
            send_letter("hook-paused", admin, data={"hook": hook.id})


def resume(hook: Hook, *, by_id: int | None, held: bool) -> None:
    """Go on; `held`: with what was held meanwhile, in its order, or without it."""
    if hook.paused_at is None:
        return
    hook.paused_at, hook.pause_reason = None, ""
    hook.failing_since, hook.failures, hook.rests_until = None, 0, None
    kept = update(HookDelivery).where(HookDelivery.hook_id == hook.id, HookDelivery.state == "held")
    what = {"state": "due", "attempts": 0} if held else {"state": "suppressed", "answer": "left out by an admin"}
    db.session.execute(kept.values(what).execution_options(synchronize_session=False))
    record("hook.resumed", actor_id=by_id, logged=True, hook_id=hook.id, name=hook.name)
    queue.nudge_after_commit()
