"""Messages on their way to hooks: signed, taken, refused, put off, left behind by a worker that died."""

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from portal.core import clock
from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.models import Delivery, Hook, HookDelivery
from portal.delivery.webhooks import running, sending
from portal.delivery.webhooks.signing import new_secret
from portal.events.models import Event
from tests.delivery.webhooks.kept import rows
from tests.delivery.webhooks.receiver import Receiver
from tests.factories import make_hook, make_person, make_thread

pytestmark = pytest.mark.usefixtures("calls_here")


@pytest.fixture
def hook(app: Flask, receiver: Receiver) -> Hook:
    return make_hook(receiver.url, kinds=["thread.created"])


def only() -> HookDelivery:
    [row] = rows()
    return row


def fresh(hook: Hook) -> Hook:
    return db.session.get_one(Hook, hook.id, populate_existing=True)


def later(by: timedelta) -> None:
    """Make it later by moving all that is waited for."""
    for row in rows():
        row.due_at -= by
        row.tried_at = row.tried_at and row.tried_at - by
        row.lease_until = row.lease_until and row.lease_until - by
    for hook in db.session.scalars(sa.select(Hook)):
        hook.rests_until = hook.rests_until and hook.rests_until - by
        hook.failing_since = hook.failing_since and hook.failing_since - by
    db.session.commit()


def test_it_is_sent_once_and_what_was_said_is_kept(hook: Hook, receiver: Receiver) -> None:
    receiver.status, receiver.body = 200, "danke schön".encode()
    make_thread(title="How do I print?")
    assert running.deliver_due() == 1
    assert running.deliver_due() == 0
    row = only()
    assert (row.state, row.attempts, row.status, row.answer) == ("sent", 1, 200, "danke schön")
    [got] = receiver.got
    assert got.json["data"]["thread"]["title"] == "How do I print?"
    assert got.headers["content-type"] == "application/json"
    assert got.body.decode() in row.request
    assert f"webhook-id: {got.id}" in row.request
    assert "/hook" not in row.request.partition("\n\n")[0], "an address may be a secret"


def test_it_is_signed_as_libraries_for_receivers_expect(hook: Hook, receiver: Receiver) -> None:
    make_thread()
    running.deliver_due()
    [got] = receiver.got
    assert Webhook(hook.secret).verify(got.body, got.headers)["type"] == "thread.created"
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(got.body, got.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(hook.secret).verify(got.body + b" ", got.headers)


def test_while_the_secret_is_replaced_both_sign(hook: Hook, receiver: Receiver) -> None:
    old, hook.old_secret, hook.secret = hook.secret, hook.secret, new_secret()
    hook.old_secret_until = now() + timedelta(hours=1)
    db.session.commit()
    make_thread()
    running.deliver_due()
    for secret in (old, hook.secret):
        assert Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)
    hook.old_secret_until = now() - timedelta(seconds=1)
    db.session.commit()
    make_thread()
    running.deliver_due()
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(receiver.got[1].body, receiver.got[1].headers)
    assert Webhook(hook.secret).verify(receiver.got[1].body, receiver.got[1].headers)


@pytest.mark.parametrize("status", [400, 404, 500, 503, 301])
def test_what_is_not_taken_is_tried_again_with_the_same_id(hook: Hook, receiver: Receiver, status: int) -> None:
    receiver.status, receiver.body = status, b"broken"
    receiver.headers = {"Location": "http://169.254.169.254/"}
    make_thread()
    running.deliver_due()
    row = only()
    assert (row.state, row.status, row.attempts) == ("deferred", status, 1)
    assert row.answer == (
        "broken" if status != 301 else "redirects are not followed: the hook needs the address where it leads"
    )
    assert fresh(hook).failing_since is not None
    assert running.deliver_due() == 0
    receiver.status = 200
    later(timedelta(seconds=6))
    assert running.deliver_due() == 1
    assert receiver.got[0].id == receiver.got[1].id
    assert (fresh(hook).failing_since, fresh(hook).failures, fresh(hook).rests_until) == (None, 0, None)


def test_the_attempts_are_spread_over_a_day_and_then_it_failed(hook: Hook, receiver: Receiver) -> None:
    receiver.status = 500
    make_thread()
    waited = timedelta()
    for attempt in range(1, 20):
        running.deliver_due()
        row = only()
        if row.state == "failed":
            break
        wait = row.due_at - now()
        assert wait == pytest.approx(sending.PAUSES[attempt - 1], rel=0.12)
        waited += wait
        later(wait + timedelta(minutes=1))
    assert attempt == 9 == len(receiver.got)
    assert timedelta(hours=21) < waited < timedelta(hours=26)
    assert fresh(hook).paused_at is None


def test_a_receiver_that_is_gone_is_paused_at_once(hook: Hook, receiver: Receiver) -> None:
    make_person("root", role="admin")
    receiver.status = 410
    make_thread()
    make_thread()
    running.deliver_due()
    paused = fresh(hook)
    assert (paused.pause_reason, len(receiver.got)) == ("gone", 1)
    assert [row.state for row in rows()] == ["failed", "held"]
    make_thread()
    assert [row.state for row in rows()] == ["failed", "held", "held"]
    assert running.deliver_due() == 0
    [letter] = db.session.scalars(sa.select(Delivery).filter_by(kind="hook-paused"))
    assert (letter.address, letter.data) == ("root@example.com", {"hook": hook.id})
    [event] = db.session.scalars(sa.select(Event).filter_by(kind="hook.paused"))
    assert event.logged
    assert "whsec" not in str(event.data)


