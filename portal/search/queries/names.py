"""People and tags by their names."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import func, or_, select

from portal.core.db import ask, param
from portal.core.markup import mention_key
from portal.people.models import Person
from portal.people.viewer import Viewer, particulars, stand_in
from portal.search.queries.beginnings import beginning, begins, is_sqlite
from portal.search.words import normal
from portal.threads.models import Tag, Thread, ThreadTag
from portal.threads.policy import standing_thread, visible_to

SHORTEST = 2
LONGEST = 80


@dataclass(frozen=True, slots=True)
class PersonNamed:
    """Someone with a profile."""

    id: int
    name: str
    username: str
    avatar: str


@dataclass(frozen=True, slots=True)
class TagNamed:
    """A tag that some thread has which the viewer may see."""

    name: str
    description: str


def people(viewer: Viewer, text: str, limit: int = 5) -> tuple[PersonNamed, ...]:
    """Who has a profile, and a name or username that begins with this."""
    name = " ".join(text.split()).removeprefix("@")
    if not SHORTEST <= len(name) <= LONGEST:
        return ()
    sqlite = is_sqlite()
    values = beginning("login", mention_key(name), sqlite) | beginning("called", normal(name), sqlite)
    rows = ask(_people(sqlite), values | {"most": limit})
    return tuple(PersonNamed(row.id, row.name or row.username, row.username, row.avatar or "") for row in rows)


@cache
def _people(sqlite: bool) -> Any:
    fits = or_(begins(Person.username_key, "login", sqlite), begins(Person.name_key, "called", sqlite))
    return (
        select(Person.id, Person.name, Person.username, Person.avatar)
        .where(fits, Person.username.is_not(None), Person.erased_at.is_(None))
        .order_by(func.length(Person.username), Person.username_key)
        .limit(param("most"))
    )


def tags(viewer: Viewer, text: str, limit: int = 5) -> tuple[TagNamed, ...]:
    """The tags whose name begins with one of these words, or is all of them with hyphens."""
    words = [normal(word) for word in text.split()[:5]]
    names = [name for name in dict.fromkeys([*words, "-".join(words)]) if SHORTEST <= len(name) <= 40]
    if not names:
        return ()
    sqlite, values = is_sqlite(), particulars(viewer) | {"most": limit}
    for place, name in enumerate(names):
        values |= beginning(f"name_{place}", name, sqlite)
    found = ask(_tags(stand_in(viewer), len(names), sqlite), values)
    return tuple(TagNamed(row.name, row.description) for row in found)


@lru_cache(maxsize=64)
def _tags(viewer: Viewer, names: int, sqlite: bool) -> Any:
    used = (
        select(ThreadTag.thread_id)
        .join(Thread, Thread.id == ThreadTag.thread_id)
        .where(
            ThreadTag.tag_id == Tag.id,
            visible_to(viewer),
            standing_thread(),
        )
    )
    fits = or_(*(begins(Tag.name, f"name_{place}", sqlite) for place in range(names)))
    query = select(Tag.name, Tag.description).where(used.exists(), fits)
    return query.order_by(func.length(Tag.name), Tag.name).limit(param("most"))
