"""The pages on which admins make webhooks and see what became of their messages."""

import html
import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.clock import now
from portal.core.db import db, write
from portal.delivery.models import Hook, HookDelivery
from portal.delivery.webhooks import pausing, running
from portal.delivery.webhooks.kinds import KINDS
from portal.events.models import Event
from portal.people.models import Person
from tests.delivery.webhooks.receiver import Receiver, receiving
from tests.factories import make_category, make_hook, make_person, make_thread
from tests.signing_in import csrf_of, sign_in

URL = "https://hooks.example.com/in?key=s3cret"
HX = {"HX-Request": "true", "HX-Target": "log"}


@pytest.fixture
def admin(client: FlaskClient) -> Person:
    person = make_person("ada", role="admin", password_hash="x")
    sign_in(client, person)
    return person


@pytest.fixture(autouse=True)
def resolver(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the names of the tests resolve to."""
    known = {"hooks.example.com": "93.184.216.34", "inside.example.com": "10.0.0.7", "127.0.0.1": "127.0.0.1"}

    def resolve(host: str, port: int, *_args: Any, **_given: Any) -> list[Any]:
        if host not in known:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known[host], port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


@pytest.fixture
def receiver(app: Flask) -> Iterator[Receiver]:
    settings = app.config["RONDO"]
    app.config["RONDO"] = settings.model_copy(update={"hook_networks": "127.0.0.1/32"})
    with receiving() as made:
        yield made
    app.config["RONDO"] = settings


def post(client: FlaskClient, address: str, **fields: Any) -> Any:
    return client.post(address, data={"csrf_token": csrf_of(client, "/admin/hooks/new"), **fields})


FIELDS = {"name": "Chat", "url": URL, "format": "standard", "kinds": ["idea.created", "loop.told"], "category": ""}


def only_hook() -> Hook:
    return db.session.scalars(db.select(Hook).execution_options(populate_existing=True)).one()


def logged() -> list[str]:
    return list(db.session.scalars(db.select(Event.kind).where(Event.kind.startswith("hook.")).order_by(Event.id)))


def test_one_is_made_and_its_secret_can_be_read(client: FlaskClient, admin: Person) -> None:
    assert "No webhooks yet" in client.get("/admin/hooks").text
    made = post(client, "/admin/hooks/new", **FIELDS)
    hook = only_hook()
    assert made.location == f"/admin/hooks/{hook.id}"
    assert (hook.name, hook.url, hook.kinds, hook.by_id) == ("Chat", URL, ["idea.created", "loop.told"], admin.id)
    page = client.get(made.location).text
    assert hook.secret in page
    assert "hooks.example.com" in client.get("/admin/hooks").text
    assert "s3cret" not in client.get("/admin/hooks").text
    [event] = db.session.scalars(db.select(Event).where(Event.kind == "hook.created"))
    assert event.logged
    assert "s3cret" not in str(event.data)
    assert hook.secret not in str(event.data)
    assert "Made a webhook: Chat" in client.get("/staff/log?about=portal").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", " ", "Give it a name"),
        ("name", "x" * 81, "At most 80"),
        ("url", "", "Write an address"),
        ("url", "ftp://hooks.example.com/", "Write an address"),
        ("url", "https://ada:pw@hooks.example.com/", "without a password"),
        ("url", "https://hooks.example.com:22/", "is 1024 or more"),
        ("url", "https://inside.example.com/", "not on the public Internet"),
        ("url", "http://127.0.0.1:8080/", "not on the public Internet"),
        ("url", "https://nowhere.example.com/", "no such host"),
        ("kinds", [], "Choose at least one"),
        ("kinds", ["staff.notes"], "Choose at least one"),
        ("format", "xml", "Choose one of the list"),
        ("category", "999999", "Choose one of the list"),
    ],
)
def test_what_cannot_be_keeps_what_was_typed(
    client: FlaskClient, admin: Person, field: str, value: Any, words: str
) -> None:
    answer = post(client, "/admin/hooks/new", **(FIELDS | {field: value}))
    assert answer.status_code == 422
    assert words in answer.text
    assert f'href="#{field}"' in answer.text
    assert field == "name" or 'value="Chat"' in answer.text
    assert db.session.scalars(db.select(Hook)).all() == []


def test_it_is_changed_and_the_address_is_looked_at_again(client: FlaskClient, admin: Person) -> None:
    category, hook = make_category("Printing"), make_hook(URL, failures=3, rests_until=now() + timedelta(minutes=5))
    at = f"/admin/hooks/{hook.id}/edit"
    assert html.escape(URL) in client.get(at).text
    assert post(client, at, **(FIELDS | {"url": "https://inside.example.com/"})).status_code == 422
    changed = post(client, at, **(FIELDS | {"category": str(category.id), "format": "slack", "name": "Slack"}))
    assert changed.location == f"/admin/hooks/{hook.id}"
    now_is = only_hook()
    assert (now_is.name, now_is.format, now_is.category_id) == ("Slack", "slack", category.id)
    assert (now_is.failures, now_is.rests_until) == (0, None), "another address may take it at once"
    page = client.get(changed.location).text
    assert "Printing" in page
    assert now_is.secret not in page, "nobody signs for Slack"


def test_a_new_secret_and_the_old_one_for_a_day(client: FlaskClient, admin: Person) -> None:
    hook = make_hook(URL)
    old = hook.secret
    assert post(client, f"/admin/hooks/{hook.id}/secret").status_code == 303
    renewed = only_hook()
    assert renewed.old_secret == old != renewed.secret
    assert renewed.old_secret_until is not None
    assert timedelta(hours=23) < renewed.old_secret_until - now() <= timedelta(hours=24)
    page = client.get(f"/admin/hooks/{hook.id}").text
    assert renewed.secret in page
    assert old not in page
    assert "signs too until" in page


def test_a_test_message_and_what_was_answered(client: FlaskClient, admin: Person, receiver: Receiver) -> None:
    receiver.status, receiver.body = 200, b"<b>thanks</b>"
    hook = make_hook(receiver.url)
    assert post(client, f"/admin/hooks/{hook.id}/ping").location == f"/admin/hooks/{hook.id}#log"
    waiting = client.get(f"/admin/hooks/{hook.id}").text
    assert 'hx-trigger="every 2s"' in waiting
    running.deliver_due()
    assert receiver.got[0].json["data"] == {"hook": {"id": hook.id, "name": "Chat"}}
    part = client.get(f"/admin/hooks/{hook.id}", headers=HX).text
    assert part.startswith('<section id="log"')
    assert "hx-trigger" not in part
    assert "Taken" in part
    shown = client.get(re.search(r"/admin/hooks/messages/\d+", part)[0]).text  # type: ignore[index]
    assert "&lt;b&gt;thanks&lt;/b&gt;" in shown
    assert "webhook-signature: v1," in shown
    assert "Works" in client.get("/admin/hooks").text


def test_what_failed_is_sent_again_with_the_same_id(client: FlaskClient, admin: Person, receiver: Receiver) -> None:
    hook = make_hook(receiver.url, kinds=["thread.created"])
    for _ in range(3):
        make_thread()
    for row in db.session.scalars(db.select(HookDelivery)):
        row.state, row.attempts = "failed", 9
    db.session.commit()
    assert "Send all 3 again" in client.get(f"/admin/hooks/{hook.id}").text
    first = db.session.scalars(db.select(HookDelivery.id).order_by(HookDelivery.id)).first()
    assert post(client, f"/admin/hooks/messages/{first}/replay").status_code == 303
    running.deliver_due()
    assert len(receiver.got) == 1
    post(client, f"/admin/hooks/{hook.id}/replay")
    running.deliver_due()
    assert len(receiver.got) == 3
    post(client, f"/admin/hooks/messages/{first}/replay")
    running.deliver_due()
    ids = [got.id for got in receiver.got]
    assert ids[0] == ids[3]
    assert len(set(ids)) == 3
    row = db.session.get_one(HookDelivery, first, populate_existing=True)
    row.state, row.lease_until = "leased", now() + timedelta(minutes=1)
    db.session.commit()
    post(client, f"/admin/hooks/messages/{first}/replay")
    assert db.session.get_one(HookDelivery, first, populate_existing=True).state == "leased", "it is under way"


def test_paused_and_let_go_on_with_what_was_held_or_without(
    client: FlaskClient, admin: Person, receiver: Receiver
) -> None:
    hook = make_hook(receiver.url, kinds=["thread.created"])
    at = f"/admin/hooks/{hook.id}"
    for held, told in (("1", 1), ("0", 1)):
        assert post(client, f"{at}/pause", on="1").status_code == 303
        make_thread()
        assert running.deliver_due() == 0
        page = client.get(at).text
        assert "1 message is held" in page
        refused = post(client, f"{at}/ping")
        assert refused.status_code == 422
        assert "let it go on first" in refused.text
        assert post(client, f"{at}/replay").status_code == 422
        post(client, f"{at}/pause", on="0", held=held)
        running.deliver_due()
        assert len(receiver.got) == told
    assert logged() == ["hook.paused", "hook.resumed"] * 2


def test_one_that_was_paused_by_failing_stands_out(client: FlaskClient, admin: Person) -> None:
    hook = make_hook(URL)
    write(lambda: pausing.pause(db.session.get_one(Hook, hook.id), "failing"))
    page = client.get("/admin/hooks").text
    assert "1 webhook was paused because its receiver does not take messages" in page
    assert "Paused after five days of failure" in page


def test_deleted_with_its_log(client: FlaskClient, admin: Person, receiver: Receiver) -> None:
    hook = make_hook(receiver.url)
    make_thread()
    running.deliver_due()
    hook_id = hook.id
    assert post(client, f"/admin/hooks/{hook_id}/delete").location == "/admin/hooks"
    assert db.session.scalars(db.select(HookDelivery)).all() == []
    assert client.get(f"/admin/hooks/{hook_id}").status_code == 404
    assert logged() == ["hook.deleted"]


def test_it_goes_with_its_category(client: FlaskClient, admin: Person) -> None:
    category = make_category()
    make_hook(URL, category_id=category.id)
    assert post(client, f"/admin/categories/{category.id}/delete").status_code == 303
    assert db.session.scalars(db.select(Hook)).all() == []


@pytest.mark.parametrize(
    "address", ["/admin/hooks/99", "/admin/hooks/99/edit", "/admin/hooks/messages/99", "/admin/hooks/99?only=failed"]
)
def test_what_is_not_there(client: FlaskClient, admin: Person, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_log_costs_the_same_with_3_and_with_300(client: FlaskClient, admin: Person, statements: list[str]) -> None:
    hook = make_hook(URL)

    def add(count: int) -> None:
        for number in range(count):
            row = {"hook_id": hook.id, "message_id": f"m{count}-{number}", "kind": KINDS[number % len(KINDS)]}
            db.session.add(HookDelivery(**row, data={}, created_at=now(), due_at=now() + timedelta(hours=1)))
        db.session.commit()

    pages = (f"/admin/hooks/{hook.id}", "/admin/hooks")
    costs = []
    for count in (3, 300):
        add(count)
        for page in pages:
            client.get(page)
            statements.clear()
            assert client.get(page).status_code == 200
            costs.append(len(statements))
        for number in range(20):
            make_hook(URL, name=f"Hook {number}")
    assert costs[:2] == costs[2:]
    assert "at=" in client.get(pages[0]).text
