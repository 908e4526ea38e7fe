"""The pages of staff about loops."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from portal.core.clock import now
from portal.core.db import db, write
from portal.ideas.actions import vote_for
from portal.ideas.models import Idea
from portal.loop.models import Confirmation, HandledPerson
from portal.notices.telling.steps import tell_due
from portal.people.actions.erasing import anonymise
from portal.people.models import Organisation, Person
from portal.threads.models import Thread
from tests.factories import (
    make_category,
    make_confirmation,
    make_debt,
    make_idea,
    make_outcome,
    make_person,
    viewer_of,
)
from tests.web.reading import Reader, root


def waiting(title: str = "Print in A5", days: int = 30) -> Idea:
    idea = make_idea(title=title)
    at = now() - timedelta(days=days)
    db.session.execute(update(Thread).where(Thread.id == idea.thread_id).values(created_at=at))
    db.session.commit()
    return idea


def test_staff_read_by_name_who_was_told(app: Flask):
    idea = make_idea(title="Print in A5")
    outcome = make_outcome(idea, "planned")
    make_debt(make_outcome(idea), make_person("ada"))
    make_debt(outcome, make_person("bob"), state="undeliverable", cause="muted")
    path = f"/staff/ideas/{idea.thread_id}/loop"
    reader = Reader(app, make_person(role="agent"))
    page = reader.read(path)
    assert page.h1.get_text(strip=True) == "Print in A5"
    assert [link.get_text() for link in page.select("tbody th a")] == ["Ada"]
    other = reader.read(page.select(".filters a")[1]["href"])
    assert [link.get_text() for link in other.select("tbody th a")] == ["Bob"]
    assert root(reader.get(f"{path}?part=told", target="debts")).get("id") == "debts"
    assert Reader(app, make_person()).get(path).status_code == 404
    assert reader.get("/staff/ideas/987654/loop").status_code == 404


def test_who_left_has_no_name_there_and_a_word_for_it(app: Flask):
    outcome, gone = make_outcome(make_idea()), make_person("ada")
    make_confirmation(make_debt(outcome, gone), "no")
    write(anonymise, gone)
    reader, of = Reader(app, make_person(role="manager")), f"/staff/ideas/{outcome.idea_id}"
    row = reader.read(f"{of}/loop").select_one("tbody th")
    assert row.get_text(" ", strip=True) == "someone who left"
    assert not row.select("form")
    assert reader.read(f"{of}/answers").select_one(".items b").get_text() == "someone who left"


def test_a_contact_of_whom_no_name_is_known_did_not_leave(app: Flask):
    idea, manager = make_idea(), make_person(role="manager")
    kim = write(vote_for, viewer_of(manager), idea.thread_id, email="kim@example.com")
    outcome, contact = make_outcome(idea), db.session.get_one(Person, kim)
    make_confirmation(make_debt(outcome, contact), "no")
    reader, of = Reader(app, manager), f"/staff/ideas/{outcome.idea_id}"

    def named() -> set[str]:
        pages = {
            f"{of}/loop": "tbody th bdi",
            f"{of}/answers": ".items b",
            f"/ideas/{outcome.idea_id}/requesters": ".items form .visually-hidden",
        }
        return {reader.read(path).select_one(place).get_text(strip=True) for path, place in pages.items()}

    assert named() == {"kim@example.com"}
    contact.email = contact.email_key = None
    db.session.commit()
    assert named() == {"a contact without a name"}


def test_open_loops_say_who_waits_how_long_and_what_to_do(app: Flask):
    idea = waiting()
    make_outcome(make_idea(title="Darker nights"), tell="with-announcement")
    reader = Reader(app, make_person(role="manager"))
    page = reader.read("/staff/loops?order=waiting")
    rows = [" ".join(row.get_text(" ").split()) for row in page.select("tbody tr")]
    assert "Print in A5" in rows[0]
    assert "30 days" in rows[0]
    assert "No response" in rows[0]
    assert "Shipped , not announced" in rows[1].replace("Shipped,", "Shipped ,")
    assert [row.select_one(".button")["href"] for row in page.select("tbody tr")] == [
        f"/staff/loops/{idea.thread_id}/respond",
        page.select("tbody tr")[1].select_one(".button")["href"],
    ]
    assert page.select_one(".tabs [aria-current]").get_text(" ", strip=True) == "All 2"
    narrowed = reader.get("/staff/loops?cause=late", target="loops")
    assert root(narrowed)["id"] == "loops"
    assert "Nothing here" in narrowed.text


@pytest.mark.parametrize("path", ["/staff/loops", "/staff/loops/figures"])
def test_they_are_for_staff(app: Flask, path: str):
    assert Reader(app, make_person()).get(path).status_code == 404
    assert Reader(app).get(path).status_code == 404
    assert Reader(app, make_person(role="moderator")).get(path).status_code == 200


def test_responding_in_place_closes_the_loop(app: Flask):
    idea = waiting()
    path, reader = f"/staff/loops/{idea.thread_id}/respond", Reader(app, make_person(role="agent"))
    assert reader.read(path).select_one("form textarea[name=body]")
    assert root(reader.get(path, target="loop-1")).name == "form"
    refused = reader.post(path, body=" ")
    assert refused.status_code == 422
    done = reader.post(path, body="Thank you: we are looking at it.", back="/staff/loops?order=value")
    assert (done.status_code, done.location) == (303, "/staff/loops?order=value")
    assert "Every loop is closed" in reader.get("/staff/loops").text
    assert reader.post(path, target="loop-1", body="And once more.").headers["HX-Redirect"] == "/staff/loops"


def test_another_date_is_set_in_place_and_told(app: Flask):
    idea = waiting()
    past = (now() - timedelta(days=3)).date()
    make_outcome(idea, "planned", target_on=past, reason="In spring.")
    path, reader = f"/staff/loops/{idea.thread_id}/date", Reader(app, make_person(role="manager"))
    form = root(reader.get(path, target="loop-1"))
    assert form.select_one("textarea").get_text().strip() == "In spring."
    assert reader.post(path, day="", reason="In summer.").status_code == 422
    assert "Choose another day." in reader.post(path, day=past.isoformat(), reason="In spring.").text
    later = (now() + timedelta(days=90)).date()
    assert reader.post(path, day=later.isoformat(), reason="In summer.").status_code == 303
    db.session.expire_all()
    assert (idea.status, idea.target_on) == ("planned", later)
    assert "Every loop is closed" in reader.get("/staff/loops").text
    assert Reader(app, make_person(role="agent")).post(path, day=past.isoformat()).status_code == 403
    assert reader.get(f"/staff/loops/{waiting().thread_id}/date").status_code == 404


def test_an_agent_corrects_the_address_of_a_contact_where_they_see_that_it_is_wrong(app: Flask):
    outcome = make_outcome(make_idea(title="Print in A5"))
    kim = make_person("kim", kind="contact", username_key=None, email_confirmed_at=None)
    for person in (kim, make_person("ada")):
        make_debt(outcome, person, state="undeliverable", cause="bounced")
    reader = Reader(app, make_person(role="agent"))
    ledger = reader.read(f"/staff/ideas/{outcome.idea_id}/loop?part=undeliverable")
    (link,) = ledger.select("#debts td a")
    form = reader.read(link["href"]).select_one("main form")
    assert form.select_one("[name=email]")["value"] == "kim@example.com"
    assert "That is the address" in reader.post(form["action"], email="kim@example.com").text
    done = reader.post(form["action"], email="kim@corp.example", back="/staff/loops?order=value")
    assert (done.status_code, done.location) == (303, "/staff/loops?order=value")
    db.session.expire_all()
    assert db.session.get_one(Person, kim.id).email == "kim@corp.example"
    assert Reader(app, make_person()).get(form["action"]).status_code == 404


def test_one_answer_to_all_and_one_taken_off_the_list(app: Flask):
    outcome = make_outcome(make_idea(title="Print in A5"))
    acme = Organisation(name="Acme", yearly_value=9_000)
    db.session.add(acme)
    db.session.commit()
    first = make_debt(outcome, make_person("ada", organisation_id=acme.id))
    make_confirmation(first, "no", cause="defect", comment="It <crashes>.")
    second = make_debt(outcome, make_person("bob"))
    make_confirmation(second, "partly")
    path, reader = f"/staff/ideas/{outcome.idea_id}/answers", Reader(app, make_person(role="manager"))
    page = reader.read(path)
    assert [name.get_text() for name in page.select(".items b")] == ["Ada", "Bob"]
    assert page.select_one(".remark").get_text() == "It <crashes>."
    assert "9,000" in page.get_text()
    assert reader.post(f"/staff/answers/{second.id}/settle").status_code == 303
    assert [name.get_text() for name in reader.read(path).select(".items b")] == ["Ada"]
    assert reader.post(path, body="").status_code == 422
    assert reader.post(path, body="Fixed in **4.3**.").location == path
    after = reader.read(path)
    assert not after.select(".items")
    assert after.select_one(".prose strong").get_text() == "4.3"
    assert not db.session.scalars(db.select(Confirmation).filter_by(settled_event_id=None)).all()
    assert Reader(app, make_person(role="agent")).post(path, body="Me too").status_code == 403


def test_who_was_answered_finds_the_answer_by_the_inbox(app: Flask):
    outcome = make_outcome(make_idea(title="Print in A5"))
    ada = make_person("ada")
    make_confirmation(make_debt(outcome, ada), "no")
    idea_id = outcome.idea_id
    Reader(app, make_person(role="manager")).post(f"/staff/ideas/{idea_id}/answers", body="Fixed in **4.3**.")
    tell_due()
    reader = Reader(app, ada)
    row = reader.read("/inbox").select_one(".notices .row")
    assert "The team answers what you said" in row.get_text()
    place = reader.get(row.select_one("h2 a")["href"]).location
    assert reader.read(place).select_one(".need .note strong").get_text() == "4.3"


def test_whoever_is_written_to_by_hand_is_marked(app: Flask):
    ada, reader = make_person("ada"), Reader(app, make_person(role="agent"))
    path = f"/staff/people/{ada.id}/handled"
    assert reader.post(path, on="1").status_code == 303
    assert db.session.get(HandledPerson, ada.id) is not None
    reader.post(path, on="0")
    db.session.expire_all()
    assert db.session.get(HandledPerson, ada.id) is None
    assert reader.post("/staff/people/987654/handled", on="1").status_code == 404


def test_the_figures_have_a_table_behind_each_chart(app: Flask):
    idea = waiting(days=10)
    outcome = make_outcome(idea, reason="Done.", at=now() - timedelta(days=3))
    make_confirmation(make_debt(outcome))
    page = Reader(app, make_person(role="agent")).read("/staff/loops/figures?days=30")
    assert len(page.select("figure svg[role=img]")) == len(page.select("details table")) == 4
    lengths = {row.th.get_text(): row.td.get_text() for row in page.select("table")[0].select("tbody tr")}
    assert lengths["to a decision"] == "7 days"
    assert page.select_one(".filters [aria-current]").get_text() == "30 days"
    assert "100 %" in page.select_one(".glance").get_text()


def test_the_admin_sets_how_long_is_too_long(app: Flask):
    waiting(days=5)
    admin = Reader(app, make_person(role="admin"))
    assert not admin.read("/staff/loops").select("tbody tr")
    fields = {"respond_days": "4", "silence_days": "30", "announce_days": "2"}
    assert admin.post("/admin/loops", **fields).status_code == 303
    assert len(admin.read("/staff/loops").select("tbody tr")) == 1
    assert admin.post("/admin/loops", **(fields | {"silence_days": "0"})).status_code == 422
    assert admin.read("/admin/loops").select_one("#silence_days")["value"] == "30"


LOOPS, LEDGER, ANSWERS = 15, 8, 8


def test_pages_of_three_rows_cost_as_much_as_pages_of_many(app: Flask, statements: list[str]):
    reader, category = Reader(app, make_person(role="manager")), make_category()
    db.session.add(Organisation(name="Acme"))
    outcome = make_outcome(make_idea(title="Big", category=category))
    paths = {
        "/staff/loops": LOOPS,
        f"/staff/ideas/{outcome.idea_id}/loop": LEDGER,
        f"/staff/ideas/{outcome.idea_id}/answers": ANSWERS,
    }
    costs: list[list[int]] = []
    for number in (3, 12):
        for _ in range(number):
            waiting()
            make_confirmation(make_debt(outcome), "no")
        costs.append([])
        for path in paths:
            reader.get(path)
            statements.clear()
            reader.read(path)
            costs[-1].append(len(statements))
    assert costs[0] == costs[1] == list(paths.values())


def test_staff_write_to_someone_themselves(app: Flask) -> None:
    """The button stands on the profile, for staff alone, and says what holds."""
    agent, ada = Reader(app, make_person(role="agent")), make_person("ada")
    path = f"/staff/people/{ada.id}/handled"
    for on, pressed in (("1", "true"), ("0", "false")):
        button = agent.read("/people/ada").select_one(f'form[action="{path}"] button')
        assert button["value"] == on
        assert agent.post(path, on=on).status_code == 303
        button = agent.read("/people/ada").select_one(f'form[action="{path}"] button')
        assert button["aria-pressed"] == pressed
    assert path not in Reader(app, make_person()).get("/people/ada").text
    assert path not in Reader(app).get("/people/ada").text
