"""A page asks the database a fixed number of times, whatever it holds."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select

from portal.core import clock
from portal.core.db import db, write
from portal.ideas.models import Idea, IdeaNote, Outcome
from portal.people.models import Person
from portal.questions.actions import set_accepted
from portal.questions.models import Question
from portal.site.actions import change_site
from portal.threads.actions import hide_post
from portal.threads.models import Category, Post, Tag, Thread, ThreadTag
from tests.factories import make_category, make_person, viewer_of
from tests.web.reading import Reader, soup, titles

FEW, MANY = 3, 300
LONG_AGO = clock.now() - timedelta(days=300)


def fill(number: int, author: Person, category: Category, *, replies: int = 0) -> list[int]:
    """So many questions with a tag each, written straight into the tables; the newest of them has the replies."""
    at = clock.now()
    threads = [
        {
            "kind": "question",
            "category_id": category.id,
            "author_id": author.id,
            "title": f"Question {n}",
            "slug": f"question-{n}",
            "created_at": at - timedelta(hours=n),
            "last_activity_at": at - timedelta(hours=n),
            "last_poster_id": author.id,
            "last_number": 1 + (replies if n == 0 else 0),
        }
        for n in range(number)
    ]
    ids = list(db.session.scalars(insert(Thread).returning(Thread.id, sort_by_parameter_order=True), threads))
    tag = db.session.scalars(select(Tag).filter_by(name="labels")).first() or Tag(name="labels")
    db.session.add(tag)
    db.session.flush()
    db.session.execute(insert(ThreadTag), [{"thread_id": id_, "tag_id": tag.id} for id_ in ids])
    written = {"author_id": author.id, "source": "Why?", "html": "<p>Why?</p>", "renderer": 1, "created_at": at}
    posts = [{"thread_id": id_, "number": 1, "activity": 1, **written} for id_ in ids]
    posts += [{"thread_id": ids[0], "number": n + 2, "activity": n + 2, **written} for n in range(replies)]
    db.session.execute(insert(Post), posts)
    db.session.commit()
    return ids


def asked(reader: Reader, statements: list[str], path: str) -> list[str]:
    statements.clear()
    assert reader.get(path).status_code == 200
    return list(statements)


LISTS = {
    "/": 8,
    "/questions?order=new": 7,
    "/questions?order=helpful": 7,
    "/discussions": 7,
    "/unanswered": 7,
    "/c/printing": 10,
    "/tags/labels": 9,
    "/people/ada/threads": 9,
}
"""What a member's page asks for: who it is, the settings of the portal, the rows, the categories; where it
applies what is pinned, and the category, tag or person itself; what is unread in each row, in each category and in the
inbox; and how much a person wrote."""


@pytest.mark.parametrize(("path", "number"), LISTS.items())
def test_a_list_of_three_costs_as_much_as_one_of_300(app: Flask, statements: list[str], path: str, number: int) -> None:
    ada, category = make_person("ada"), make_category("Printing")
    write(change_site, viewer_of(make_person(role="admin")), is_set_up=True)
    visitor, member = Reader(app), Reader(app, make_person(created_at=LONG_AGO))
    visitor.get("/people/ada")  # who the champions are is kept for a while
    fill(FEW, ada, category)
    few = [asked(reader, statements, path) for reader in (visitor, member)]
    fill(MANY, ada, category)
    many = [asked(reader, statements, path) for reader in (visitor, member)]
    if path != "/discussions":
        assert len(titles(soup(member.get(path)))) == member_rows()
    assert [len(each) for each in few] == [len(each) for each in many], "\n".join(many[1])
    unread = {"/discussions": 1, "/c/printing": 3, "/tags/labels": 3}.get(path, 2)
    assert [len(each) for each in many] == [number - 2 - unread, number], "\n".join(many[1])


THREADS = {"visitor": 8, "member": 12, "moderator": 12}
"""What the page of a solved question asks for: who it is, the settings, the thread, its posts, their comments and
states, what the question adds, the idea that it waits for, how much is unread elsewhere, and the reply that was begun.
"""


@pytest.mark.parametrize(("who", "number"), THREADS.items())
def test_a_thread_of_three_posts_costs_as_much_as_one_of_300(
    app: Flask, statements: list[str], who: str, number: int
) -> None:
    ada, category = make_person("ada"), make_category("Printing")
    reader = Reader(app, {"visitor": None, "member": ada, "moderator": make_person(role="moderator")}[who])
    costs: list[list[str]] = []
    for replies in (FEW, MANY):
        id_ = fill(1, ada, category, replies=replies)[0]
        solve(id_, ada, comments=replies)
        path = reader.get(f"/t/{id_}").location
        page = soup(reader.get(path))
        assert len(page.select(".post")) == min(replies + 1, 20)
        assert len(page.select(".comment")) == replies
        costs.append(asked(reader, statements, path))
    assert len(costs[0]) == len(costs[1]), "\n".join(costs[1])
    assert len(costs[1]) == number, "\n".join(costs[1])


def solve(thread_id: int, by: Person, *, comments: int) -> None:
    """Accept the first reply, hide the second, and comment on the opening post."""
    first = db.session.scalars(db.select(Post.id).filter_by(thread_id=thread_id).order_by(Post.id)).all()
    at = clock.now()
    written = {"author_id": by.id, "source": "And?", "html": "<p>And?</p>", "renderer": 1, "created_at": at}
    shared = {"thread_id": thread_id, "parent_id": first[0], **written}
    db.session.execute(insert(Post), [{"activity": 1_000 + n, **shared} for n in range(comments)])
    db.session.add(Question(thread_id=thread_id))
    db.session.commit()
    write(set_accepted, viewer_of(by), first[1], on=True)
    write(hide_post, viewer_of(make_person(role="moderator")), first[2], on=True, reason="Rude")


def member_rows() -> int:
    """How many rows a list has where nobody chose."""
    return Person.rows_per_list.default.arg  # type: ignore[attr-defined]


IDEAS = {"/ideas": 8, "/ideas?order=decided&status=any": 8, "/": 9, "/roadmap": 8}
"""The same with ideas: the names of statuses, or in any other list one statement for the marks of all its ideas."""
IDEA_PAGES = {"visitor": 9, "member": 13, "manager": 16}
"""And the page of one: what it adds, what is merged into it, what was decided and announced, its loop; for staff
notes, who they are, and what the customers behind it are worth."""


def make_ideas(number: int, author: Person, category: Category) -> list[int]:
    """So many ideas, one merged into another; the newest was decided as often."""
    ids = fill(number, author, category, replies=number)
    db.session.execute(db.update(Thread).where(Thread.id.in_(ids)).values(kind="idea"))
    at = clock.now()
    rows = [
        {
            "thread_id": id_,
            "root_id": ids[0] if n % 3 == 1 else id_,
            "merged_into_id": ids[0] if n % 3 == 1 else None,
            "status": "duplicate" if n % 3 == 1 else "planned",
            "decided_at": at,
        }
        for n, id_ in enumerate(ids)
    ]
    db.session.execute(insert(Idea), rows)
    kept = {"idea_id": ids[0], "status": "planned", "by_id": author.id, "at": at, "reason_html": "<p>Soon.</p>"}
    db.session.execute(insert(Outcome), [kept] * number)
    db.session.execute(insert(IdeaNote), [{"idea_id": ids[0], "source": "So", "html": "<p>So</p>", "at": at}] * number)
    db.session.execute(db.update(Idea).values(outcome_id=db.select(db.func.max(Outcome.id)).scalar_subquery()))
    db.session.commit()
    return ids


@pytest.mark.parametrize(("path", "number"), IDEAS.items())
def test_a_list_with_three_ideas_costs_as_much_as_one_with_300(
    app: Flask, statements: list[str], path: str, number: int
) -> None:
    ada, category = make_person("ada"), make_category("Printing")
    write(change_site, viewer_of(make_person(role="admin")), is_set_up=True)
    visitor, member = Reader(app), Reader(app, make_person(created_at=LONG_AGO))
    costs: list[list[list[str]]] = []
    for many in (FEW, MANY):
        make_ideas(many, ada, category)
        costs.append([asked(reader, statements, path) for reader in (visitor, member)])
    few, many_of_them = costs
    assert [len(each) for each in few] == [len(each) for each in many_of_them], "\n".join(many_of_them[1])
    assert len(many_of_them[1]) == number, "\n".join(many_of_them[1])
    assert len(many_of_them[0]) < number


@pytest.mark.parametrize(("who", "number"), IDEA_PAGES.items())
def test_the_page_of_an_idea_costs_the_same_whatever_it_holds(
    app: Flask, statements: list[str], who: str, number: int
) -> None:
    ada, category = make_person("ada"), make_category("Printing")
    reader = Reader(app, {"visitor": None, "member": ada, "manager": make_person(role="manager")}[who])
    costs: list[list[str]] = []
    for many in (FEW, MANY):
        path = reader.get(f"/t/{make_ideas(many, ada, category)[0]}").location
        page = soup(reader.get(path))
        assert len(page.select(".timeline > li")) == many + 1
        assert len(page.select("#merged li")) == many // 3
        costs.append(asked(reader, statements, path))
    assert len(costs[0]) == len(costs[1]), "\n".join(costs[1])
    assert len(costs[1]) == number, "\n".join(costs[1])
