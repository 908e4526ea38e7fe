"""Rows for tests, made the short way. Each commits, and returns a row that can be read."""

import itertools
from typing import Any

from portal.core.clock import now
from portal.core.db import db, write
from portal.ideas.models import Idea, IdeaVote
from portal.people.models import Membership, Person
from portal.people.viewer import Viewer
from portal.threads import actions
from portal.threads.models import Category, Post, Thread

_numbers = itertools.count(1)


def _saved(row: Any) -> Any:
    db.session.add(row)
    db.session.commit()
    return row


def make_person(username: str = "", **given: Any) -> Person:
    """Someone with an account and a confirmed address."""
    username = username or f"person{next(_numbers)}"
    values: dict[str, Any] = {
        "username": username,
        "username_key": username.casefold(),
        "name": username.title(),
        "email": f"{username}@example.com",
        "email_key": f"{username}@example.com",
        "email_confirmed_at": now(),
        "created_at": now(),
    }
    person: Person = _saved(Person(**(values | given)))
    return person


def make_category(name: str = "", **given: Any) -> Category:
    """A category that everyone may see."""
    name = name or f"Category {next(_numbers)}"
    category: Category = _saved(Category(name=name, slug=name.lower().replace(" ", "-"), **given))
    return category


def viewer_of(person: Person) -> Viewer:
    """How queries and policies see this person."""
    groups = db.session.scalars(db.select(Membership.group_id).filter_by(person_id=person.id))
    return Viewer(
        id=person.id,
        role=person.role,
        username=person.username or "",
        name=person.name,
        is_confirmed=person.is_confirmed,
        organisation_id=person.organisation_id,
        group_ids=frozenset(groups),
        language=person.language,
        time_zone=person.time_zone,
        colour_scheme=person.colour_scheme,
        rows_per_list=person.rows_per_list,
        read_since=person.read_since or person.created_at,
        is_welcomed=person.welcomed_at is not None,
    )


def _viewer(by: Person | Viewer | None) -> Viewer:
    return by if isinstance(by, Viewer) else viewer_of(by or make_person())


def make_thread(by: Person | Viewer | None = None, *, category: Category | None = None, **given: Any) -> Thread:
    """A question, begun as people begin one, in a category that everyone may see."""
    values: dict[str, Any] = {"kind": "question", "title": "How do I print a label?", "body": "It prints *nothing*."}
    category_id = (category or make_category()).id
    thread_id = write(actions.start_thread, _viewer(by), category_id=category_id, **(values | given))
    return db.session.get_one(Thread, thread_id)


def make_reply(thread: Thread, by: Person | Viewer | None = None, *, body: str = "Turn it off and on.") -> Post:
    """A reply, written as people write one."""
    post_id = write(actions.reply, _viewer(by), thread.id, body=body)
    return db.session.get_one(Post, post_id)


def make_comment(post: Post, by: Person | Viewer | None = None, *, body: str = "Which one?") -> Post:
    """A comment under a post."""
    post_id = write(actions.comment, _viewer(by), post.id, body=body)
    return db.session.get_one(Post, post_id)


def make_idea(by: Person | Viewer | None = None, **given: Any) -> Idea:
    """An idea, suggested as people suggest one: its author votes for it."""
    values: dict[str, Any] = {"kind": "discussion", "title": "Print labels in colour", "body": "We have *brands*."}
    thread = make_thread(by, **(values | given))
    thread.kind = "idea"
    db.session.add(IdeaVote(idea_id=thread.id, person_id=thread.author_id, at=now()))
    idea: Idea = _saved(Idea(thread_id=thread.id, root_id=thread.id, votes=1, supporters=1, wanted=1))
    return idea
