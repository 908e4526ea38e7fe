"""A hook is paused once, admins hear of it unless one of them did it, and it begins anew when it goes on."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.models import Delivery, Hook, HookDelivery
from portal.delivery.webhooks import pausing
from tests.delivery.webhooks.kept import rows
from tests.factories import make_hook, make_person


def paused(hook_id: int, reason: str) -> None:
    write(lambda: pausing.pause(db.session.get_one(Hook, hook_id), reason))


def resumed(hook_id: int, *, held: bool) -> None:
    write(lambda: pausing.resume(db.session.get_one(Hook, hook_id), by_id=None, held=held))


def message(hook_id: int, state: str) -> None:
    at, id_ = now(), f"{hook_id}-{state}"
    row = HookDelivery(hook_id=hook_id, message_id=id_, kind="idea.created", state=state, created_at=at, due_at=at)
    row.sent_at, row.attempts = at if state == "sent" else None, 8
    db.session.add(row)
    db.session.commit()


def test_only_admins_hear_of_it_and_once(app: Flask) -> None:
    make_person("root", role="admin")
    make_person(role="manager")
    hook = make_hook()
    for reason in ("failing", "gone", "hand"):
        paused(hook.id, reason)
    assert db.session.get_one(Hook, hook.id).pause_reason == "failing"
    letters = sa.select(Delivery.address).where(Delivery.kind == "hook-paused")
    assert list(db.session.scalars(letters)) == ["root@example.com"]
    paused(make_hook().id, "hand")
    assert len(db.session.scalars(letters).all()) == 1, "who did it knows"


@pytest.mark.parametrize(("held", "goes_on"), [(True, ("due", 0)), (False, ("suppressed", 8))])
def test_it_begins_anew_with_what_was_held_or_without(app: Flask, held: bool, goes_on: tuple[str, int]) -> None:
    """What it failed with before counts no more: else the next failure would pause it again."""
    hook = make_hook(failing_since=now() - timedelta(days=6), failures=9, rests_until=now() + timedelta(minutes=5))
    for state in ("deferred", "failed", "sent"):
        message(hook.id, state)
    paused(hook.id, "failing")
    resumed(hook.id, held=held)
    hook = db.session.get_one(Hook, hook.id)
    assert (hook.paused_at, hook.failing_since, hook.failures, hook.rests_until) == (None, None, 0, None)
    assert [(row.state, row.attempts) for row in rows()] == [goes_on, ("failed", 8), ("sent", 8)]
