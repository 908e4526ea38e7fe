"""The page of what people look for."""

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import write
from portal.search.actions.counting import count_after_search, count_search, count_suggestion
from portal.search.queries.asked import monday
from tests.factories import make_category, make_person
from tests.web.reading import Reader


@pytest.fixture
def agent(app: Flask) -> Reader:
    for words, nothing in (("labels", False), ("labels", False), ("ferry to the moon", True)):
        write(count_search, words, "en", found_nothing=nothing)
    write(count_search, "etikett", "sv", found_nothing=True)
    write(count_after_search, "labels", "en", what="opened")
    for what in ("shown", "deflected", "posted", "posted", "posted"):
        write(count_suggestion, "question", what)
    return Reader(app, make_person(role="agent"))


def words(reader: Reader, asked: str = "") -> list[str]:
    page = reader.read(f"/staff/searches{asked}")
    return [link.get_text() for link in page.select(".table.folds tbody th a")]


def test_each_list_has_its_words(agent: Reader) -> None:
    assert words(agent) == ["labels", "etikett", "ferry to the moon"]
    assert words(agent, "?which=nothing") == ["etikett", "ferry to the moon"]
    assert words(agent, "?which=unopened") == []
    assert words(agent, "?which=anyway") == []
    assert words(agent, "?language=sv") == ["etikett"]
    this, before = monday(clock.now().date()), "2026-01-05"
    assert words(agent, f"?week={this}") == words(agent)
    assert words(agent, f"?week={before}") == []
    assert words(agent, "?week=nonsense&which=nonsense&language=xx") == words(agent)


def test_a_row_leads_to_an_answer_and_can_be_dealt_with(agent: Reader) -> None:
    make_category("Printing")
    page = agent.read("/staff/searches?which=nothing&language=en")
    row = page.select_one(".table.folds tbody tr")
    assert agent.read(row.select_one("a.button")["href"]).select_one("#title")["value"] == "ferry to the moon"
    form = row.select_one("form")
    sent = {field["name"]: field["value"] for field in form.select("input")} | {"on": "1"}
    answer = agent.post(form["action"], **{name: value for name, value in sent.items() if name != "csrf_token"})
    assert (answer.status_code, answer.location) == (303, "/staff/searches?which=nothing&language=en")
    assert words(agent, "?which=nothing") == ["etikett"]
    done = agent.read("/staff/searches?which=nothing&done=1")
    assert "dealt with by" in done.select_one(".table.folds tbody th").get_text()
    agent.post("/staff/searches/dealt-with", words="ferry to the moon", language="en", on="0")
    assert words(agent, "?which=nothing") == ["etikett", "ferry to the moon"]


def test_the_charts_say_what_their_tables_say(agent: Reader) -> None:
    page = agent.read("/staff/searches")
    searched, suggested = page.select("figure.chart")
    assert [bar.title.get_text().split(": ")[1] for bar in searched.select("rect")] == ["2 found", "2 found nothing"]
    assert len(suggested.select("rect")) == 2
    for chart in (searched, suggested):
        assert page.find(id=chart.select_one("svg")["aria-labelledby"])
    rows = [[cell.get_text() for cell in row.select("td")] for row in page.select(".fold tbody tr")]
    assert ["4", "2", "1", "0"] in rows
    assert ["1", "0", "1", "3", "0", "25 %"] in rows
    assert len(page.select(".fold tbody tr")) == 24


def test_words_are_shown_as_words(app: Flask, agent: Reader) -> None:
    write(count_search, "<script>alert(1)</script> & 100%", "en", found_nothing=True)
    text = agent.get("/staff/searches").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 100%" in text


def test_an_act_that_is_none_is_refused(agent: Reader) -> None:
    assert agent.post("/staff/searches/dealt-with", words="labels", language="en", on="2").status_code == 400


@pytest.mark.parametrize("role", ["member", ""])
def test_for_everyone_else_it_does_not_exist(app: Flask, role: str) -> None:
    reader = Reader(app, make_person(role=role) if role else None)
    assert reader.get("/staff/searches").status_code == 404
    assert reader.post("/staff/searches/dealt-with", words="labels", language="en", on="1").status_code == 404


def test_its_statements_are_as_many_for_many_rows(app: Flask, agent: Reader, statements: list[str]) -> None:
    costs: list[int] = []
    for number in (3, 60):
        for n in range(number):
            write(count_search, f"words {n}", "en", found_nothing=False)
        statements.clear()
        agent.get("/staff/searches")
        costs.append(len(statements))
    assert costs[0] == costs[1]
