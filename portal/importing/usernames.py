"""Usernames for people who come from elsewhere, made from the names they had there."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import Invalid
from portal.people.models import STAFF, Person
from portal.people.names import is_reserved, looks_like, username_key, well_formed

LONGEST = 28
"""Leaves room for a number, within what a username may have."""


def usernames(names: Mapping[int, str]) -> dict[int, str]:
    """A username for each of these people (their ids there, and their names): one that they could have chosen here,
    and that nobody has."""
    ways = {id_: _ways(id_, name) for id_, name in names.items()}
    staff = _staff()
    found: dict[int, str] = {}
    taken: set[str] = set()
    while ways:
        wanted = {id_: next(way for way in each if _may_be(way, staff)) for id_, each in ways.items()}
        keys = [username_key(name) for name in wanted.values()]
        query = select(Person.username_key).where(Person.username_key.in_(keys))
        taken |= {key for key in db.session.scalars(query) if key}
        for id_, name in wanted.items():
            if username_key(name) not in taken:
                taken.add(username_key(name))
                found[id_] = name
                del ways[id_]
    return found


def _ways(id_: int, name: str) -> Iterator[str]:
    """Names to try, the best one first: the last ones always do."""
    # Without spaces, as people there already called one another.
    word = re.sub(r"[^\w.-]", "", unicodedata.normalize("NFKC", name))
    word = re.sub(r"([._-])[._-]+", r"\1", word)[:LONGEST].strip("._-")
    if word:
        yield word
        yield f"{word}-{abs(id_)}"
    yield f"person-{abs(id_)}"
    number = 2
    while True:
        yield f"person-{abs(id_)}-{number}"
        number += 1


def _may_be(username: str, staff: list[str]) -> bool:
    try:
        return well_formed(username) == username and not is_reserved(username) and not looks_like(username, staff)
    except Invalid:
        return False


def _staff() -> list[str]:
    rows = db.session.execute(select(Person.username, Person.name).where(Person.role.in_(STAFF)))
    return [name for row in rows for name in row if name]
