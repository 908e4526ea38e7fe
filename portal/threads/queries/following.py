"""Who follows what, and how closely."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, null, select, union_all

from portal.core.db import db
from portal.core.paging import Order, Page, page
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.threads.models import Category, CategoryWatch, Tag, TagWatch, Thread, ThreadTag, Watch, path_of
from portal.threads.policy import categories, readers, standing_thread, visible_to

_RANK = {"follow": 1, "watch": 2}


def followers(thread: Thread, *, above: int | None = None, up_to: int | None = None) -> Select[Any, Any]:
    """SELECT person_id, level (watch or follow) of those who follow a thread that is loaded with its category, and may
    see it: to be read, or inserted from. `above`, `up_to`: only people with ids in between.

    What someone chose for the thread itself holds. Else what their acts made of it, or what they follow of its category
    and its tags, whichever is more; and a muted category or tag silences what no act of theirs has to do with."""
    said = _said(thread, above, up_to).subquery("said")
    rank = case(_RANK, value=said.c.level, else_=0)
    chosen = func.max(case((said.c.chosen.is_(True), rank)))
    acted = func.max(case((said.c.chosen.is_(False), rank), else_=0))
    wide = func.max(case((said.c.chosen.is_(None), rank), else_=0))
    muted = func.max(case((and_(said.c.chosen.is_(None), said.c.level == "mute"), 1), else_=0))
    more = case((acted > wide, acted), else_=wide)
    level = case((chosen.is_not(None), chosen), (acted > 0, more), (muted > 0, 0), else_=wide)
    found = select(said.c.person_id, level.label("rank")).group_by(said.c.person_id).subquery("found")
    return (
        select(found.c.person_id, case((found.c.rank == _RANK["watch"], "watch"), else_="follow").label("level"))
        .join(Person, Person.id == found.c.person_id)
        .where(found.c.rank > 0, Person.erased_at.is_(None), readers(thread, thread.category))
    )


def _said(thread: Thread, above: int | None, up_to: int | None) -> Any:
    """What people said of the thread (`chosen`: by themselves), and of its category and its tags (`chosen`: NULL)."""
    of_tags = select(ThreadTag.tag_id).where(ThreadTag.thread_id == thread.id)

    def between(table: Any) -> list[Any]:
        least = [] if above is None else [table.person_id > above]
        return least if up_to is None else [*least, table.person_id <= up_to]

    return union_all(
        select(Watch.person_id, Watch.level, Watch.chosen).where(Watch.thread_id == thread.id, *between(Watch)),
        select(CategoryWatch.person_id, CategoryWatch.level, null()).where(
            CategoryWatch.category_id == thread.category_id, *between(CategoryWatch)
        ),
        select(TagWatch.person_id, TagWatch.level, null()).where(TagWatch.tag_id.in_(of_tags), *between(TagWatch)),
    )


def category_level(viewer: Viewer, category_id: int) -> str:
    """How closely they follow a category: watch, follow, mute or none; '' for visitors."""
    if viewer.id is None:
        return ""
    query = select(CategoryWatch.level).filter_by(person_id=viewer.id, category_id=category_id)
    return db.session.scalar(query) or "none"


def tag_level(viewer: Viewer, name: str) -> str:
    """The same for a tag."""
    if viewer.id is None:
        return ""
    query = select(TagWatch.level).join(Tag, Tag.id == TagWatch.tag_id)
    return db.session.scalar(query.where(TagWatch.person_id == viewer.id, Tag.name == name)) or "none"


@dataclass(frozen=True, slots=True)
class Followed:
    """A thread, a category or a tag that someone follows or mutes."""

    id: int
    path: str
    title: str
    level: str
    at: datetime
    kind: str = ""
    """Of a thread."""
    language: str = ""
    colour: str = ""
    """Of a category."""


def followed_threads(viewer: Viewer, *, cursor: str | None = None, limit: int = 30) -> Page[Followed]:
    """What they follow or mute, of the threads that they still see, the newest choice first. One statement."""
    query = (
        select(Thread.id, Thread.kind, Thread.slug, Thread.title, Thread.language, Watch.level, Watch.at)
        .join(Watch, Watch.thread_id == Thread.id)
        .where(
            Watch.person_id == viewer.id,
            Watch.level != "none",
            visible_to(viewer),
            standing_thread(),
        )
    )
    return page(query, Order(Watch.at, Watch.thread_id), cursor=cursor, limit=limit, make=_thread)


def followed_categories(viewer: Viewer) -> tuple[Followed, ...]:
    """Likewise categories, in the order that an admin gave them."""
    query = (
        select(Category.id, Category.slug, Category.name, Category.colour, CategoryWatch.level, CategoryWatch.at)
        .join(CategoryWatch, CategoryWatch.category_id == Category.id)
        .where(CategoryWatch.person_id == viewer.id, categories(viewer))
        .order_by(Category.position, Category.name)
    )
    return tuple(
        Followed(row.id, f"/c/{row.slug}", row.name, row.level, row.at, colour=row.colour)
        for row in db.session.execute(query)
    )


def followed_tags(viewer: Viewer) -> tuple[Followed, ...]:
    """Likewise tags, by name: those of them that something has which they may see."""
    used = exists().where(
        ThreadTag.tag_id == Tag.id,
        ThreadTag.thread_id == Thread.id,
        visible_to(viewer),
        standing_thread(),
    )
    query = (
        select(Tag.id, Tag.name, TagWatch.level, TagWatch.at)
        .join(TagWatch, TagWatch.tag_id == Tag.id)
        .where(TagWatch.person_id == viewer.id, used)
        .order_by(Tag.name)
    )
    return tuple(
        Followed(row.id, f"/tags/{row.name}", row.name, row.level, row.at) for row in db.session.execute(query)
    )


def _thread(row: Any) -> Followed:
    path = path_of(row.kind, row.id, row.slug)
    return Followed(row.id, path, row.title, row.level, row.at, kind=row.kind, language=row.language)