def test_five_days_of_failure_pause_it(hook: Hook, receiver: Receiver) -> None:
    receiver.status = 500
    make_thread()
    running.deliver_due()
    later(timedelta(days=4, hours=23))
    running.deliver_due()
    assert fresh(hook).paused_at is None
    later(timedelta(hours=2))
    running.deliver_due()
    assert fresh(hook).pause_reason == "failing"


def test_it_waits_as_long_as_it_is_asked_to(hook: Hook, receiver: Receiver) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": "600"}
    make_thread()
    make_thread()
    running.deliver_due()
    assert len(receiver.got) == 1, "all of the hook waits"
    later(timedelta(seconds=590))
    assert running.deliver_due() == 0
    assert len(receiver.got) == 1
    receiver.status = 200
    later(timedelta(seconds=20))
    assert running.deliver_due() == 2


def test_what_retry_after_may_say() -> None:
    at = now().replace(microsecond=0)
    with clock.standing(at):
        assert sending.asked_for("7") == timedelta(seconds=7)
        assert sending.asked_for(format_datetime(at + timedelta(minutes=2), usegmt=True)) == timedelta(minutes=2)
        assert sending.asked_for(format_datetime(at - timedelta(minutes=2), usegmt=True)) == timedelta()
        for much in ("999999", format_datetime(at + timedelta(days=9), usegmt=True)):
            assert sending.asked_for(much) == timedelta(hours=1)
        for nothing in ("", "soon", "-5", "99999999999999999999", "٣", "Tue, 99 Foo 2026 00:00:00 GMT"):
            assert sending.asked_for(nothing) == timedelta()


def test_one_that_is_not_liked_does_not_keep_the_others_waiting(hook: Hook, receiver: Receiver) -> None:
    receiver.plan = lambda got, _connection: 400 if got.json["data"]["thread"]["title"] == "Bad" else 200
    for title in ("First", "Bad", "Last"):
        make_thread(title=title)
    assert running.deliver_due() == 2
    assert [got.json["data"]["thread"]["title"] for got in receiver.got] == ["First", "Bad", "Last"]
    assert [row.state for row in rows()] == ["sent", "deferred", "sent"]


def test_a_dead_receiver_is_knocked_at_once_a_rest(hook: Hook, receiver: Receiver) -> None:
    receiver.status = 500
    for _ in range(5):
        make_thread()
    running.deliver_due()
    assert len(receiver.got) == 1
    for _ in range(20):
        before = len(receiver.got)
        later(sending.LONGEST_REST * 1.2)
        running.deliver_due()
        assert len(receiver.got) <= before + 1
    assert {row.state for row in rows()} == {"deferred"}
    receiver.status = 200
    later(timedelta(hours=9))
    assert running.deliver_due() == 5


def test_a_worker_that_died_leaves_it_to_the_next_one(hook: Hook, receiver: Receiver) -> None:
    make_thread()
    make_thread()
    message = write(sending.lease, hook.id)
    assert message is not None
    assert running.deliver_due() == 0, "it is the other worker's, and the order is kept"
    later(sending.LEASE + timedelta(seconds=1))
    assert running.deliver_due() == 2
    assert [row.attempts for row in rows()] == [2, 1]
    write(sending._record, message, sending.Result(is_taken=False, status=500, answer="late"))
    assert [row.state for row in rows()] == ["sent", "sent"], "who comes too late changes nothing"


def test_what_cannot_be_written_does_not_keep_the_others_waiting(
    hook: Hook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_thread(), make_thread()
    real = sending.data_of

    def breaks(hook: Hook, row: HookDelivery) -> Any:
        if row.data["thread"] == first.id:
            raise RuntimeError("a bug")
        return real(hook, row)

    monkeypatch.setattr(sending, "data_of", breaks)
    assert running.deliver_due() == 1
    assert [row.state for row in rows()] == ["deferred", "sent"]
    assert rows()[0].answer == "it could not be written: RuntimeError"
    assert receiver.got[0].json["data"]["thread"]["id"] == second.id


def test_an_address_within_is_not_called(hook: Hook, receiver: Receiver, app: Flask) -> None:
    app.config["RONDO"] = app.config["RONDO"].model_copy(update={"hook_networks": ""})
    make_thread()
    running.deliver_due()
    row = only()
    assert (row.state, row.status, row.answer) == ("deferred", None, "the host is not on the public Internet")
    assert receiver.got == []


def test_what_is_over_is_forgotten_after_a_month(hook: Hook, receiver: Receiver) -> None:
    make_thread()
    running.deliver_due()
    make_thread()
    for row in rows():
        row.created_at -= timedelta(days=31)
    db.session.commit()
    write(running.sweep)
    assert [row.state for row in rows()] == ["due"], "what is still to be sent stays"
