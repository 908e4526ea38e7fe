"""Who sees to a question, and until when it is put away."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from portal.core.clock import now
from portal.core.db import db
from portal.people.models import Person
from portal.threads.models import Category, Thread
from tests.factories import make_person, make_reply, make_thread
from tests.web.inbox.desk import INBOX, MONDAY, post, question_of, row_of, standing, titles, words
from tests.web.reading import soup


def test_taken_given_away_and_let_go(client: FlaskClient, agent: Person, category: Category):
    thread = make_thread(category=category)
    bo = make_person("bo", name="Bo Colleague", role="manager")
    at = f"/staff/questions/{thread.id}/assign"
    answer = post(client, at, to="me")
    assert (answer.status_code, answer.location) == (303, f"{INBOX}?which=x")
    assert "You see to it" in words(row_of(client, thread))
    form = client.get(at)
    assert [option["value"] for option in soup(form).select("option[selected]")] == [str(agent.id)]
    answer = post(client, at, to=str(bo.id), note="You know <b>printers</b>", back=f"{INBOX}?who=me")
    assert answer.location == f"{INBOX}?who=me"
    row = row_of(client, thread)
    assert "Bo Colleague sees to it" in words(row)
    assert "assigned by Aggie Agent" in words(row)
    assert "You know <b>printers</b>" in words(row)
    assert "Assigned to Bo Colleague" in words(soup(client.get(at)))
    assert post(client, at, to="").status_code == 303
    assert question_of(thread).assignee_id is None
    kinds = [line.kind for line in events_of(thread)]
    assert kinds == ["question.assigned", "question.assigned", "question.unassigned"]


def events_of(thread: Thread) -> list[Any]:
    from portal.events.models import Event

    found = db.session.scalars(db.select(Event).filter_by(thread_id=thread.id).order_by(Event.id))
    return [event for event in found if event.kind.startswith("question.")]


def test_only_the_team_sees_to_questions(client: FlaskClient, agent: Person, category: Category):
    thread = make_thread(category=category)
    at = f"/staff/questions/{thread.id}/assign"
    for to in (str(make_person().id), "999999", "x", "²"):
        answer = post(client, at, to=to)
        assert answer.status_code == 422, to
        assert "Choose someone on the team" in answer.text
    assert post(client, at, to="me", note="x" * 501).status_code == 422
    assert post(client, "/staff/questions/999999/assign", to="me").status_code == 404
    talk = make_thread(kind="discussion")
    assert post(client, f"/staff/questions/{talk.id}/assign", to="me").status_code == 404
    assert question_of(thread).assignee_id is None


def test_who_has_left_the_team_sees_to_nothing(client: FlaskClient, agent: Person, category: Category):
    thread = make_thread(category=category)
    bo = make_person("bo", name="Bo Colleague", role="agent")
    post(client, f"/staff/questions/{thread.id}/assign", to=str(bo.id))
    assert titles(client, "who=nobody") == []
    bo.role = "member"
    db.session.commit()
    assert titles(client, "who=nobody") == [thread.title]
    assert "Bo Colleague" not in words(row_of(client, thread))


def test_in_place_the_row_comes_back(client: FlaskClient, agent: Person, category: Category):
    thread = make_thread(category=category)
    at, place = f"/staff/questions/{thread.id}", f"question-{thread.id}"
    answer = post(client, f"{at}/assign", htmx=place, to="me")
    row = soup(answer).select_one(f"li#{place}")
    assert row is not None
    assert row["data-say"] == "Assigned."
    button = row.select_one(f"#take-{thread.id}")
    assert button is not None
    assert (button["aria-pressed"], button["value"]) == ("true", "")
    form = client.get(f"{at}/assign", headers={"HX-Request": "true", "HX-Target": f"see-{thread.id}"})
    assert form.text.startswith("<form")
    assert "hx-post" in form.text
    refused = post(client, f"{at}/assign", htmx=place, to="999999")
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (422, f"#see-{thread.id}")
    answer = post(client, f"{at}/snooze", htmx=place, until="hour")
    assert "Snoozed until" in answer.text


def snoozed_at(client: FlaskClient, thread: Thread, moment: datetime, **fields: str) -> datetime | None:
    with standing(moment):
        post(client, f"/staff/questions/{thread.id}/snooze", **fields)
    return question_of(thread).snoozed_until


def test_snoozed_until_a_morning(client: FlaskClient, agent: Person, category: Category):
    thread = make_thread(category=category)
    friday = datetime(2026, 11, 6, 12, 0, tzinfo=UTC)
    cases = {
        ("hour", ""): friday + timedelta(hours=1),
        ("tomorrow", ""): MONDAY + timedelta(days=7),  # nobody is there on Saturday
        ("week", ""): MONDAY + timedelta(days=7),
        ("day", "2026-11-11"): MONDAY + timedelta(days=9),
    }
    for (until, day), moment in cases.items():
        assert snoozed_at(client, thread, friday, until=until, day=day) == moment
    for fields in (
        {"until": "day"},
        {"until": "day", "day": "2020-01-01"},
        {"until": "x"},
        {"until": "day", "day": "x"},
    ):
        with standing(friday):
            assert post(client, f"/staff/questions/{thread.id}/snooze", **fields).status_code == 422, fields


def test_what_is_snoozed_comes_back_in_time_or_when_its_asker_writes(
    client: FlaskClient, agent: Person, category: Category
):
    asker = make_person("mia")
    thread, other = make_thread(asker, category=category), make_thread(asker, category=category, title="Other")
    for each in (thread, other):
        post(client, f"/staff/questions/{each.id}/snooze", until="hour", note="They will call")
    assert titles(client) == titles(client, "which=unanswered") == []
    assert titles(client, "which=snoozed") == [thread.title, "Other"]
    assert "They will call" in words(row_of(client, thread, "which=snoozed"))
    make_reply(thread, make_person("helper"))
    assert titles(client) == []
    make_reply(thread, asker)
    assert titles(client) == [thread.title]
    with standing(now() + timedelta(minutes=61)):
        assert titles(client) == [thread.title, "Other"]
        assert "Snoozed until" not in words(row_of(client, other))
    post(client, f"/staff/questions/{other.id}/snooze", on="0")
    assert titles(client) == [thread.title, "Other"]
    assert [event.kind for event in events_of(other)] == ["question.snoozed", "question.woken"]
