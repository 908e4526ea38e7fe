"""What leaves the house, as staff see it; and what someone sees whose letters come back."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery import letters, troubles
from portal.delivery.actions import send_letter
from portal.delivery.models import Delivery, Hook, HookDelivery, MailChoice
from portal.loop.models import Debt
from portal.notices.models import KINDS as NOTICES
from portal.people.models import Person
from portal.web.deliveries import KINDS
from tests.delivery.waiting import deliver, letters_of, replies, watched_by
from tests.factories import make_idea, make_person
from tests.loop.told import assert_accounts_balance, contact, decide, follow, vote, work
from tests.web.reading import Reader


@pytest.fixture
def manager(app: Flask) -> Reader:
    return Reader(app, make_person("mona", role="manager"))


def letter(person: Person, state: str = "failed", **given: Any) -> Delivery:
    person_id = person.id
    made = write(lambda: send_letter("password", db.session.get_one(Person, person_id)))
    assert made is not None
    row = db.session.get_one(Delivery, made.id)
    values = {"state": state, "sent_at": now() if state == "sent" else None, "answer": "550 5.7.1 Looks like spam"}
    for name, value in (values | given).items():
        setattr(row, name, value)
    db.session.commit()
    return row


def hook_row(state: str = "failed") -> HookDelivery:
    hook = Hook(name="Chat", url="https://example.com/x", format="standard", kinds=[], secret="s", created_at=now())
    db.session.add(hook)
    db.session.flush()
    row = HookDelivery(hook_id=hook.id, message_id="m1", kind="idea.created", state=state, created_at=now())
    row.due_at, row.answer, row.status = now(), "no", 500
    db.session.add(row)
    db.session.commit()
    return row


def rows(page: Any) -> list[str]:
    return [row["id"] for row in page.select("tbody tr")]


def test_letters_by_state_by_person_and_by_cause(manager: Reader) -> None:
    ada, bob = make_person("ada"), make_person("bob")
    failed, sent, other = letter(ada), letter(ada, "sent", answer="250 OK"), letter(bob, "suppressed", answer="read")
    ids = [f"letter-{each.id}" for each in (other, sent, failed)]
    assert rows(manager.read("/staff/deliveries")) == ids
    assert rows(manager.read("/staff/deliveries?state=failed")) == [ids[2]]
    assert rows(manager.read("/staff/deliveries?who=@ada")) == ids[1:]
    assert rows(manager.read("/staff/deliveries?who=BOB@example.com")) == ids[:1]
    assert rows(manager.read("/staff/deliveries?cause=looks like")) == [ids[2]]
    assert rows(manager.read("/staff/deliveries?state=nonsense&at=nonsense")) == ids
    page = manager.read("/staff/deliveries")
    assert "550 5.7.1 Looks like spam" in page.select_one(f"#{ids[2]}").get_text()
    assert "ada@example.com" in page.get_text()


def test_an_address_that_letters_come_back_from_is_known_however_it_is_written(manager: Reader) -> None:
    letter(make_person("ada"), address="Ada@MÜNCHEN.example")
    write(troubles.count, "ada@münchen.example", hard=True, answer="550")
    assert "letters come back" in manager.read("/staff/deliveries").get_text()


def test_one_is_tried_again_without_a_script(manager: Reader) -> None:
    failed = letter(make_person("ada"))
    write(troubles.count, "ada@example.com", hard=True, answer="550")
    page = manager.read("/staff/deliveries?state=failed")
    assert "letters come back" in page.get_text()
    form = page.select_one("tbody form")
    answer = manager.post(form["action"], state="failed")
    assert (answer.status_code, answer.location) == (303, "/staff/deliveries?state=failed")
    again = db.session.get_one(Delivery, failed.id, populate_existing=True)
    assert (again.state, again.tried_at) == ("due", None)
    assert not troubles.suppressed("ada@example.com")
    manager.post(form["action"])
    assert "on its way" in manager.read("/staff/deliveries").get_text()


def test_what_it_would_pay_waits_again(manager: Reader) -> None:
    idea, asker = make_idea(), contact()
    vote(idea, asker)
    decide(idea, "shipped")
    work()
    row = db.session.scalars(sa.select(Delivery).where(Delivery.person_id == asker.id)).one()
    write(lambda: troubles.bounced(db.session.get_one(Delivery, row.id), hard=True, answer="550 5.1.1 Nobody"))
    owed = sa.select(Debt.state).where(Debt.person_id == asker.id)
    assert db.session.scalar(owed) == "undeliverable"
    manager.post(f"/staff/deliveries/{row.id}/retry")
    assert db.session.scalar(owed) == "pending"
    assert deliver(asker) == 1
    assert db.session.scalar(owed) == "told"
    assert_accounts_balance()


def test_what_goes_together_is_tried_again_together_and_a_part_of_it_by_itself(manager: Reader) -> None:
    ada = make_person("ada")
    replies(watched_by(ada), 2)

    def failed() -> list[Delivery]:
        first, second = letters_of(ada)
        first.state, second.state, second.parent_id = "failed", "failed", first.id
        db.session.commit()
        return [first, second]

    first, second = failed()
    for letter_id, then in (
        (first.id, [("due", None), ("due", first.id)]),
        (second.id, [("failed", None), ("due", None)]),
    ):
        failed()
        manager.post(f"/staff/deliveries/{letter_id}/retry")
        assert [(each.state, each.parent_id) for each in letters_of(ada)] == then


def test_what_goes_to_nobody_any_more_is_not_tried_again(manager: Reader) -> None:
    row = letter(make_person(), "suppressed", address="")
    manager.post(f"/staff/deliveries/{row.id}/retry")
    assert db.session.get_one(Delivery, row.id, populate_existing=True).state == "suppressed"


def test_what_they_said_no_to_does_not_wait_again(manager: Reader) -> None:
    idea, asker = make_idea(), contact()
    vote(idea, asker)
    decide(idea, "shipped")
    work()
    follow(asker, idea.thread_id, "mute")
    assert deliver(asker) == 0
    row = db.session.scalars(sa.select(Delivery).where(Delivery.person_id == asker.id)).one()
    manager.post(f"/staff/deliveries/{row.id}/retry")
    assert db.session.get_one(Delivery, row.id, populate_existing=True).state == "due"
    owed = sa.select(Debt.state, Debt.cause).where(Debt.person_id == asker.id)
    assert db.session.execute(owed).one() == ("undeliverable", "muted")
    assert deliver(asker) == 0


def test_what_hooks_send(manager: Reader) -> None:
    row = hook_row()
    page = manager.read("/staff/deliveries/hooks?state=failed")
    assert rows(page) == [f"message-{row.id}"]
    assert "Chat" in page.get_text()
    assert "New ideas" in page.get_text()
    assert manager.post(page.select_one("tbody form")["action"]).status_code == 303
    assert db.session.get_one(HookDelivery, row.id, populate_existing=True).state == "due"


def test_what_a_hook_took_or_cannot_take_now_is_not_sent_again(manager: Reader) -> None:
    row = hook_row()
    for state, paused_at in (("failed", now()), ("sent", None)):
        db.session.get_one(Hook, row.hook_id).paused_at = paused_at
        row.state, row.sent_at = state, now()
        db.session.commit()
        manager.post(f"/staff/deliveries/hooks/{row.id}/retry")
        assert db.session.get_one(HookDelivery, row.id, populate_existing=True).state == state


@pytest.mark.parametrize("role", ["member", "agent", "moderator"])
def test_nobody_else_sees_addresses(app: Flask, role: str) -> None:
    row, hook = letter(make_person("ada")), hook_row()
    reader = Reader(app, make_person(role=role))
    assert reader.client.get("/staff/deliveries").status_code == 404
    assert reader.client.get("/staff/deliveries/hooks").status_code == 404
    assert reader.post(f"/staff/deliveries/{row.id}/retry").status_code == 404
    assert reader.post(f"/staff/deliveries/hooks/{hook.id}/retry").status_code == 404
    assert "/staff/deliveries" not in reader.client.get("/").text


def test_figures_for_machines(app: Flask, client: FlaskClient) -> None:
    letter(make_person("ada"))
    due = letter(make_person("bob"), "due")
    due.due_at = now() - timedelta(days=365)
    db.session.commit()
    hook_row()
    for sent_at in (now(), now() - timedelta(days=2)):
        sent = letter(make_person(), "sent")
        sent.due_at = sent.sent_at = sent_at
    db.session.commit()
    told = client.get("/metrics").text.splitlines()
    assert 'rondo_letters{state="failed"} 1' in told
    assert 'rondo_letters{state="sent"} 1' in told, "of the last day: all that was ever sent is not counted"
    assert 'rondo_hooks{state="failed"} 1' in told
    [oldest] = [line for line in told if line.startswith("rondo_letters_oldest_due_seconds ")]
    assert float(oldest.split()[1]) > 364 * 86400


def test_someone_whose_letters_come_back_sees_it_on_every_page_and_confirms_again(app: Flask) -> None:
    ada = make_person("ada")
    reader = Reader(app, ada)
    assert reader.read("/").select(".returned") == []
    write(troubles.count, "ada@example.com", hard=True, answer="550 5.1.1 Nobody")
    for path in ("/", "/settings/notices", "/inbox"):
        assert "Letters to you come back" in reader.read(path).select_one(".returned").get_text()
    reader.post("/settings/address/confirm")
    [row] = db.session.scalars(sa.select(Delivery).where(Delivery.person_id == ada.id))
    assert deliver(ada) == 1
    assert row.kind == "confirm"


def test_how_often_letters_come(app: Flask) -> None:
    ada = make_person("ada")
    reader = Reader(app, ada)
    chosen = "/settings/notices"
    assert reader.read(chosen).select_one("input[name=often][checked]")["value"] == "each"
    assert reader.post(chosen, often="weekly", mail="replies").status_code == 303
    assert reader.read(chosen).select_one("input[name=often][checked]")["value"] == "weekly"
    choice = db.session.get_one(MailChoice, ada.id, populate_existing=True)
    assert choice.next_at is not None
    assert choice.next_at.weekday() == 0
    reader.post(chosen, often="nonsense")
    reader.post(chosen)
    assert db.session.get_one(MailChoice, ada.id, populate_existing=True).every == "weekly"


def test_every_letter_has_a_name() -> None:
    assert {*letters.KINDS} - {"notice"} | {*NOTICES} <= KINDS.keys()
