"""Who sees what: every kind of category, privacy and state, for every kind of viewer."""

import itertools
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import NotFound
from portal.events.actions import record
from portal.people.models import Group, Membership, Organisation, Person
from portal.people.viewer import VISITOR, Viewer, by_sort, of_row
from portal.threads.models import CategoryGroup, Thread, ThreadGroup
from portal.threads.policy import readers, visible_to
from portal.threads.queries import get_visible, place_of, thread_place
from tests.factories import make_category, make_person, make_thread, viewer_of

VISIBILITIES = ("everyone", "members", "groups", "staff")
PRIVACIES = ("none", "staff", "organisation")
OF_ANNOUNCEMENTS = ("members", "groups")
STATES = ("", "hidden", "deleted")
VIEWERS = (
    "visitor",
    "member",
    "unconfirmed",
    "in_group",
    "colleague",
    "author",
    "agent",
    "manager",
    "moderator",
    "admin",
)


def may_see(viewer: str, visibility: str, privacy: str, state: str) -> bool:
    """The rules of the house, told once more in other words."""
    if viewer in ("agent", "manager", "moderator", "admin"):
        return True
    reads_category = {
        "everyone": True,
        "members": viewer != "visitor",
        "groups": viewer in ("in_group", "colleague", "author"),
        "staff": False,
    }[visibility]
    let_in = {
        "none": True,
        "members": viewer != "visitor",
        "groups": viewer in ("in_group", "colleague", "author"),
        "staff": viewer == "author",
        "organisation": viewer in ("author", "colleague"),
    }[privacy]
    there = {"": True, "hidden": False, "deleted": viewer == "author"}[state]
    return reads_category and let_in and there


@pytest.fixture
def people(app: Flask) -> dict[str, Person | None]:
    beta = Group(name="Beta")
    ours = Organisation(name="Ours")
    db.session.add_all([beta, ours])
    db.session.commit()
    made: dict[str, Person | None] = {"visitor": None}
    for name in VIEWERS[1:]:
        given: dict[str, Any] = {}
        if name in ("agent", "manager", "moderator", "admin"):
            given["role"] = name
        if name == "unconfirmed":
            given["email_confirmed_at"] = None
        if name in ("colleague", "author"):
            given["organisation_id"] = ours.id
        made[name] = person = make_person(name, **given)
        if name in ("in_group", "colleague", "author"):
            db.session.add(Membership(group_id=beta.id, person_id=person.id, since=now()))
    db.session.commit()
    return made


def viewing(person: Person | None) -> Viewer:
    return viewer_of(person) if person else VISITOR


def test_every_combination(app: Flask, people: dict[str, Person | None]) -> None:
    author = people["author"]
    assert author
    group_id = db.session.scalars(select(Group.id)).one()
    for visibility in VISIBILITIES:
        category = make_category(visibility.title(), visibility=visibility)
        if visibility == "groups":
            db.session.add(CategoryGroup(category_id=category.id, group_id=group_id))
            db.session.commit()
        # A moderator begins it, as an author who may not see the category could not; then it is the author's.
        begin = viewing(people["moderator"])
        for privacy, state in [*itertools.product(PRIVACIES, STATES), *((each, "") for each in OF_ANNOUNCEMENTS)]:
            thread = make_thread(begin, category=category)
            thread.author_id, thread.privacy = author.id, privacy
            if privacy == "organisation":
                thread.organisation_id = author.organisation_id
            if privacy == "groups":
                db.session.add(ThreadGroup(thread_id=thread.id, group_id=group_id))
            if state:
                event = record(f"thread.{state}", actor_id=author.id, thread_id=thread.id)
                setattr(thread, f"{state}_event_id", event.id)
            db.session.commit()
            told = set(db.session.scalars(select(Person.username).where(readers(thread, category))))
            at_once = who_see(thread, people)
            for name, person in people.items():
                viewer, expected = viewing(person), may_see(name, visibility, privacy, state)
                seen = db.session.scalar(select(Thread.id).where(Thread.id == thread.id, visible_to(viewer)))
                assert (seen is not None) == expected, (name, visibility, privacy, state)
                if person:
                    assert (name in told) == expected, (name, visibility, privacy, state)
                    assert (person.id in at_once) == expected, (name, visibility, privacy, state)
                if not expected:
                    with pytest.raises(NotFound):
                        get_visible(viewer, thread.id)
                    with pytest.raises(NotFound):
                        thread_place(viewer, thread.id)


def who_see(thread: Thread, people: dict[str, Person | None]) -> set[int]:
    """Of these people, each sort in one statement, as letters ask for many readers."""
    found: set[int] = set()
    for sort, ids in by_sort(viewing(person) for person in people.values()).items():
        query = select(Person.id).select_from(Thread).join(Person, Person.id.in_(ids))
        found.update(db.session.scalars(query.where(Thread.id == thread.id, visible_to(of_row(sort, Person)))))
    return found


def test_who_leaves_a_group_or_an_organisation_sees_no_more(app: Flask, people: dict[str, Person | None]) -> None:
    colleague, author = people["colleague"], people["author"]
    assert colleague
    assert author
    thread = make_thread(author, privacy="organisation")
    assert get_visible(viewing(colleague), thread.id)
    colleague.organisation_id = None
    db.session.commit()
    with pytest.raises(NotFound):
        get_visible(viewing(colleague), thread.id)


def test_a_category_of_groups_without_any_is_for_staff(app: Flask, people: dict[str, Person | None]) -> None:
    category = make_category(visibility="groups")
    thread = make_thread(viewing(people["admin"]), category=category)
    with pytest.raises(NotFound):
        get_visible(viewing(people["in_group"]), thread.id)


def test_what_is_missing_looks_like_what_is_secret(app: Flask) -> None:
    for door in (get_visible, thread_place, place_of):
        with pytest.raises(NotFound):
            door(VISITOR, 999_999)
