"""Whom someone can call by an @ while they write: only people who may see what is being written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, or_, select

from portal.core.clock import now
from portal.core.db import begins_with, db
from portal.core.markup import mention_key
from portal.people.models import Person, Suspension
from portal.people.queries import suspended
from portal.people.viewer import Viewer
from portal.threads.models import ASKED_PRIVACIES, Category, FormPlace, Post, Thread
from portal.threads.policy import categories, readers, standing
from portal.threads.queries.drafts import place_of_form

MOST = 8
RECENT = 200
"""Of a long thread, so many of the newest posts say who takes part in it."""


@dataclass(frozen=True, slots=True)
class PersonOffered:
    """Someone to call."""

    username: str
    name: str


def offered_people(
    viewer: Viewer, place: FormPlace, typed: str, *, category_id: int = 0, privacy: str = "none"
) -> tuple[PersonOffered, ...]:
    """At most eight whose username or name begins with what was typed; without that, who takes part in the thread.

    `category_id` and `privacy` are what the form of a new thread says so far. Raises NotFound."""
    thread, _post = place_of_form(viewer, place)
    begun = thread or _begun(viewer, category_id, privacy)
    category: Category | None = begun.category if begun else None
    if begun is None or category is None:
        return ()
    key = mention_key(typed)
    if key:
        chosen = or_(begins_with(Person.username_key, key), begins_with(Person.name_key, key))
    else:
        chosen = Person.id.in_(_who_takes_part(thread) if thread else ())
    query = (
        select(Person.username, Person.name)
        .where(chosen, readers(begun, category), *_reachable(viewer))
        .order_by(Person.username_key)
        .limit(MOST)
    )
    return tuple(PersonOffered(row.username, row.name) for row in db.session.execute(query))


def _begun(viewer: Viewer, category_id: int, privacy: str) -> Thread | None:
    """A thread as it would be, only to ask who could read it. None where this viewer cannot begin it."""
    category = db.session.scalar(select(Category).where(Category.id == category_id, categories(viewer)))
    if category_id and category is None:
        return None
    return Thread(
        author_id=viewer.id,
        category=category or Category(visibility="members"),
        privacy=privacy if privacy in ASKED_PRIVACIES else "staff",
        organisation_id=viewer.organisation_id,
    )


def _who_takes_part(thread: Thread) -> Sequence[int]:
    posts = select(Post.author_id).where(Post.thread_id == thread.id, standing()).order_by(Post.activity.desc())
    return list({id_ for id_ in db.session.scalars(posts.limit(RECENT)) if id_ is not None})


def _reachable(viewer: Viewer) -> tuple[Any, ...]:
    """People with an account, who are let in, other than the writer."""
    out = exists().where(Suspension.person_id == Person.id, suspended(now()))
    return Person.kind == "account", Person.erased_at.is_(None), Person.id != viewer.id, ~out
