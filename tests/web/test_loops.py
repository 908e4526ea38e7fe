"""The pages of staff about loops."""

from flask import Flask

from tests.factories import make_debt, make_idea, make_outcome, make_person
from tests.web.reading import Reader, root


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
