"""Categories and tags, as admins see them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from portal.core.db import ask, db
from portal.core.errors import NotFound
from portal.core.paging import Order, Page, page
from portal.moderation.queries import ROWS, for_admins, like
from portal.people.models import Group
from portal.people.viewer import Viewer
from portal.threads.models import Category, CategoryGroup, Tag, Thread, ThreadTag


@dataclass(frozen=True, slots=True)
class CategoryShown:
    """A category with all that an admin may change. `threads` counts everything in it, deleted and hidden ones too."""

    id: int
    name: str
    slug: str
    description: str
    colour: str
    visibility: str
    kinds: tuple[str, ...]
    threads: int
    groups: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag in a list, and how many threads have it."""

    id: int
    name: str
    description: str
    threads: int


def categories(viewer: Viewer) -> tuple[CategoryShown, ...]:
    """All categories in their order, in three statements."""
    for_admins(viewer)
    counts = dict(db.session.execute(select(Thread.category_id, func.count()).group_by(Thread.category_id)).all())
    rows = db.session.scalars(select(Category).order_by(Category.position, Category.id))
    groups = _groups_of()
    return tuple(_shown(row, counts.get(row.id, 0), groups[row.id]) for row in rows)


def category(viewer: Viewer, category_id: int) -> CategoryShown:
    """One category, in three statements. Raises NotFound."""
    for_admins(viewer)
    found = db.session.get(Category, category_id)
    if found is None:
        raise NotFound
    threads = db.session.scalar(select(func.count()).where(Thread.category_id == category_id)) or 0
    return _shown(found, threads, _groups_of(category_id)[category_id])


def has_categories() -> bool:
    """Whether there is any category yet: without one nobody can begin anything."""
    return ask(_ANY).first() is not None


_ANY = select(Category.id).limit(1)


def tags(viewer: Viewer, *, words: str = "", cursor: str | None = None) -> Page[TagRow]:
    """All tags by name, in one statement."""
    for_admins(viewer)
    query = _tags()
    if words.strip():
        query = query.where(Tag.name.like(like(words), escape="/"))
    order = Order(Tag.name, Tag.id, ascending=True)
    return page(query, order, cursor=cursor, limit=ROWS, make=lambda row: TagRow(*row[:4]))


def tag(viewer: Viewer, tag_id: int) -> TagRow:
    """One tag. Raises NotFound."""
    for_admins(viewer)
    row = db.session.execute(_tags().where(Tag.id == tag_id)).one_or_none()
    if row is None:
        raise NotFound
    return TagRow(*row)


def _tags() -> Any:
    threads = select(func.count()).where(ThreadTag.tag_id == Tag.id).scalar_subquery()
    return select(Tag.id, Tag.name, Tag.description, threads)


def _groups_of(category_id: int | None = None) -> dict[int, tuple[tuple[int, str], ...]]:
    query = select(CategoryGroup.category_id, Group.id, Group.name).join(Group, Group.id == CategoryGroup.group_id)
    if category_id is not None:
        query = query.where(CategoryGroup.category_id == category_id)
    found: defaultdict[int, tuple[tuple[int, str], ...]] = defaultdict(tuple)
    for of, id_, name in db.session.execute(query.order_by(Group.name)):
        found[of] += ((id_, name),)
    return found


def _shown(row: Category, threads: int, groups: tuple[tuple[int, str], ...]) -> CategoryShown:
    return CategoryShown(
        id=row.id,
        name=row.name,
        slug=row.slug,
        description=row.description,
        colour=row.colour,
        visibility=row.visibility,
        kinds=tuple(row.kinds),
        threads=threads,
        groups=groups,
    )
