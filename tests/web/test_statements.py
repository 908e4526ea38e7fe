"""A page asks the database a fixed number of times, whatever it holds."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert

from portal.core import clock
from portal.core.db import db
from portal.people.models import Person
from portal.threads.models import Category, Post, Tag, Thread, ThreadTag
from tests.factories import make_category, make_person
from tests.web.reading import Reader, soup, titles

FEW, MANY = 3, 300


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
    tag = Tag(name="labels")
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
    "/": 6,
    "/questions?order=new": 5,
    "/questions?order=helpful": 5,
    "/discussions": 5,
    "/unanswered": 5,
    "/c/printing": 7,
    "/tags/labels": 6,
    "/people/ada/threads": 6,
}
"""What a member's page asks for: who it is, the settings of the portal, the rows, their tags, the categories; where it
applies what is pinned, and the category, tag or person itself."""


@pytest.mark.parametrize(("path", "number"), LISTS.items())
def test_a_list_of_three_costs_as_much_as_one_of_300(app: Flask, statements: list[str], path: str, number: int) -> None:
    ada, category = make_person("ada"), make_category("Printing")
    visitor, member = Reader(app), Reader(app, make_person())
    fill(FEW, ada, category)
    few = [asked(reader, statements, path) for reader in (visitor, member)]
    db.session.query(Tag).update({Tag.name: "old"})
    fill(MANY, ada, category)
    many = [asked(reader, statements, path) for reader in (visitor, member)]
    if path != "/discussions":
        assert len(titles(soup(member.get(path)))) == member_rows()
    assert [len(each) for each in few] == [len(each) for each in many], "\n".join(many[1])
    assert [len(each) for each in many] == [number - 1, number], "\n".join(many[1])


def member_rows() -> int:
    """How many rows a list has where nobody chose."""
    return Person.rows_per_list.default.arg  # type: ignore[attr-defined]
