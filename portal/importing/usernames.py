"""Usernames for people who come from elsewhere, made from the names they had there."""

import re
import unicodedata
from collections.abc import Collection, Mapping

from sqlalchemy import select

from portal.core.db import db
from portal.people.models import Person
from portal.people.names import username_key

LONGEST = 30


def usernames(names: Mapping[int, str]) -> dict[int, str]:
    """A username for each of these people (their ids there, and their names), none of which is taken."""
    wanted = {id_: _simplified(name) or f"user{id_}" for id_, name in names.items()}
    numbered = {id_: f"{base}-{abs(id_)}" for id_, base in wanted.items()}
    taken = _taken({username_key(name) for name in (*wanted.values(), *numbered.values())})
    found: dict[int, str] = {}
    for id_, base in wanted.items():
        name, number = base, 1
        while username_key(name) in taken:
            name = numbered[id_] if number == 1 else f"{numbered[id_]}-{number}"
            if number > 1 and username_key(name) not in taken:
                taken |= _taken({username_key(name)})
            number += 1
        taken.add(username_key(name))
        found[id_] = name
    return found


def _simplified(name: str) -> str:
    """Letters, digits, `-` and `_` of a name, as one word: how people there already called one another."""
    word = re.sub(r"[^\w-]", "", unicodedata.normalize("NFKC", name))
    return word[:LONGEST].strip("-_")


def _taken(keys: Collection[str]) -> set[str]:
    return {key for key in db.session.scalars(select(Person.username_key).where(Person.username_key.in_(keys))) if key}
