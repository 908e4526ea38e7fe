"""Note how far people have read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, and_, delete, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from portal.core import clock
from portal.core.db import UtcDateTime, ask, db
from portal.core.errors import NotFound
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.threads.models import Category, CategoryWatch, Post, ReadMark, TagWatch, Thread
from portal.threads.policy import categories, standing, visible_to
from portal.threads.queries.unread import has_unread, since

DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}


def mark_read(viewer: Viewer, thread_id: int, *, to: int) -> None:
    """They have read the thread up to this place. A mark only ever moves forward. One statement."""
    if viewer.id is not None:
        row = {"person_id": viewer.id, "thread_id": thread_id, "activity": to, "at": clock.now()}
        ask(_one(_dialect()), row)


def mark_all_read(viewer: Viewer, *, before: datetime) -> None:
    """Everything that was there at a moment, such as when they saw the list, counts as read."""
    before = min(before, clock.now())
    earlier = or_(Person.read_since < before, and_(Person.read_since.is_(None), Person.created_at < before))
    db.session.execute(update(Person).where(Person.id == viewer.id, earlier).values(read_since=before))


def mark_category_read(viewer: Viewer, category_id: int, *, before: datetime) -> None:
    """The same for one category. Raises NotFound."""
    if db.session.scalar(select(Category.id).where(Category.id == category_id, categories(viewer))) is None:
        raise NotFound
    later = select(func.min(Post.activity) - 1).where(Post.thread_id == Thread.id, Post.created_at > before)
    rows = select(
        literal(viewer.id, BigInteger()),
        Thread.id,
        func.coalesce(later.scalar_subquery(), Thread.activity),
        literal(clock.now(), UtcDateTime()),
    ).where(
        Thread.category_id == category_id,
        Thread.last_activity_at > since(viewer),
        visible_to(viewer),
        has_unread(viewer, Thread),
    )
    columns = ["person_id", "thread_id", "activity", "at"]
    db.session.execute(_forward(_insert().from_select(columns, rows)))


def forget_reader(person: Person) -> None:
    """Someone is being erased: what they read, and which categories and tags they follow, is nobody's business."""
    for table in (ReadMark, CategoryWatch, TagWatch):
        db.session.execute(delete(table).where(table.person_id == person.id))


@dataclass(frozen=True, slots=True)
class Moved:
    """A post that went into another thread: its places in the activity of the old and of the new one."""

    old: int
    new: int
    author_id: int | None
    created_at: datetime
    stands: bool


def carry_marks(source_id: int, target_id: int, moved: Sequence[Moved], *, until: int) -> None:
    """Who had read these posts in the one thread has read them in the other, if they have read all that was there
    before (up to `until`): a mark says that everything below it is read."""
    for reader in _readers(source_id, target_id, until):
        if reader.first is not None:
            continue
        to = until
        for post in moved:
            known = post.old <= reader.mark or post.created_at <= reader.since or post.author_id == reader.person_id
            if post.stands and not known:
                break
            to = post.new
        row = {"person_id": reader.person_id, "thread_id": target_id, "activity": to, "at": clock.now()}
        db.session.execute(_forward(_insert().values(row)))


def _readers(source_id: int, target_id: int, until: int) -> Sequence[Any]:
    """Who has a mark in the source, with the first that they have not read in the target, up to that place."""
    there = aliased(ReadMark)
    came = func.coalesce(Person.read_since, Person.created_at, type_=UtcDateTime())
    first = (
        select(func.min(Post.activity))
        .where(
            Post.thread_id == target_id,
            Post.activity <= until,
            Post.activity > func.coalesce(there.activity, 0),
            Post.created_at > came,
            Post.author_id.is_distinct_from(ReadMark.person_id),
            standing(),
        )
        .correlate(ReadMark, there, Person)
        .scalar_subquery()
    )
    query = (
        select(
            ReadMark.person_id,
            ReadMark.activity.label("mark"),
            came.label("since"),
            first.label("first"),
        )
        .join(Person, Person.id == ReadMark.person_id)
        .outerjoin(there, and_(there.thread_id == target_id, there.person_id == ReadMark.person_id))
        .where(ReadMark.thread_id == source_id)
    )
    return db.session.execute(query).all()


@cache
def _one(dialect: str) -> Any:
    """For the row that is given with it; built once, as every page that is read may need it."""
    return _forward(DIALECTS[dialect].insert(ReadMark))


def _insert() -> Any:
    return DIALECTS[_dialect()].insert(ReadMark)


def _dialect() -> str:
    return db.session.get_bind().dialect.name


def _forward(insert: Any) -> Any:
    """Move the mark that is there, unless it is further on already."""
    there = {"activity": insert.excluded.activity, "at": insert.excluded.at}
    return insert.on_conflict_do_update(
        index_elements=["person_id", "thread_id"],
        set_=there,
        where=ReadMark.activity < insert.excluded.activity,
    )
