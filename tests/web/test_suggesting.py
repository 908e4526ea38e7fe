"""Similar threads: while one writes, with a script and without; beside a thread; for staff."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from portal.core.db import db, write
from portal.questions.actions import set_accepted
from portal.search.models import SuggestionCount
from portal.threads.models import Category, Thread
from tests.factories import make_category, make_idea, make_person, make_reply, make_thread, viewer_of
from tests.web.reading import Reader, root, soup

TITLE = "Boarding list prints every passenger twice"


@pytest.fixture
def thread(app: Flask) -> Iterator[Thread]:
    """A question that was solved."""
    asker = make_person("asker")
    made = make_thread(asker, category=make_category("Printing"), title=TITLE, body="Since the update.")
    answer = make_reply(made, make_person("helper"), body="Switch off the second printer. Then it is fine.")
    write(set_accepted, viewer_of(asker), answer.id, on=True)
    return made


def typed(**more: str) -> dict[str, str]:
    return {"of": "question", "title": "Why does the boarding list print passengers twice?", **more}


def counted() -> dict[str, int]:
    """What became of suggestions, without what never happened."""
    db.session.rollback()
    names = ("shown", "opened", "deflected", "posted", "voted")
    rows = db.session.query(SuggestionCount)
    return {f"{row.place} {name}": n for row in rows for name in names if (n := getattr(row, name))}


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_what_is_like_the_title_comes_with_its_answer(app: Flask, thread: Thread, who: str) -> None:
    reader = Reader(app, make_person() if who == "member" else None)
    shown = root(reader.post("/similar", target="similar", **typed(suggested="asked")))
    link = shown.select_one("a")
    assert (shown["id"], link["href"], link["target"]) == ("similar", thread.path, "_blank")
    assert "Switch off the second printer." in shown.get_text()
    assert "Then it is fine" not in shown.get_text()
    assert shown["data-say"].startswith("1 similar")
    assert counted() == {"question shown": 1}


def test_it_is_shown_often_and_counted_once(app: Flask, thread: Thread) -> None:
    reader = Reader(app)
    for field in ("asked", "shown", "shown", "opened"):
        shown = root(
            reader.post("/similar", target="similar", **typed(suggested=field, body="Twice, since the update."))
        )
        assert shown.has_attr("data-say") == (field == "asked")
    assert counted() == {"question shown": 1}


@pytest.mark.parametrize("title", ["", "Bo", "Invoices in another currency", '"*:-', "zz " * 2000])
def test_where_nothing_is_like_it_nothing_is_shown(app: Flask, thread: Thread, title: str) -> None:
    answer = Reader(app).post("/similar", target="similar", **typed(title=title, suggested="asked"))
    assert not root(answer).select("li")
    assert counted() == {}


def test_without_a_script_the_button_leads_to_a_page(app: Flask, thread: Thread) -> None:
    page = soup(Reader(app).post("/similar", **typed()))
    assert page.select_one("h1").get_text() == "Similar"
    assert page.select_one(".likes a")["href"] == thread.path


def fields(page: BeautifulSoup) -> dict[str, str]:
    """What a browser would send of the form to begin a thread."""
    form = page.select_one("form.writing")
    sent = {field["name"]: field.get("value", "") for field in form.select("input[type=hidden], #title")}
    return sent | {"body": form.select_one("#body").get_text().strip(), "privacy": "none", "language": "en"}


def test_without_a_script_they_are_shown_once_before_posting(app: Flask, thread: Thread) -> None:
    reader = Reader(app, make_person())
    sent = fields(reader.read("/questions/new")) | typed(body="It does.", category=str(thread.category_id))
    again = reader.post("/questions/new", **sent)
    page = soup(again)
    assert again.status_code == 200
    assert "Not posted yet" in page.select_one(".note").get_text()
    assert page.select_one("#similar a")["href"] == thread.path
    assert page.select_one(".buttons .button.main").get_text(strip=True) == "Post it all the same"
    kept = fields(page)
    assert (kept["title"], kept["body"], kept["suggested"]) == (sent["title"], "It does.", "shown")
    assert page.select_one("#category option[selected]")["value"] == str(thread.category_id)
    assert reader.post("/questions/new", **kept, category=sent["category"]).status_code == 303
    assert counted() == {"question shown": 1, "question posted": 1}


def test_where_nothing_is_like_it_posting_is_one_step(app: Flask, thread: Thread) -> None:
    reader = Reader(app, make_person())
    sent = fields(reader.read("/questions/new")) | {
        "title": "Currencies",
        "body": "Which?",
        "category": str(thread.category_id),
    }
    assert reader.post("/questions/new", **sent).status_code == 303
    assert counted() == {}


def test_a_form_that_was_posted_is_not_held_up_when_it_is_sent_again(app: Flask, thread: Thread) -> None:
    reader = Reader(app, make_person())
    sent = fields(reader.read("/questions/new")) | typed(body="It does.", category=str(thread.category_id))
    first = reader.post("/questions/new", **(sent | {"suggested": "shown"}))
    assert first.status_code == 303
    assert reader.post("/questions/new", **sent).location == first.location


@pytest.mark.parametrize("suggested", [{"suggested": "asked"}, {}])
def test_with_a_script_and_by_other_programs_posting_is_one_step(
    app: Flask, thread: Thread, suggested: dict[str, str]
) -> None:
    reader = Reader(app, make_person())
    sent = typed(body="It does.", category=str(thread.category_id), **suggested)
    assert reader.post("/questions/new", **sent).status_code == 303


def test_a_visitor_sees_them_before_signing_in_and_is_not_held_up_after_it(app: Flask, thread: Thread) -> None:
    from portal.people.passwords import hashed

    make_person("ada", password_hash=hashed("correct horse battery"))
    visitor = Reader(app)
    sent = fields(visitor.read("/questions/new")) | typed(body="It does.", category=str(thread.category_id))
    assert soup(visitor.post("/questions/new", **sent)).select_one("#similar a")["href"] == thread.path
    kept = visitor.post("/questions/new", **(sent | {"suggested": "", "title": "Currencies"}))
    assert kept.location.startswith("/sign-in")
    # What is like it meanwhile was there to be seen: signing in finishes what they began.
    make_thread(category=db.session.get_one(Category, thread.category_id), title="Currencies")
    page = visitor.read(kept.location)
    given = {field["name"]: field.get("value", "") for field in page.select("main input[type=hidden]")}
    done = visitor.client.post("/sign-in", data=given | {"login": "ada", "password": "correct horse battery"})
    assert done.location.startswith("/questions/")


def test_opening_one_beside_the_form_is_counted(app: Flask, thread: Thread) -> None:
    reader = Reader(app)
    reader.client.get(thread.path, headers={"Referer": "http://localhost/questions/new?title=x"})
    assert counted() == {"question opened": 1}


def test_leaving_after_one_helped_is_counted(app: Flask, thread: Thread) -> None:
    reader, visitor = Reader(app, make_person()), Reader(app)
    reader.post("/drafts", of="question", title="Boarding", body="Twice.")
    assert visitor.post("/similar/left", of="question").status_code == 204
    answer = reader.post("/similar/left", of="question", helped="1")
    assert (answer.status_code, answer.location) == (303, "/questions")
    assert "kept among your drafts" in reader.read("/questions").get_text()
    assert reader.read("/questions/new").select_one("#title")["value"] == "Boarding"
    assert counted() == {"question deflected": 2}
    assert visitor.post("/similar/left", of="https://example.com", helped="1").location == "/"


def test_an_idea_like_it_is_voted_for_instead(app: Flask) -> None:
    idea = make_idea(title="Print labels in colour")
    path = db.session.get_one(Thread, idea.thread_id).path
    reader = Reader(app, make_person())
    form = {"of": "idea", "title": "Labels printed in colour", "body": "Ours are grey."}
    shown = root(reader.post("/similar", target="similar", suggested="asked", **form))
    button = shown.select_one("button[name=on]")
    assert (button["formaction"], button["value"]) == (f"/ideas/{idea.thread_id}/vote", "1")
    assert "1 vote" in shown.get_text()
    reader.client.environ_base["HTTP_REFERER"] = "http://localhost/ideas/new"
    assert reader.post(button["formaction"], on="1", suggested="shown", **form).location == path
    assert "2 people" in reader.read(path).get_text()
    assert counted()["idea voted"] == 1


def test_a_thread_has_similar_ones_beside_it_or_as_a_page(app: Flask, thread: Thread) -> None:
    other = make_thread(
        category=db.session.get_one(Category, thread.category_id), title="Boarding list without passengers"
    )
    reader = Reader(app)
    section = reader.read(other.path).select_one(f"#similar-{other.id}")
    address = section.select_one("a")["href"]
    assert section["hx-get"] == address
    page = reader.read(address)
    assert [link["href"] for link in page.select(".likes a")] == [thread.path]
    beside = root(reader.get(address, target=section["id"]))
    assert (beside["id"], beside.select_one("a")["href"]) == (section["id"], thread.path)


def test_staff_see_what_was_answered_before_while_nobody_has_answered(app: Flask, thread: Thread) -> None:
    category = db.session.get_one(Category, thread.category_id)
    new = make_thread(category=category, title="Boarding list prints passengers twice", body="Still.")
    make_thread(category=category, title="Boarding list twice and unanswered", body="Still.")
    agent, member = Reader(app, make_person(role="agent")), Reader(app, make_person())
    section = agent.read(new.path).select_one(".answered")
    shown = root(agent.get(section["hx-get"], target=section["id"]))
    assert [link["href"] for link in shown.select(".likes a")] == [thread.path]
    assert agent.read(section.select_one("a")["href"]).select_one(".likes a")["href"] == thread.path
    assert member.read(new.path).select(".answered") == []
    assert member.get(section["hx-get"]).status_code == 404
    make_reply(new, body="Here.")
    assert agent.read(new.path).select(".answered") == []


@pytest.mark.parametrize("path", ["/threads/{}/similar", "/threads/{}/answered-before"])
def test_of_what_one_may_not_see_nothing_is_said(app: Flask, thread: Thread, path: str) -> None:
    hidden = make_thread(make_person(), title=TITLE, privacy="staff")
    reader = Reader(app, make_person())
    assert reader.get(path.format(hidden.id)).status_code == 404
    assert reader.get(path.format(987654)).status_code == 404


def test_what_is_private_is_suggested_to_nobody_else(app: Flask, thread: Thread) -> None:
    hidden = make_thread(make_person(), title=TITLE, privacy="staff")
    assert hidden.path not in Reader(app).post("/similar", target="similar", **typed()).text
    assert hidden.path not in Reader(app).get(f"/threads/{thread.id}/similar").text
    assert hidden.path in Reader(app, make_person(role="agent")).get(f"/threads/{thread.id}/similar").text
