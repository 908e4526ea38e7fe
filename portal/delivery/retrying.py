"""Staff have something tried again."""

from sqlalchemy import update

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, NotFound
from portal.delivery import queue
from portal.delivery.models import Delivery, Hook, HookDelivery
from portal.delivery.policy import can_see_deliveries
from portal.delivery.queries import AGAIN
from portal.delivery.troubles import lift
from portal.loop.telling.settling import mark_waiting
from portal.people.viewer import Viewer


def retry_letter(viewer: Viewer, letter_id: int) -> None:
    """Send it again, or at once, with all that goes in it. Letters to its address are sent again, whatever came back
    from there: who presses the button knows better. Raises NotFound; Conflict, where it is gone or on its way."""
    letter = db.session.get(Delivery, letter_id, with_for_update=True) if can_see_deliveries(viewer) else None
    if letter is None:
        raise NotFound
    if letter.state not in AGAIN or not letter.address:
        raise Conflict
    parts = list(db.session.scalars(db.select(Delivery).where(Delivery.parent_id == letter.id)))
    for each in (letter, *parts):
        if each.state in AGAIN:
            each.state, each.due_at, each.tried_at, each.lease_until = "due", now(), None, None
            if each.notice_id is not None:
                mark_waiting(each.notice_id)
    letter.parent_id = None
    lift(letter.address)
    db.session.flush()
    queue.nudge_after_commit()


def retry_hook(viewer: Viewer, row_id: int) -> None:
    """Send it once more, as it was. Raises NotFound; Conflict, where it is gone or on its way, or its hook paused."""
    row = db.session.get(HookDelivery, row_id, with_for_update=True) if can_see_deliveries(viewer) else None
    if row is None:
        raise NotFound
    hook = db.session.get_one(Hook, row.hook_id)
    if row.state not in ("failed", "deferred", "suppressed") or hook.paused_at is not None:
        raise Conflict
    values = {"state": "due", "due_at": now(), "tried_at": None, "lease_until": None}
    db.session.execute(update(HookDelivery).where(HookDelivery.id == row.id).values(values))
    queue.nudge_after_commit()
