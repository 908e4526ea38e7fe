"""Does it solve your need? Answered by a link, without signing in."""

from typing import Any

import pytest
from flask import Flask

from portal.core.clock import now
from portal.core.db import db
from portal.loop.links import answer_path
from portal.loop.models import Confirmation, Debt
from portal.people.models import Person
from portal.threads.models import Thread
from tests.factories import make_category, make_debt, make_idea, make_outcome, make_person
from tests.web.reading import Reader, root, soup


@pytest.fixture
def ada(app: Flask) -> Person:
    return make_person("ada")


def asked(person: Person, title: str = "Print in A5", **given: Any) -> Debt:
    return make_debt(make_outcome(make_idea(title=title), **given), person, asked_at=now())


def kept(debt: Debt) -> Confirmation | None:
    return db.session.get(Confirmation, debt.id, populate_existing=True)


def test_a_link_only_chooses_and_a_press_records(app: Flask, ada: Person):
    debt, other = asked(ada), asked(ada, "Darker nights")
    path, reader = answer_path(ada.id), Reader(app)
    page = reader.read(f"{path}?answer=solved&idea={debt.idea_id}")
    assert [title.get_text() for title in page.select(".need h2")] == ["Darker nights", "Print in A5"]
    assert [box["value"] for box in page.select(f"#need-{debt.id} [checked]")] == ["solved"]
    assert not page.select(f"#need-{other.id} [checked]")
    assert (kept(debt), kept(other)) == (None, None), "mail scanners follow links"
    answer = reader.post(path, debt=debt.id, answer="solved")
    assert answer.status_code == 303
    assert "Thank you" in soup(reader.get(answer.location.partition("#")[0])).select_one(f"#need-{debt.id}").get_text()
    found = kept(debt)
    assert found is not None
    assert found.answer == "solved"
    assert kept(other) is None


def test_an_answer_without_a_name_is_to_the_newest_and_can_be_changed_in_place(app: Flask, ada: Person):
    debt, path, reader = asked(ada), answer_path(ada.id), Reader(app)
    reader.post(path, answer="no", cause="too-slow", comment="Ten <b>minutes</b>.")
    found = kept(debt)
    assert found is not None
    assert (found.answer, found.cause, found.contact) == ("no", "too-slow", False)
    part = root(reader.post(path, target=f"need-{debt.id}", debt=debt.id, answer="partly", comment="Better."))
    assert part["id"] == f"need-{debt.id}"
    assert part.select_one("textarea").get_text().strip() == "Better."
    assert [box["value"] for box in part.select("[type=radio][checked]")] == ["partly"]


def test_what_is_wrong_is_said_beside_it(app: Flask, ada: Person):
    debt, path = asked(ada), answer_path(ada.id)
    for target in ("", f"need-{debt.id}"):
        answer = Reader(app).post(path, target=target, debt=debt.id, comment="I forgot to choose.")
        assert answer.status_code == 422
        assert "Choose an answer" in answer.text
        assert "I forgot to choose." in answer.text
    assert kept(debt) is None


def test_contact_begins_a_conversation_that_only_they_and_staff_see(app: Flask, ada: Person):
    debt = asked(ada)
    Reader(app).post(answer_path(ada.id), debt=debt.id, answer="no", comment="Please call.", contact="y")
    found = kept(debt)
    assert found is not None
    path = f"/t/{found.conversation_id}"
    assert Reader(app).get(path).status_code == 404
    reader = Reader(app, ada)
    page = reader.get(reader.get(path).location).text
    assert "Please call." in page
    assert "Print in A5" in page


def test_the_link_shows_nothing_that_they_may_no_longer_see(app: Flask, ada: Person):
    debt = asked(ada, "Hush", reason="It is there.", reason_html="<p>It is there.</p>")
    path, reader = answer_path(ada.id), Reader(app)
    assert "Hush" in reader.get(path).text
    db.session.get_one(Thread, debt.idea_id).category_id = make_category("Team", visibility="staff").id
    db.session.commit()
    page = reader.get(path)
    assert page.status_code == 200
    assert "Hush" not in page.text
    assert "It is there" not in page.text
    assert reader.post(path, debt=debt.id, answer="no").status_code == 404


def test_nobody_keeps_the_page_and_no_other_link_opens_it(app: Flask, ada: Person):
    asked(ada)
    reader = Reader(app)
    page = reader.get(answer_path(ada.id))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in page.headers
    assert reader.get("/answer/nonsense").status_code == 404
    assert reader.post("/answer/nonsense", answer="no").status_code == 404
    assert reader.get(answer_path(ada.id + 1_000)).status_code == 404


def test_someone_signed_in_as_another_answers_for_whom_the_link_is(app: Flask, ada: Person):
    debt, reader = asked(ada), Reader(app, make_person("bob"))
    assert "You answer as Ada" in reader.get(answer_path(ada.id)).text
    assert reader.post(answer_path(ada.id), debt=debt.id, answer="solved").status_code == 303
    assert kept(debt) is not None


def test_answers_from_one_place_are_counted(app: Flask, ada: Person):
    debt, reader = asked(ada), Reader(app)
    for _ in range(60):
        assert reader.post(answer_path(ada.id), debt=debt.id, answer="solved").status_code == 303
    refused = reader.post(answer_path(ada.id), debt=debt.id, answer="no")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
