"""Rows for tests, made the short way. Each commits, and returns a row that can be read."""

import itertools
from typing import Any

from portal.core.clock import now
from portal.core.db import db
from portal.people.models import Membership, Person
from portal.people.viewer import Viewer
from portal.threads.models import Category

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
    )
