"""The staff inbox: what is due next on top, in words, narrowed, and kept as views; for staff only."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from portal.core.clock import now
from portal.core.db import db, write
from portal.people.models import Organisation, Person
from portal.questions.models import Question, SavedView
from portal.site.actions import change_site
from portal.threads.models import Category, Thread
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of
from tests.signing_in import csrf_of, sign_in
from tests.web.inbox.desk import INBOX, MONDAY, post, promise, question_of, row_of, standing, titles, words
from tests.web.reading import soup


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
        unpromised = row_of(client, threads["None"])
        assert not unpromised.select(".due .pill")
        assert re.findall(r"(\w+ reply): waiting for", words(unpromised)) == ["First reply", "Our reply"]
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
    assert counts == [10, 10], "\n".join(statements)


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


def test_the_clocks_stand_beside_the_question_for_staff_only(client: FlaskClient, app: Flask, agent: Person):
    category = make_category()
    promise(category, first_reply=30)
    with standing(MONDAY):
        asker = make_person("mia")
        thread = make_thread(asker, category=category)
    with standing(MONDAY + timedelta(minutes=40)):
        text = words(soup(client.get(thread.path)).select_one(f"#facts-{thread.id}"))
        assert "First reply: 10 min past its target" in text
        assert "Our reply: waiting for 40 minutes" in text
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
