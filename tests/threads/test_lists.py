"""Lists of threads: what is in them, in which order, page by page, and at what cost."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import NotFound
from portal.events.actions import record
from portal.people.viewer import VISITOR, Viewer
from portal.threads.models import Tag, Thread, ThreadTag
from portal.threads.queries import find_category, find_tag, rows, top_tags
from portal.threads.queries.places import categories_for, categories_to_write_in
from tests.factories import make_category, make_person, make_reply, make_thread, viewer_of


def fill(count: int, **given: Any) -> list[Thread]:
    """Threads made fast, one a minute."""
    author, category = make_person(), make_category()
    made = []
    for number in range(count):
        at = now() - timedelta(days=1, minutes=-number)
        values = {
            "kind": "question",
            "author_id": author.id,
            "category_id": category.id,
            "last_poster_id": author.id,
            "title": f"Thread {number}",
            "slug": f"thread-{number}",
            "created_at": at,
            "last_activity_at": at,
        }
        made.append(Thread(**(values | given)))
    db.session.add_all(made)
    db.session.commit()
    return made


def titles(viewer: Viewer = VISITOR, **given: Any) -> list[str]:
    return [row.title for row in rows(viewer, **given).rows]


def test_a_row_has_what_a_list_shows(app: Flask) -> None:
    ada, bob = make_person("ada"), make_person("bob")
    category = make_category("Printing", colour="teal")
    thread = make_thread(ada, category=category, tags=["pdf", "labels"])
    make_reply(thread, bob)
    (row,) = rows(VISITOR).rows
    assert (row.id, row.path, row.title) == (thread.id, thread.path, thread.title)
    assert (row.category_name, row.category_slug, row.category_colour) == ("Printing", "printing", "teal")
    assert row.tags == ("labels", "pdf")
    assert (row.author_name, row.author_username) == ("Ada", "ada")
    assert (row.replies, row.is_answered, row.is_solved) == (1, True, False)


def test_people_who_left_have_no_name_and_imported_ones_keep_theirs(app: Flask) -> None:
    left = make_person()
    gone, imported = make_thread(left, title="Gone"), make_thread(title="Imported")
    left.name, left.username, left.username_key, left.kind = "", None, None, "imported"
    imported.author_id, imported.author_name = None, "Old Hand"
    db.session.commit()
    names = {row.id: (row.author_name, row.author_username) for row in rows(VISITOR).rows}
    assert names == {gone.id: ("", ""), imported.id: ("Old Hand", "")}


def test_three_orders_and_every_filter(app: Flask) -> None:
    ada = make_person()
    one, two = make_category(), make_category()
    agent = viewer_of(make_person(role="agent"))
    a = make_thread(ada, category=one, title="A", tags=["x"])
    b = make_thread(category=two, title="B", kind="discussion", language="sv")
    c = make_thread(agent, category=one, title="C", tags=["x"])
    db.session.execute(update(Thread).where(Thread.id == b.id).values(helpful=7))
    db.session.execute(update(Thread).where(Thread.id == a.id).values(helpful=-2))
    db.session.commit()
    make_reply(a)
    assert titles() == titles(order="active") == ["A", "C", "B"]
    assert titles(order="new") == ["C", "B", "A"]
    assert titles(order="helpful") == ["B", "C", "A"]
    assert titles(order="nonsense") == ["A", "C", "B"]
    assert titles(kind="discussion") == ["B"]
    assert titles(category_id=one.id) == ["A", "C"]
    assert titles(tag="x", order="new") == ["C", "A"]
    assert titles(tag="none") == []
    assert titles(author_id=ada.id) == ["A"]
    assert titles(language="sv") == ["B"]
    assert titles(unanswered=True) == ["C"]
    assert c.first_reply_at is None


def test_unanswered_is_what_can_be_answered(app: Flask) -> None:
    ada = make_person()
    closed, open_ = make_thread(title="Closed"), make_thread(ada, title="Open")
    make_reply(open_, ada)
    closed.closed_event_id = record("thread.closed", actor_id=None).id
    db.session.commit()
    assert titles(unanswered=True) == ["Open"], "one's own reply is no answer"


def test_what_is_gone_is_in_no_list_but_its_own(app: Flask) -> None:
    ada, staff = make_person(), viewer_of(make_person(role="agent"))
    for title, state in (("Hidden", "hidden"), ("Deleted", "deleted"), ("There", "")):
        thread = make_thread(ada, title=title)
        if state:
            setattr(thread, f"{state}_event_id", record(f"thread.{state}", actor_id=ada.id).id)
    db.session.commit()
    for viewer in (VISITOR, viewer_of(ada), staff):
        assert titles(viewer) == ["There"]
    assert titles(VISITOR, gone=True) == []
    assert titles(viewer_of(ada), gone=True) == ["Deleted"]
    assert titles(staff, gone=True) == ["Deleted", "Hidden"]


def test_pages_lead_through_everything_once_and_back(app: Flask) -> None:
    fill(25)
    # Several of the same moment: the id decides.
    db.session.execute(update(Thread).where(Thread.id % 3 == 0).values(last_activity_at=now()))
    db.session.commit()
    everything = titles(limit=100)
    seen: list[str] = []
    cursor, pages = None, []
    while True:
        page = rows(VISITOR, cursor=cursor, limit=10)
        seen += [row.title for row in page.rows]
        pages.append(page)
        if page.older is None:
            break
        cursor = page.older
    assert seen == everything
    assert len(pages) == 3
    assert pages[0].newer is None
    back = rows(VISITOR, cursor=pages[2].newer, limit=10)
    assert back.rows == pages[1].rows
    assert rows(VISITOR, cursor=back.newer, limit=10).rows == pages[0].rows


@pytest.mark.parametrize("cursor", ["x", "", "0", "W10", "bnVsbA", "-" * 3000, "\u0000", "WzAsICJ4IiwgMV0"])
def test_a_broken_cursor_gives_the_first_page(app: Flask, cursor: str) -> None:
    fill(3)
    assert titles(cursor=cursor, limit=2) == ["Thread 2", "Thread 1"]


def test_pinned_threads_come_first_and_once(app: Flask) -> None:
    made = fill(12)
    for index in (2, 7):
        made[index].pinned_event_id = record("thread.pinned", actor_id=None).id
    db.session.commit()
    first = rows(VISITOR, limit=5)
    assert [row.title for row in first.rows] == [f"Thread {n}" for n in (7, 2, 11, 10, 9, 8, 6)]
    second = rows(VISITOR, limit=5, cursor=first.older)
    assert [row.title for row in second.rows] == [f"Thread {n}" for n in (5, 4, 3, 1, 0)]
    assert titles(order="new", limit=3) == ["Thread 11", "Thread 10", "Thread 9"]


def test_a_list_costs_the_same_for_3_rows_and_for_300(app: Flask, statements: list[str]) -> None:
    lists: list[dict[str, Any]] = [
        {},
        {"kind": "question"},
        {"tag": "t"},
        {"unanswered": True},
        {"order": "helpful"},
    ]
    tag = Tag(name="t")
    db.session.add(tag)
    db.session.flush()
    cost = []
    for count in (3, 297):
        db.session.add_all(ThreadTag(thread_id=thread.id, tag_id=tag.id) for thread in fill(count))
        db.session.commit()
        for viewer, filters in product((VISITOR, viewer_of(make_person())), lists):
            statements.clear()
            page = rows(viewer, limit=300, **filters)
            cost.append(len(statements))
    assert len(page.rows) == 300
    assert cost[: len(cost) // 2] == cost[len(cost) // 2 :]
    assert max(cost) <= 3


# Categories and tags


def test_a_category_is_known_to_those_who_may_see_it(app: Flask) -> None:
    make_category("Public", position=2)
    make_category("Members", visibility="members", position=1, kinds=["discussion"])
    make_category("Secret", visibility="staff", position=0)
    member, agent = viewer_of(make_person()), viewer_of(make_person(role="agent"))
    assert [row.name for row in categories_for(VISITOR)] == ["Public"]
    assert [row.name for row in categories_for(member)] == ["Members", "Public"]
    assert [row.name for row in categories_for(agent)] == ["Secret", "Members", "Public"]
    assert [row.name for row in categories_to_write_in(member, "question")] == ["Public"]
    assert find_category(member, "members").name == "Members"
    for slug in ("secret", "nothing"):
        with pytest.raises(NotFound):
            find_category(member, slug)


def test_a_tag_is_known_by_the_threads_that_have_it(app: Flask) -> None:
    make_thread(tags=["open"])
    make_thread(tags=["open", "secret"], privacy="staff")
    db.session.add(Tag(name="unused"))
    db.session.commit()
    assert [(row.name, row.threads) for row in top_tags(VISITOR)] == [("open", 1)]
    agent = viewer_of(make_person(role="agent"))
    assert [(row.name, row.threads) for row in top_tags(agent)] == [("open", 2), ("secret", 1)]
    assert find_tag(agent, "secret").name == "secret"
    for name in ("secret", "unused", "nothing"):
        with pytest.raises(NotFound):
            find_tag(VISITOR, name)
    assert db.session.scalar(select(Tag.id).where(Tag.name == "unused"))
