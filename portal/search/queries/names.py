"""People and tags by their names."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import func, or_, select

from portal.core.db import begins_with, db
from portal.core.markup import mention_key
from portal.people.models import Person
from portal.people.viewer import Viewer, particulars, stand_in
from portal.search.words import normal
from portal.threads.models import Tag, Thread, ThreadTag
from portal.threads.policy import visible_to

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
    begins = or_(begins_with(Person.username_key, mention_key(name)), begins_with(Person.name_key, normal(name)))
    query = (
        select(Person.id, Person.name, Person.username, Person.avatar)
        .where(begins, Person.username.is_not(None), Person.erased_at.is_(None))
        .order_by(func.length(Person.username), Person.username_key)
        .limit(limit)
    )
    return tuple(
        PersonNamed(row.id, row.name or row.username, row.username, row.avatar or "")
        for row in db.session.execute(query)
    )


def tags(viewer: Viewer, text: str, limit: int = 5) -> tuple[TagNamed, ...]:
    """The tags whose name begins with one of these words, or is all of them with hyphens."""
    words = [normal(word) for word in text.split()[:5]]
    names = [name for name in dict.fromkeys([*words, "-".join(words)]) if SHORTEST <= len(name) <= 40]
    if not names:
        return ()
    query = _tags(stand_in(viewer)).where(or_(*(begins_with(Tag.name, name) for name in names)))
    found = db.session.execute(query.order_by(func.length(Tag.name), Tag.name).limit(limit), particulars(viewer))
    return tuple(TagNamed(row.name, row.description) for row in found)


@lru_cache(maxsize=32)
def _tags(viewer: Viewer) -> Any:
    used = (
        select(ThreadTag.thread_id)
        .join(Thread, Thread.id == ThreadTag.thread_id)
        .where(
            ThreadTag.tag_id == Tag.id,
            visible_to(viewer),
            Thread.hidden_event_id.is_(None),
            Thread.deleted_event_id.is_(None),
        )
    )
    return select(Tag.name, Tag.description).where(used.exists())
