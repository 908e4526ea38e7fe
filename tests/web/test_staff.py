"""The pages of staff: the log, and keeping someone out."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import portal
from portal.core.clock import now
from portal.core.db import db, write
from portal.events.actions import record
from portal.people.actions import administering
from portal.people.actions.suspending import suspend
from portal.people.models import LoginSession, Person, Suspension
from portal.site.actions import change_site
from portal.web.logged import WORDS
from tests.factories import make_category, make_person, make_thread, viewer_of
from tests.signing_in import csrf_of, sign_in

NOUNS = (
    *("person", "group", "organisation", "site", "page", "category", "tag", "hook", "status", "thread", "publishing"),
    *("post", "answer", "choice", "question", "idea", "announcement", "loop"),
)
NOT_LOGGED = {
    "idea.retold",
    "person.signed_up",
    "person.password_changed",
    "person.password_reset",
    "thread.started",
    "post.written",
    "idea.voted",
    "idea.unvoted",
    "person.claimed",
    "person.not_me",
    "announcement.changed",
    "announcement.waiting",
    "loop.answered",
    "loop.asked",
    "loop.reminded",
    "loop.replied",
    "question.assigned",
    "question.unassigned",
    "question.snoozed",
    "question.woken",
}


@pytest.fixture
def moderator(client: FlaskClient) -> Person:
    person = make_person("mod", name="Mona Moderator", role="moderator")
    sign_in(client, person)
    return person


@pytest.fixture
def member(app: Flask) -> Person:
    return make_person("mia", name="Mia Berg")


def post(client: FlaskClient, address: str, **fields: object):
    return client.post(address, data={"csrf_token": csrf_of(client, "/staff/log"), **fields})


def test_who_what_when_and_why(client: FlaskClient, moderator: Person, member: Person):
    write(suspend, viewer_of(moderator), member.id, reason="Sells <b>shoes</b>")
    text = client.get("/staff/log").text
    for words in ("Suspended", "Mia Berg", "/people/mia", "Mona Moderator", "Sells &lt;b&gt;shoes"):
        assert words in text


def kinds_recorded() -> set[str]:
    """Every kind that some action records, read from the source."""
    source = "".join(path.read_text() for path in Path(portal.__file__).parent.rglob("*.py") if "actions" in str(path))
    return set(re.findall(rf'"((?:{"|".join(NOUNS)})\.[a-z_]+)"', source))


def test_every_kind_that_is_logged_has_words():
    assert kinds_recorded() - NOT_LOGGED <= set(WORDS)


def test_what_only_admins_may_know_is_left_out_for_others(client: FlaskClient, moderator: Person, member: Person):
    admin = make_person("ada", role="admin")
    write(change_site, viewer_of(admin), name="Renamed")
    write(administering.set_role, viewer_of(admin), member.id, role="agent")
    write(suspend, viewer_of(admin), make_person("sue", name="Sue").id, reason="Spam")
    text = client.get("/staff/log").text
    assert "Sue" in text
    assert "Changed the role" not in text
    assert "settings of the portal" not in text
    sign_in(client, admin)
    text = client.get("/staff/log").text
    assert "Changed the role from Member to Agent" in text
    assert "settings of the portal" in text


def test_parts_of_the_log(client: FlaskClient, moderator: Person, member: Person):
    viewer = viewer_of(moderator)
    thread = make_thread(category=make_category())
    write(record, "thread.locked", actor_id=viewer.id, thread_id=thread.id, reason="Heated", logged=True)
    write(record, "thread.started", actor_id=viewer.id, thread_id=thread.id)
    write(suspend, viewer, member.id, reason="Spam")
    shown = lambda query: client.get(f"/staff/log?{query}").text  # noqa: E731
    assert thread.title in shown("about=conversations")
    assert "Heated" in shown("about=conversations")
    assert "Spam" not in shown("about=conversations")
    assert "Heated" not in shown("about=people")
    assert "Heated" not in shown(f"person={member.id}")
    assert "Spam" not in shown(f"thread={thread.id}")
    assert "Heated" in shown("about=nonsense&person=x&thread=-1&at=zzz")
    assert "thread.started" not in shown("")


def test_suspended_until_the_end_of_a_day(client: FlaskClient, app: Flask, moderator: Person, member: Person):
    sign_in(app.test_client(), member)
    day = (now() + timedelta(days=3)).date()
    answer = post(client, f"/staff/people/{member.id}/suspend", reason="Spam", until=day.isoformat())
    assert answer.location == f"/staff/people/{member.id}"
    found = db.session.scalars(db.select(Suspension)).one()
    assert found.until
    assert found.until.date() == day + timedelta(days=1)
    assert not db.session.scalars(db.select(LoginSession).filter_by(person_id=member.id)).all()
    assert "Spam" in client.get(answer.location).text


def test_a_suspension_that_cannot_be(client: FlaskClient, moderator: Person, member: Person):
    at = f"/staff/people/{member.id}/suspend"
    for fields in ({"reason": ""}, {"reason": "x", "until": "2001-01-01"}, {"reason": "x", "until": "yesterday"}):
        answer = post(client, at, **fields)
        assert answer.status_code == 422, fields
    assert not db.session.scalars(db.select(Suspension)).all()
    assert post(client, at, reason="x", until="9999-12-31").status_code == 303


def test_lifted(client: FlaskClient, moderator: Person, member: Person):
    post(client, f"/staff/people/{member.id}/suspend", reason="Spam")
    assert post(client, f"/staff/people/{member.id}/lift", reason="A mistake").status_code == 303
    text = client.get(f"/staff/people/{member.id}").text
    assert "Lifted the suspension" in text
    assert "A mistake" in text


def test_nobody_above_oneself(client: FlaskClient, moderator: Person):
    for role in ("agent", "admin"):
        person = make_person(role=role)
        assert "Only an admin" in client.get(f"/staff/people/{person.id}").text
        assert post(client, f"/staff/people/{person.id}/suspend", reason="x").status_code == 403
    assert "This is you" in client.get(f"/staff/people/{moderator.id}").text
    assert not db.session.scalars(db.select(Suspension)).all()


def test_moderators_are_not_shown_addresses(client: FlaskClient, moderator: Person, member: Person):
    assert "mia@example.com" not in client.get(f"/staff/people/{member.id}").text


def test_told_why_when_signing_in(app: Flask, moderator: Person):
    from portal.people import passwords

    member = make_person("kim", password_hash=passwords.hashed("a word and another"))
    write(suspend, viewer_of(moderator), member.id, reason="Sells shoes")
    browser = app.test_client()
    for password, told in (("wrong", False), ("a word and another", True)):
        token = csrf_of(browser, "/sign-in")
        answer = browser.post("/sign-in", data={"csrf_token": token, "login": "kim", "password": password})
        assert ("Sells shoes" in answer.text) == told
