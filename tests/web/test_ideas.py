"""The pages of ideas: the list, the roadmap, and the page of one."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db
from portal.ideas.models import Idea, Outcome, StatusName
from portal.people.models import Person
from portal.threads.models import Thread
from tests.factories import make_category, make_idea, make_person, make_thread
from tests.web.reading import Reader, soup, titles


def decided(idea: Idea, status: str, by: Person, *, reason: str = "", days: int = 0, **given: object) -> Outcome:
    """An outcome as it is stored, and the idea that it is of."""
    html = f"<p>{reason}</p>" if reason else ""
    at = clock.now() - timedelta(days=days)
    outcome = Outcome(
        idea_id=idea.thread_id, status=status, reason=reason, reason_html=html, by_id=by.id, at=at, **given
    )
    db.session.add(outcome)
    db.session.flush()
    idea.status, idea.outcome_id, idea.decided_at = status, outcome.id, at
    db.session.commit()
    return outcome


@pytest.mark.parametrize("who", ["", "ada"])
def test_the_list_says_how_each_stands_and_leads_to_it(app: Flask, who: str) -> None:
    boss, ada = make_person(role="manager"), make_person("ada")
    idea = make_idea(ada, title="Print in colour", category=make_category("Printing"), tags=("labels",))
    decided(idea, "planned", boss)
    decided(make_idea(title="Fax"), "declined", boss)
    db.session.add(StatusName(status="planned", name="On our list"))
    db.session.commit()
    thread_id, path = idea.thread_id, db.session.get_one(Thread, idea.thread_id).path
    reader = Reader(app, ada if who else None)
    page = reader.read("/ideas")
    row = page.select_one(".row")
    assert titles(page) == ["Print in colour"]  # what is closed to votes is found under All
    assert (row.h2.a["href"], row.select_one(".pill").get_text()) == (path, "On our list")
    button = row.select_one("button.vote")
    mine = bool(who)  # who suggested it has voted for it, once the idea is posted
    assert button["formaction"] == f"/ideas/{thread_id}/vote"
    assert (button["aria-label"], button.get("hx-post")) == (
        "Vote, 1 vote",
        f"/ideas/{thread_id}/vote" if mine else None,
    )
    assert "On our list" in page.select_one(".filters").get_text()
    everything = reader.read("/ideas?status=any")
    assert set(titles(everything)) == {"Print in colour", "Fax"}
    fax = next(row for row in everything.select(".row") if "Fax" in row.h2.get_text())
    assert (fax.select_one("button.vote"), fax.select_one(".vote")["title"]) == (None, "Declined: closed to votes")


def test_every_list_of_threads_shows_the_vote_and_the_status_of_an_idea(app: Flask) -> None:
    make_idea(make_person("ada"), title="Print in colour", category=make_category("Printing"), tags=("labels",))
    visitor = Reader(app)
    for path in ("/", "/c/printing", "/tags/labels", "/people/ada/threads"):
        row = visitor.read(path).select_one(".row")
        assert (row.select_one(".vote .n, .vote span").get_text(), row.select_one(".pill").get_text()) == (
            "1",
            "Open",
        ), path
        assert "suggested by Ada" in row.get_text()


def test_filters_are_kept_from_one_choice_to_the_next(app: Flask) -> None:
    make_idea(category=make_category("Printing"), tags=("labels",))
    make_idea(category=make_category("Billing"))
    page = Reader(app).read("/ideas?order=new&category=printing&tag=labels&language=en&status=open&nonsense=1")
    links = {link.get_text(strip=True): link["href"] for link in page.select(".filters a")}
    assert links["Rising"] == "/ideas?order=rising&status=open&category=printing&tag=labels&language=en"
    assert links["All categories"] == "/ideas?order=new&status=open&tag=labels&language=en"
    assert next(href for words, href in links.items() if words.startswith("#labels")).count("tag=") == 0
    assert "Mine" not in links
    fragment = Reader(app).get("/ideas?order=new", target="list")
    assert soup(fragment).select_one("#list")
    assert "<html" not in fragment.text


def test_an_empty_list_says_how_to_begin_and_one_that_is_narrowed_how_to_go_on(app: Flask) -> None:
    visitor = Reader(app)
    assert visitor.read("/ideas").select_one(".empty a")["href"] == "/ideas/new"
    assert visitor.read("/ideas?status=shipped").select_one(".empty a")["href"] == "/ideas"


def test_the_page_of_an_idea_says_what_was_decided_why_and_how_it_came_to_that(app: Flask) -> None:
    mia = make_person("mia", role="manager")
    idea = make_idea(make_person("ada"), title="Print in colour")
    path = db.session.get_one(Thread, idea.thread_id).path
    first = decided(idea, "planned", mia, reason="Soon enough.", days=9, target_on=clock.now().date())
    decided(idea, "planned", mia, reason="It takes longer.", days=5, edits_id=first.id)
    decided(idea, "shipped", mia, reason="In the menu.", tell="quiet")
    page = Reader(app).read(path)
    note = page.select_one("header .note.good")
    assert ("In the menu." in note.get_text(), note.select_one(".meta a")["href"]) == (True, "/people/mia")
    assert [entry.select_one(".pill").get_text() for entry in page.select(".timeline > li")] == [
        *("Shipped", "Planned", "Planned", "Suggested")
    ]
    assert "changed" in page.select(".timeline > li")[1].get_text()
    assert page.select_one("ol.loop")
    assert page.select_one(".post .who").get_text().count("suggested this") == 1
    assert not page.select('.post [id^="helpful-"]')  # one votes for the idea, not for how it was put


def test_a_merged_idea_leads_to_where_it_went_and_can_be_read_all_the_same(app: Flask) -> None:
    mia = make_person("mia", role="manager")
    staff_only = make_category("Staff", visibility="staff")
    root, merged, lost = make_idea(title="Root"), make_idea(title="Same"), make_idea(title="Lost")
    secret = make_idea(mia, title="Secret", category=staff_only)
    for row, into in ((merged, root), (lost, secret)):
        into_id = into.thread_id
        row.merged_into_id, row.root_id, row.status = into_id, into_id, "duplicate"
        decided(row, "duplicate", mia, reason="The same wish.", into_id=into_id)
    paths = {row.title: row.path for row in db.session.scalars(db.select(Thread))}
    visitor = Reader(app)
    moved = visitor.get(paths["Same"])
    assert (moved.status_code, moved.location) == (301, paths["Root"])
    here = visitor.read(f"{paths['Same']}?stay=1")
    assert here.select_one("header .note a")["href"] == paths["Root"]
    assert here.select_one('meta[name="robots"]')["content"] == "noindex"
    assert "Same" in visitor.read(paths["Root"]).select_one("#merged").get_text()
    # Where it went may not be known to everyone: then it stays where it is, and does not say.
    page = visitor.read(paths["Lost"])
    assert "Merged into another idea" in page.select_one("main header").get_text()
    assert "secret" not in page.get_text().lower()
    assert Reader(app, mia).get(paths["Lost"]).location == paths["Secret"]


def test_another_kind_of_thread_is_no_idea_at_its_address(app: Flask) -> None:
    question = make_thread()
    assert Reader(app).get(f"/ideas/{question.id}").location == question.path
    assert Reader(app).get("/ideas/987654").status_code == 404
    assert Reader(app).get(f"{question.path}?stay=1").status_code == 200


def test_the_roadmap_shows_what_is_planned_in_progress_and_shipped(app: Flask) -> None:
    mia = make_person("mia", role="manager")
    for title, status in (("A", "planned"), ("B", "in-progress"), ("C", "partly-shipped"), ("D", "declined")):
        decided(make_idea(title=title), status, mia)
    page = Reader(app).read("/roadmap")
    columns = [[link.get_text() for link in column.select("h3 a")] for column in page.select(".roadmap section")]
    assert [sorted(column) for column in columns] == [["A"], ["B", "C"], []]
    assert "Nothing has shipped yet." in page.get_text()
    assert page.select_one('.nav a[aria-current="page"]')["href"] == "/roadmap"
