"""Groups and organisations, as admins see them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from portal.announcements.models import Announcement, AnnouncementGroup
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.paging import Order, Page, page
from portal.moderation.queries import ROWS, for_admins, like
from portal.people.models import Group, Membership, Organisation, Person
from portal.people.viewer import Viewer
from portal.threads.models import Category, CategoryGroup, Thread, path_of
from portal.threads.policy import standing_thread

MOST_OFFERED = 500
"""Names of organisations that a form offers while one types."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group in a list."""

    id: int
    name: str
    description: str
    members: int
    categories: int


@dataclass(frozen=True, slots=True)
class SeenCategory:
    """A category that a group may see, and whether no other group may."""

    id: int
    name: str
    only: bool


@dataclass(frozen=True, slots=True)
class MeantFor:
    """An announcement that is for a group and no other."""

    path: str
    title: str


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation in a list."""

    id: int
    name: str
    plan: str
    segment: str
    yearly_value: int
    note: str
    people: int


def groups(viewer: Viewer, *, cursor: str | None = None) -> Page[GroupRow]:
    """All groups by name, in one statement."""
    for_admins(viewer)
    order = Order(Group.name, Group.id, ascending=True)
    return page(_groups(), order, cursor=cursor, limit=ROWS, make=lambda row: GroupRow(*row[:5]))


def group(viewer: Viewer, group_id: int) -> GroupRow:
    """One group. Raises NotFound."""
    for_admins(viewer)
    row = db.session.execute(_groups().where(Group.id == group_id)).one_or_none()
    if row is None:
        raise NotFound
    return GroupRow(*row)


def group_choices(viewer: Viewer) -> list[tuple[int, str]]:
    """Ids and names of all groups, for a form."""
    for_admins(viewer)
    return [(id_, name) for id_, name in db.session.execute(select(Group.id, Group.name).order_by(Group.name))]


def categories_of(viewer: Viewer, group_id: int) -> tuple[SeenCategory, ...]:
    """The categories that a group may see because it is named there."""
    for_admins(viewer)
    every = aliased(CategoryGroup)
    named = select(func.count()).where(every.category_id == Category.id).scalar_subquery()
    rows = db.session.execute(
        select(Category.id, Category.name, named)
        .join(CategoryGroup, CategoryGroup.category_id == Category.id)
        .where(CategoryGroup.group_id == group_id, Category.visibility == "groups")
        .order_by(Category.position, Category.id)
    )
    return tuple(SeenCategory(id_, name, count == 1) for id_, name, count in rows)


def announcements_for(viewer: Viewer, group_id: int) -> tuple[MeantFor, ...]:
    """The newest announcements, and drafts, that are for this group alone."""
    for_admins(viewer)
    every = aliased(AnnouncementGroup)
    named = select(func.count()).where(every.announcement_id == Thread.id).scalar_subquery()
    rows = db.session.execute(
        select(Thread.id, Thread.slug, Thread.title)
        .join(Announcement, Announcement.thread_id == Thread.id)
        .join(AnnouncementGroup, AnnouncementGroup.announcement_id == Thread.id)
        .where(AnnouncementGroup.group_id == group_id, Announcement.audience == "groups", named == 1)
        .where(standing_thread())
        .order_by(Thread.id.desc())
        .limit(ROWS)
    )
    return tuple(MeantFor(path_of("announcement", id_, slug), title) for id_, slug, title in rows)


def organisations(viewer: Viewer, *, words: str = "", cursor: str | None = None) -> Page[OrganisationRow]:
    """All organisations by name, in one statement."""
    for_admins(viewer)
    query = _organisations()
    if words.strip():
        query = query.where(func.lower(Organisation.name).like(like(words), escape="/"))
    order = Order(Organisation.name, Organisation.id, ascending=True)
    return page(query, order, cursor=cursor, limit=ROWS, make=lambda row: OrganisationRow(*row[:7]))


def organisation(viewer: Viewer, organisation_id: int) -> OrganisationRow:
    """One organisation. Raises NotFound."""
    for_admins(viewer)
    row = db.session.execute(_organisations().where(Organisation.id == organisation_id)).one_or_none()
    if row is None:
        raise NotFound
    return OrganisationRow(*row)


def organisation_names(viewer: Viewer) -> list[str]:
    """Names that a form offers: the first by the alphabet, where there are very many."""
    for_admins(viewer)
    return list(db.session.scalars(select(Organisation.name).order_by(Organisation.name).limit(MOST_OFFERED)))


def organisation_named(viewer: Viewer, name: str) -> int | None:
    """The id of the organisation of this name, however its letters are written."""
    for_admins(viewer)
    wanted = func.lower(Organisation.name) == name.strip().lower()
    return db.session.scalar(select(Organisation.id).where(wanted).order_by(Organisation.id).limit(1))


def _groups() -> Any:
    members = select(func.count()).where(Membership.group_id == Group.id).scalar_subquery()
    seen = select(func.count()).where(CategoryGroup.group_id == Group.id).scalar_subquery()
    return select(Group.id, Group.name, Group.description, members, seen)


def _organisations() -> Any:
    people = select(func.count()).where(Person.organisation_id == Organisation.id).scalar_subquery()
    return select(
        Organisation.id,
        Organisation.name,
        Organisation.plan,
        Organisation.segment,
        Organisation.yearly_value,
        Organisation.note,
        people,
    )
