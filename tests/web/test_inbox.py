"""The staff inbox: what is due next on top, in words; assigned, snoozed, narrowed, and kept as views."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient

from portal.core import clock
from portal.core.clock import now
from portal.core.db import db, write
from portal.people.models import Organisation, Person
from portal.questions.actions.targets import set_targets
from portal.questions.models import Question, SavedView
from portal.site.actions import change_site
from portal.threads.models import Category, Thread
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of
from tests.signing_in import csrf_of, sign_in
from tests.web.reading import soup

INBOX = "/staff/inbox"
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def agent(client: FlaskClient) -> Person:
    person = make_person("aggie", name="Aggie Agent", role="agent")
    sign_in(client, person)
    return person


@contextmanager
def standing(moment: datetime) -> Iterator[None]:
    """The clock stands, for requests too: each has a context of its own."""

    class Stopped:
        @staticmethod
        def now(zone: tzinfo) -> datetime:
            return moment.astimezone(zone)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "datetime", Stopped)
        yield


@pytest.fixture
def category(app: Flask) -> Category:
    return make_category("Printing")


def post(client: FlaskClient, address: str, *, htmx: str = "", **fields: object) -> Any:
    headers = {"HX-Request": "true", "HX-Target": htmx} if htmx else {"Referer": f"http://localhost{INBOX}?which=x"}
    return client.post(address, data={"csrf_token": csrf_of(client, INBOX), **fields}, headers=headers)


def titles(client: FlaskClient, query: str = "") -> list[str]:
    page = soup(client.get(f"{INBOX}?{query}" if query else INBOX))
    return [link.get_text() for link in page.select(".row h2 a")]


def row_of(client: FlaskClient, thread: Thread, query: str = "") -> Tag:
    found = soup(client.get(f"{INBOX}?{query}")).select_one(f"#question-{thread.id}")
    assert found is not None
    return found


def words(tag: Any) -> str:
    return " ".join(tag.get_text(" ").split())


def question_of(thread: Thread) -> Question:
    return db.session.get_one(Question, thread.id, populate_existing=True)


def promise(category: Category, first_reply: int | None = None, waiting: int | None = None) -> None:
    admin = viewer_of(make_person(role="admin"))
    write(set_targets, admin, category.id, first_reply=first_reply, waiting=waiting)


# What stands in it


def test_what_waits_for_us_and_what_nobody_answered(client: FlaskClient, agent: Person, category: Category):
    member = make_person("mia", name="Mia Berg")
    asked = make_thread(member, category=category, title="Where is the key?")
    answered = make_thread(member, category=category, title="Who has the lid?")
    make_reply(answered, make_person("helper"))
    assert titles(client) == ["Where is the key?", "Who has the lid?"]
    assert titles(client, "which=unanswered") == ["Where is the key?"]
    row = words(row_of(client, asked))
    assert "New here" in row
    assert "2 of theirs wait" in row
    make_reply(asked, agent)
    assert titles(client) == ["Who has the lid?"]


def test_an_empty_inbox_says_what_comes_here(client: FlaskClient, agent: Person):
    assert "Nobody is waiting for us" in client.get(INBOX).text
    assert "Every question has an answer" in client.get(f"{INBOX}?which=unanswered").text
    assert "Nothing is snoozed" in client.get(f"{INBOX}?which=snoozed").text
    assert "No question of this part is like that" in client.get(f"{INBOX}?new=1").text


def test_what_is_due_next_is_on_top_and_what_has_passed_says_so(client: FlaskClient, agent: Person):
    slow, quick, none = make_category("Slow"), make_category("Quick"), make_category("None")
    promise(slow, first_reply=240, waiting=600)
    promise(quick, first_reply=30, waiting=120)
    threads: dict[str, Thread] = {}
    for minute, place in enumerate((none, slow, quick)):
        with standing(MONDAY + timedelta(minutes=minute)):
            threads[place.name] = make_thread(category=place, title=place.name)
    with standing(MONDAY + timedelta(minutes=32 + 80)):
        assert titles(client) == ["Quick", "Slow", "None"]
        late = row_of(client, threads["Quick"])
        assert "First reply: 1 h 20 min past its target" in words(late)
        assert "Our reply: due in 10 min" in words(late)
        assert [pill["class"][-1] for pill in late.select(".due .pill")] == ["bad", "warn"]
        assert all(pill.select_one("svg") for pill in late.select(".due .pill"))
        fine = row_of(client, threads["Slow"])
        assert "First reply: due in 2 h 9 min" in words(fine)
        assert not fine.select(".due .bad, .due .warn")
        assert not row_of(client, threads["None"]).select(".due .pill")
    with standing(MONDAY + timedelta(days=50)):
        sign_in(client, agent)
        assert "was due on November 2, 2026" in words(row_of(client, threads["Quick"]))


def test_targets_count_in_the_hours_of_the_portal(client: FlaskClient, agent: Person, category: Category):
    promise(category, waiting=60)
    with standing(datetime(2026, 11, 6, 16, 30, tzinfo=UTC)):  # a Friday
        thread = make_thread(category=category)
    assert question_of(thread).due_at == datetime(2026, 11, 9, 9, 30, tzinfo=UTC)
    admin = viewer_of(make_person(role="admin"))
    write(change_site, admin, time_zone="Europe/Stockholm", closed_days=["2026-11-09"])
    assert question_of(thread).due_at == datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
    with standing(datetime(2026, 11, 9, 20, 0, tzinfo=UTC)):
        assert "due in 1 h" in words(row_of(client, thread)), "nobody is there on that Monday"


def many_waiting(category: Category, count: int) -> None:
    people = [Person(username=f"a{count}x{n}", username_key=f"a{count}x{n}", created_at=now()) for n in range(count)]
    db.session.add_all(people)
    db.session.flush()
    shared = {"kind": "question", "category_id": category.id, "slug": "q", "created_at": now()}
    given = [
        shared | {"title": f"Question {each.id}", "author_id": each.id, "last_activity_at": now()} for each in people
    ]
    threads = [Thread(**values) for values in given]
    db.session.add_all(threads)
    db.session.flush()
    dues = {"waiting_since": now(), "waiting_due_at": now(), "due_at": now(), "first_reply_due_at": now()}
    db.session.add_all(Question(thread_id=thread.id, **dues) for thread in threads)
    staff = [
        Person(username=f"s{count}x{n}", username_key=f"s{count}x{n}", created_at=now(), role="agent") for n in "ab"
    ]
    db.session.add_all([*staff, Organisation(name=f"Org {count}")])
    db.session.commit()


@pytest.mark.parametrize("query", ["", "which=unanswered", "who=nobody&new=1"])
def test_the_inbox_costs_the_same_with_3_and_with_300(
    client: FlaskClient, agent: Person, category: Category, statements: list[str], query: str
):
    counts: list[int] = []
    for number in (3, 300):
        many_waiting(category, number)
        titles(client, query)
        statements.clear()
        assert len(titles(client, query)) == min(number, 30)
        counts.append(len(statements))
    assert counts == [9, 9], "\n".join(statements)


# Who sees to it


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


# Snoozing


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


# Narrowed, and kept


def test_narrowed(client: FlaskClient, agent: Person):
    acme = Organisation(name="Acme")
    db.session.add(acme)
    db.session.commit()
    old = make_person("old", created_at=now() - timedelta(days=90), organisation_id=acme.id)
    one, two = make_category("One"), make_category("Two")
    bo = make_person("bo", role="agent")
    first = make_thread(old, category=one, title="First")
    second = make_thread(category=two, title="Second")
    make_thread(category=two, title="Third")
    for thread, to in ((first, "me"), (second, str(bo.id))):
        post(client, f"/staff/questions/{thread.id}/assign", to=to)
    cases = {
        "who=me": ["First"],
        f"who={bo.id}": ["Second"],
        "who=nobody": ["Third"],
        f"category={two.id}": ["Second", "Third"],
        f"organisation={acme.id}": ["First"],
        "new=1": ["Second", "Third"],
        f"category={two.id}&who=nobody&which=unanswered": ["Third"],
        "who=²&category=x&organisation=-1&new=yes&which=all&at=zz": ["First", "Second", "Third"],
    }
    for query, there in cases.items():
        assert titles(client, query) == there, query
    page = soup(client.get(f"{INBOX}?category={two.id}&who=nobody"))
    chosen = [option["value"] for option in page.select("form.narrowing option[selected]")]
    assert chosen == ["nobody", str(two.id)]


def test_a_view_is_saved_used_changed_and_deleted(client: FlaskClient, app: Flask, agent: Person, category: Category):
    at = f"{INBOX}/views"
    answer = post(client, at, name="  My  queue ", who="me", which="unanswered", at="x")
    assert answer.location == f"{INBOX}?which=unanswered&who=me"
    page = soup(client.get(answer.location))
    link = page.select_one('nav.filters a[aria-current="true"]')
    assert link is not None
    assert (link.get_text(), link["href"]) == ("My queue", answer.location)
    post(client, at, name="my QUEUE", category=str(category.id), shared="y")
    view = db.session.scalars(db.select(SavedView)).one()
    assert (view.name, view.shared, view.chosen) == ("my QUEUE", True, {"category": str(category.id)})
    assert post(client, at, name=" ").status_code == 422
    other = app.test_client()
    sign_in(other, make_person("bo", role="agent"))
    assert "my QUEUE" in other.get(INBOX).text
    assert post(other, f"{at}/{view.id}/delete").status_code == 403
    post(other, at, name="Secret plan")
    assert "Secret plan" not in client.get(INBOX).text
    theirs = db.session.scalars(db.select(SavedView.id).filter_by(name="Secret plan")).one()
    assert post(client, f"{at}/{theirs}/delete").status_code == 404
    assert post(client, f"{at}/{view.id}/delete").status_code == 303
    assert "my QUEUE" not in client.get(INBOX).text


# Beside the question, and for nobody else


def test_the_clocks_stand_beside_the_question_for_staff_only(client: FlaskClient, app: Flask, agent: Person):
    category = make_category()
    promise(category, first_reply=30)
    with standing(MONDAY):
        asker = make_person("mia")
        thread = make_thread(asker, category=category)
    with standing(MONDAY + timedelta(minutes=40)):
        text = words(soup(client.get(thread.path)).select_one(f"#facts-{thread.id}"))
        assert "First reply: 10 min past its target" in text
        assert "Our reply: awaited since" in text
        answer = post(client, f"/staff/questions/{thread.id}/assign", htmx=f"facts-{thread.id}", to="me")
        assert "You see to it" in words(soup(answer).select_one(f"section#facts-{thread.id}"))
        for reader in (None, asker):
            browser = app.test_client()
            if reader is not None:
                sign_in(browser, reader)
            page = browser.get(thread.path).text
            assert "target" not in words(BeautifulSoup(page, "html.parser").select_one(f"#facts-{thread.id}"))
            assert "sees to it" not in page
            assert "/staff/" not in page


@pytest.mark.parametrize("who", ["", "member"])
def test_for_everyone_else_there_is_no_inbox(app: Flask, who: str, category: Category):
    thread = make_thread(category=category)
    browser = app.test_client()
    if who:
        sign_in(browser, make_person(role=who))
    for path in (INBOX, f"/staff/questions/{thread.id}/assign", f"/staff/questions/{thread.id}/snooze"):
        assert browser.get(path).status_code == 404
    token = csrf_of(browser, "/settings/profile" if who else "/sign-in")
    for path in (f"{INBOX}/views", f"{INBOX}/views/1/delete", f"/staff/questions/{thread.id}/assign"):
        assert browser.post(path, data={"csrf_token": token, "name": "x", "to": "me"}).status_code == 404
    assert question_of(thread).assignee_id is None
