"""The list of announcements reads like a changelog, each reader sees what is theirs, and it costs the same for all."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal.announcements import actions
from portal.core import clock
from portal.core.db import write
from portal.people.viewer import Viewer
from portal.threads.actions import set_hidden
from tests.announcements.making import drafted, idea, manager
from tests.factories import make_person, viewer_of
from tests.web.reading import Reader

AUTUMN = datetime(2026, 10, 20, 12, tzinfo=UTC)


def announce(boss: Viewer, at: datetime = AUTUMN, **given: object) -> int:
    with clock.standing(at):
        made = drafted(boss, **given)
        write(actions.publish, boss, made)
    return made


def test_by_month_newest_first(app: Flask):
    boss = manager()
    for days, title in ((0, "Maps"), (2, "Exports"), (30, "Webhooks")):
        announce(boss, AUTUMN + timedelta(days=days), title=title)
    page = Reader(app).read("/announcements")
    assert [each.get_text() for each in page.select(".month > h2")] == ["November 2026", "October 2026"]
    assert [each.get_text() for each in page.select(".release h3 a")] == ["Webhooks", "Exports", "Maps"]
    october = page.find("a", string="October 2026")
    assert october is not None
    narrowed = Reader(app).read(str(october["href"]))
    assert [each.get_text() for each in narrowed.select(".release h3 a")] == ["Exports", "Maps"]


def test_a_month_is_that_of_the_reader(app: Flask):
    announce(manager(), datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    stockholm = Reader(app, make_person(time_zone="Europe/Stockholm"))
    assert [each.get_text() for each in stockholm.read("/announcements").select(".month > h2")] == ["November 2026"]
    assert stockholm.read("/announcements?month=2026-11").select(".release")
    assert not stockholm.read("/announcements?month=2026-10").select(".release")


@pytest.mark.parametrize("month", ["2026-13", "0000-01", "9999-12", "x", "2026-10' --"])
def test_a_month_that_is_none_is_no_trouble(app: Flask, month: str):
    announce(manager())
    assert Reader(app).get("/announcements?" + "month=" + month).status_code == 200


def test_by_tag(app: Flask):
    boss = manager()
    announce(boss, title="Maps", tags=("maps",))
    announce(boss, title="Exports", tags=("export", "maps"))
    page = Reader(app).read("/announcements?tag=export")
    assert [each.get_text() for each in page.select(".release h3 a")] == ["Exports"]
    assert [each.get_text() for each in page.select("aside a.tag")] == ["maps", "export"]


def test_an_entry_links_to_its_ideas_as_far_as_one_may_see_them(app: Flask):
    boss, seen, hidden = manager(), idea("CSV"), idea("PDF")
    announce(boss, items=drafted_items(seen.thread_id, hidden.thread_id))
    write(set_hidden, viewer_of(make_person(role="moderator")), hidden.thread_id, on=True, reason="Spam.")
    page = Reader(app).read("/announcements")
    [link] = page.select(".outcomes a")
    assert (link.get_text(), str(link["href"]).split("-")[0]) == ("CSV", f"/ideas/{seen.thread_id}")


def drafted_items(*ids: int) -> object:
    from tests.announcements.making import items

    return items(*((id_, "shipped") for id_ in ids))


def test_pages_of_it_lead_on(app: Flask):
    boss = manager()
    for number in range(12):
        announce(boss, AUTUMN + timedelta(days=number), title=f"Number {number}")
    first = Reader(app).read("/announcements")
    older = first.select_one("a[rel=next]")
    assert older is not None
    assert [each.get_text() for each in Reader(app).read(str(older["href"])).select(".release h3 a")] == [
        "Number 1",
        "Number 0",
    ]


def test_drafts_are_in_no_list(app: Flask):
    boss = manager()
    drafted(boss, title="A secret")
    for path in ("/announcements", "/", "/search?q=secret"):
        assert "A secret" not in Reader(app).get(path).text
    assert "A secret" in Reader(app, make_person(role="agent")).get("/announcements/drafts").text
    assert Reader(app, make_person()).get("/announcements/drafts").status_code == 404


def test_it_takes_as_many_statements_for_one_as_for_five(app: Flask, statements: list[str]):
    boss, counted = manager(), []
    for more in (1, 4):
        for number in range(more):
            wishes = [idea(f"Wish {number} {n}").thread_id for n in range(more)]
            announce(boss, AUTUMN + timedelta(days=number), items=drafted_items(*wishes), tags=(f"t{number}",))
        Reader(app).read("/announcements")
        statements.clear()
        Reader(app).read("/announcements")
        counted.append(len(statements))
    assert counted[0] == counted[1]
    assert counted[0] <= 8


def test_the_page_of_an_idea_leads_to_where_it_was_announced(app: Flask):
    wish = idea("CSV")
    path = f"/ideas/{wish.thread_id}"
    made = announce(manager(), items=drafted_items(wish.thread_id), audience="members")
    for reader, seen in ((Reader(app), []), (Reader(app, make_person()), [f"/announcements/{made}-exports-are-here"])):
        page = reader.read(reader.get(path).headers["Location"])
        assert [link["href"] for link in page.select(".announced a")] == seen
