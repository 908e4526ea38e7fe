"""Categories and tags, as far as someone may know of them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from portal.core.db import ask, db, param
from portal.core.errors import NotFound
from portal.people.viewer import Viewer, particulars, stand_in
from portal.threads.models import Category, Tag, Thread, ThreadTag
from portal.threads.policy import categories, standing_thread, visible_to


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category in a list or a form."""

    id: int
    slug: str
    name: str
    colour: str
    description: str
    kinds: tuple[str, ...]
    visibility: str


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag, and how many threads this viewer may see that have it."""

    id: int
    name: str
    description: str
    threads: int


def categories_for(viewer: Viewer) -> tuple[CategoryRow, ...]:
    """The categories that they may see, in the order that an admin gave them."""
    return tuple(_category(row) for row in ask(_of(stand_in(viewer)), particulars(viewer)))


def categories_to_write_in(viewer: Viewer, kind: str) -> tuple[CategoryRow, ...]:
    """Those of them in which a thread of this kind may be begun."""
    return tuple(row for row in categories_for(viewer) if kind in row.kinds)


def find_category(viewer: Viewer, slug: str) -> CategoryRow:
    """The category at an address. Raises NotFound."""
    found = ask(_at(stand_in(viewer)), particulars(viewer) | {"slug": slug}).first()
    if found is None:
        raise NotFound
    return _category(found)


@cache
def _of(viewer: Viewer) -> Any:
    return (
        select(
            Category.id,
            Category.slug,
            Category.name,
            Category.colour,
            Category.description,
            Category.kinds,
            Category.visibility,
        )
        .where(categories(viewer))
        .order_by(Category.position, Category.name, Category.id)
    )


@cache
def _at(viewer: Viewer) -> Any:
    return _of(viewer).where(Category.slug == param("slug"))


def _category(row: Any) -> CategoryRow:
    return CategoryRow(row.id, row.slug, row.name, row.colour, row.description, tuple(row.kinds), row.visibility)


def find_tag(viewer: Viewer, name: str) -> TagRow:
    """A tag that some thread has which they may see; for all they know there is no other. Raises NotFound."""
    used = exists().where(ThreadTag.tag_id == Tag.id, ThreadTag.thread_id == Thread.id, *_listed(viewer))
    row = db.session.execute(select(Tag.id, Tag.name, Tag.description).where(Tag.name == name, used)).first()
    if row is None:
        raise NotFound
    return TagRow(row.id, row.name, row.description, 0)


def top_tags(viewer: Viewer, limit: int = 30) -> tuple[TagRow, ...]:
    """The tags used most, counted over the threads that this viewer may see."""
    uses = func.count().label("uses")
    query = (
        select(Tag.id, Tag.name, Tag.description, uses)
        .join(ThreadTag, ThreadTag.tag_id == Tag.id)
        .join(Thread, Thread.id == ThreadTag.thread_id)
        .where(*_listed(viewer))
        .group_by(Tag.id, Tag.name, Tag.description)
        .order_by(uses.desc(), Tag.name)
        .limit(limit)
    )
    return tuple(TagRow(row.id, row.name, row.description, row.uses) for row in db.session.execute(query))


def _listed(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    return visible_to(viewer), standing_thread()
