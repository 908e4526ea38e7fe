"""The list of ideas: what stands in it, in which order, and what each reader sees of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core.db import db
from portal.ideas.models import Idea, StatusName, Supporter
from portal.ideas.queries.lists import ORDERS, ideas, roadmap
from portal.ideas.queries.marks import marks, status_names
from portal.people.viewer import VISITOR
from portal.threads.models import Thread
from tests.factories import make_category, make_idea, make_person, viewer_of

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def idea(title: str, *, days: int = 0, by: Any = None, category: Any = None, tags: Any = (), **kept: Any) -> int:
    """An idea with these columns; `days`: how long after the first it was begun."""
    made = make_idea(by, title=title, category=category or make_category(), tags=tags)
    thread = db.session.get_one(Thread, made.thread_id)
    thread.created_at = LONG_AGO + timedelta(days=days)
    for name, value in kept.items():
        setattr(made, name, value)
    db.session.commit()
    return made.thread_id


def listed(viewer: Any = VISITOR, **asked: Any) -> list[str]:
    return [row.title for row in ideas(viewer, **asked).rows]


@pytest.fixture
def three(app: Flask) -> None:
    idea("Old", days=0, wanted=5, rising=1.0)
    idea("New", days=9, wanted=1, rising=3.0)
    idea("Done", days=4, wanted=9, rising=2.0, status="shipped", decided_at=LONG_AGO)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("wanted", ["Done", "Old", "New"]),
        ("rising", ["New", "Done", "Old"]),
        ("new", ["New", "Done", "Old"]),
        ("decided", ["Done"]),
        ("nonsense", ["Done", "Old", "New"]),
    ],
)
def test_an_order_is_read_through_page_by_page_and_back(three: None, order: str, expected: list[str]) -> None:
    assert listed(order=order) == expected
    first = ideas(VISITOR, order=order, limit=1)
    seen, at = [first.rows[0].title], first.older
    while at:
        page = ideas(VISITOR, order=order, limit=1, cursor=at)
        seen, at = [*seen, page.rows[0].title], page.older
        back = ideas(VISITOR, order=order, limit=1, cursor=page.newer)
        assert back.rows[0].title == seen[-2]
    assert seen == expected


def test_a_list_is_narrowed_by_each_thing_alone_and_by_several(app: Flask) -> None:
    billing = make_category("Billing")
    idea("Export", category=billing, tags=("csv",))
    idea("Import", category=billing, status="declined", decided_at=LONG_AGO)
    idea("Print", tags=("csv", "labels"))
    assert listed(category_id=billing.id, order="new") == ["Import", "Export"]
    assert listed(tag="labels") == ["Print"]
    assert listed(tag="csv", category_id=billing.id) == ["Export"]
    assert listed(status="declined") == ["Import"]
    assert set(listed(status="open-to-votes")) == {"Export", "Print"}
    assert listed(language="sv") == []
    assert listed(tag="never-used") == []


def test_mine_are_those_i_suggested_or_voted_for(app: Flask) -> None:
    ada, other = make_person("ada"), make_person("other")
    idea("Mine", by=ada)
    voted, _ = idea("Voted", by=other), idea("Neither", by=other)
    db.session.add(Supporter(root_id=voted, person_id=ada.id))
    db.session.commit()
    found = ideas(viewer_of(ada), mine=True)
    assert {row.title for row in found.rows} == {"Mine", "Voted"}
    assert found.marks[voted].mine
    assert len(listed(VISITOR, mine=True)) == 3  # a visitor has none, and asks for all


def test_what_is_hidden_private_merged_or_no_idea_any_more_is_in_no_list(app: Flask) -> None:
    staff = make_category("Staff", visibility="staff")
    root = idea("There")
    merged = idea("Merged")
    idea("Secret", by=make_person(role="agent"), category=staff)
    turned = idea("Turned")
    row = db.session.get_one(Idea, merged)
    row.merged_into_id = row.root_id = root
    row.status = "duplicate"
    db.session.get_one(Thread, turned).kind = "question"
    db.session.commit()
    for order in ORDERS:
        assert listed(order=order) == (["There"] if order != "decided" else [])
    assert set(listed(viewer_of(make_person(role="agent")))) == {"There", "Secret"}


def test_a_merged_idea_shows_the_votes_that_were_cast_on_it_and_who_voted_for_the_whole(app: Flask) -> None:
    ada, root = make_person("ada"), idea("Root", wanted=7, supporters=7)
    merged = idea("Merged", votes=3, imported_votes=2)
    row = db.session.get_one(Idea, merged)
    row.merged_into_id, row.root_id, row.status, row.wanted = root, root, "duplicate", 0
    db.session.add_all([Supporter(root_id=root, person_id=ada.id), StatusName(status="duplicate", name="Said before")])
    db.session.commit()
    found = marks(viewer_of(ada), [root, merged])
    assert (found[merged].wanted, found[merged].mine, found[merged].status_name) == (5, True, "Said before")
    assert (found[root].wanted, found[root].mine, found[root].open_to_votes) == (7, True, True)
    assert not marks(VISITOR, [root])[root].mine
    assert status_names()["duplicate"] == "Said before"


def test_the_roadmap_goes_by_date_and_what_has_shipped_newest_first(app: Flask) -> None:
    day = LONG_AGO.date()
    idea("No date", status="planned", wanted=50)
    idea("Late", status="planned", target_on=day + timedelta(days=9))
    idea("Soon", status="planned", target_on=day)
    idea("Partly", status="partly-shipped")
    idea("First", status="shipped", shipped_at=LONG_AGO)
    idea("Last", status="shipped", shipped_at=LONG_AGO + timedelta(days=1))
    idea("Declined", status="declined")
    columns = {name: [row.title for row in found.rows] for name, found in roadmap(VISITOR).items()}
    assert columns == {
        "planned": ["Soon", "Late", "No date"],
        "in-progress": ["Partly"],
        "shipped": ["Last", "First"],
    }
