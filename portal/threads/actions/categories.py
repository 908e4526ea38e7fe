"""Categories: made, changed, put in order, emptied and deleted by admins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError

from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.core.text import one_line, slug_of, storable
from portal.events.actions import record
from portal.people.models import Group
from portal.people.policy import can_administer
from portal.people.viewer import Viewer
from portal.threads import hooks
from portal.threads.models import COLOURS, KINDS, VISIBILITIES, Category, CategoryGroup, Thread
from portal.threads.policy import standing_thread

LONGEST_NAME, LONGEST_DESCRIPTION = 80, 2000
RESERVED_SLUGS = frozenset({"new"})
_REACH = {"staff": 0, "groups": 1, "members": 2, "everyone": 3}


@dataclass(frozen=True, slots=True)
class Shape:
    """What an admin says of a category. `group_ids` matter when the visibility is `groups`."""

    name: str
    description: str = ""
    colour: str = "slate"
    visibility: str = "everyone"
    kinds: tuple[str, ...] = ("question", "discussion", "idea")
    group_ids: frozenset[int] = field(default_factory=frozenset[int])


class OpensToMore(Invalid):
    """Conversations would become visible to people who cannot see them now: ask, and call again with `sure`."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        super().__init__(
            fields={
                "sure": ngettext(
                    "%(num)s conversation becomes visible to people who cannot see it now. Say that this is meant.",
                    "%(num)s conversations become visible to people who cannot see them now. Say that this is meant.",
                    threads,
                )
            }
        )


def create_category(viewer: Viewer, shape: Shape) -> int:
    """Make a category, the last in order. Raises Invalid."""
    _check(viewer)
    kept = _checked(shape)
    last = db.session.scalar(select(func.max(Category.position))) or 0
    category = Category(position=last + 1, slug=_free_slug(kept.name))
    _put(category, kept)
    db.session.add(category)
    _save()
    _put_groups(category, kept)
    record("category.created", actor_id=viewer.id, logged=True, category_id=category.id, name=category.name)
    return category.id


def change_category(viewer: Viewer, category_id: int, shape: Shape, *, slug: str = "", sure: bool = False) -> int:
    """Change a category; its address only where `slug` is given. Raises OpensToMore unless `sure`."""
    category = _locked(viewer, category_id)[0]
    kept = _checked(shape, category)
    opened = opens(_audience(category), (kept.visibility, kept.group_ids))
    if opened and not sure and (threads := readable(category.id)):
        raise OpensToMore(threads)
    before = {"name": category.name, "visibility": category.visibility, "slug": category.slug}
    if slug and slug != category.slug:
        category.slug = _wanted_slug(slug)
    _put(category, kept)
    _save()
    _put_groups(category, kept)
    after = {"name": category.name, "visibility": category.visibility, "slug": category.slug}
    record("category.changed", actor_id=viewer.id, logged=True, category_id=category.id, before=before, after=after)
    return category.id


def move_category(viewer: Viewer, category_id: int, *, up: bool) -> int:
    """Change places with the category before or after it. The first stays first, the last last."""
    _check(viewer)
    every = list(db.session.scalars(select(Category).order_by(Category.position, Category.id).with_for_update()))
    here = next((at for at, category in enumerate(every) if category.id == category_id), None)
    if here is None:
        raise NotFound
    there = here - 1 if up else here + 1
    if 0 <= there < len(every):
        every[here], every[there] = every[there], every[here]
    for position, category in enumerate(every, 1):
        category.position = position
    return category_id


def empty_category(viewer: Viewer, category_id: int, *, into: int, reason: str = "", sure: bool = False) -> int:
    """Move every thread into another category, deleted and hidden ones too, and return how many. Raises OpensToMore
    unless `sure`: what few could see must not become visible to many by accident."""
    if category_id == into:
        raise Invalid(fields={"into": _("Choose another category.")})
    source, target = _locked(viewer, category_id, into)
    if opens(_audience(source), _audience(target)) and not sure and (threads := readable(source.id)):
        raise OpensToMore(threads)
    result = db.session.execute(
        update(Thread).where(Thread.category_id == source.id).values(category_id=target.id).returning(Thread.id)
    )
    moved = len(result.all())
    for hook in hooks.category_filled:
        hook(target.id)
    record(
        "category.emptied",
        actor_id=viewer.id,
        reason=storable(reason).strip(),
        logged=True,
        category_id=source.id,
        name=source.name,
        into=target.name,
        threads=moved,
    )
    return moved


def delete_category(viewer: Viewer, category_id: int) -> int:
    """Delete a category in which there is nothing, not even something deleted. Raises Invalid otherwise."""
    category = _locked(viewer, category_id)[0]
    if db.session.scalar(select(exists().where(Thread.category_id == category.id))):
        raise Invalid(_("There are conversations in it. Move them into another category first."))
    record("category.deleted", actor_id=viewer.id, logged=True, category_id=category.id, name=category.name)
    db.session.execute(delete(CategoryGroup).where(CategoryGroup.category_id == category.id))
    db.session.delete(category)
    return category_id


def opens(before: tuple[str, frozenset[int]], after: tuple[str, frozenset[int]]) -> bool:
    """Whether someone sees the second who does not see the first: each a visibility and the groups it names."""
    if before[0] == after[0] == "groups":
        return not after[1] <= before[1]
    if after[0] == "groups" and not after[1]:
        return False
    return _REACH[after[0]] > _REACH[before[0]]


def readable(category_id: int) -> int:
    """How many threads in it stand: those that others could read if it were opened."""
    return db.session.scalar(select(func.count()).where(Thread.category_id == category_id, standing_thread())) or 0


def _check(viewer: Viewer) -> None:
    if not can_administer(viewer):
        raise NotFound


def _locked(viewer: Viewer, *ids: int) -> list[Category]:
    """The categories in the order asked for, locked in the order of their ids."""
    _check(viewer)
    query = select(Category).where(Category.id.in_(ids)).order_by(Category.id).with_for_update()
    found: Mapping[int, Category] = {category.id: category for category in db.session.scalars(query)}
    if set(found) != set(ids):
        raise NotFound
    return [found[id_] for id_ in ids]


def _audience(category: Category) -> tuple[str, frozenset[int]]:
    groups: Iterable[int] = ()
    if category.visibility == "groups":
        groups = db.session.scalars(select(CategoryGroup.group_id).filter_by(category_id=category.id))
    return category.visibility, frozenset(groups)


def _checked(shape: Shape, present: Category | None = None) -> Shape:
    """The shape as it is kept. Every field is looked at, so that a form shows all that is wrong with it at once."""
    name, description = one_line(shape.name), storable(shape.description).strip()
    wrong: dict[str, object] = {}
    if not 0 < len(name) <= LONGEST_NAME:
        wrong["name"] = _("A name has 1 to %(most)s characters.", most=LONGEST_NAME)
    elif _is_taken(name, present):
        wrong["name"] = _("There is a category of this name already.")
    if len(description) > LONGEST_DESCRIPTION:
        wrong["description"] = _("At most %(most)s characters.", most=LONGEST_DESCRIPTION)
    if shape.colour not in COLOURS:
        wrong["colour"] = _("Choose one of the list.")
    if shape.visibility not in VISIBILITIES:
        wrong["visibility"] = _("Choose one of the list.")
    if not shape.kinds or not set(shape.kinds) <= set(KINDS):
        wrong["kinds"] = _("Choose at least one.")
    groups = frozenset[int]()
    if shape.visibility == "groups":
        groups = frozenset(db.session.scalars(select(Group.id).where(Group.id.in_(shape.group_ids))))
        if not groups:
            wrong["groups"] = _("Choose at least one group, or let staff alone see it.")
    if wrong:
        raise Invalid(fields=wrong)
    kinds = tuple(kind for kind in KINDS if kind in shape.kinds)
    return Shape(name, description, shape.colour, shape.visibility, kinds, groups)


def _is_taken(name: str, present: Category | None) -> bool:
    rows = db.session.execute(select(Category.id, Category.name))
    return any(other.casefold() == name.casefold() for id_, other in rows if present is None or id_ != present.id)


def _put(category: Category, shape: Shape) -> None:
    category.name, category.description, category.colour = shape.name, shape.description, shape.colour
    category.visibility, category.kinds = shape.visibility, list(shape.kinds)


def _put_groups(category: Category, shape: Shape) -> None:
    db.session.execute(delete(CategoryGroup).where(CategoryGroup.category_id == category.id))
    db.session.add_all(CategoryGroup(category_id=category.id, group_id=id_) for id_ in sorted(shape.group_ids))


def _free_slug(name: str) -> str:
    """An address for a new category: its name, and a number where that is taken."""
    base = slug_of(name, otherwise="category")[:74]
    taken = set(db.session.scalars(select(Category.slug).where(Category.slug.startswith(base)))) | RESERVED_SLUGS
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 9999))) if slug not in taken)


def _wanted_slug(typed: str) -> str:
    slug = slug_of(typed, otherwise="")
    if not slug or slug in RESERVED_SLUGS or db.session.scalar(select(exists().where(Category.slug == slug))):
        raise Invalid(fields={"slug": _("This address cannot be used. Choose another.")})
    return slug


def _save() -> None:
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise Invalid(fields={"slug": _("This address cannot be used. Choose another.")}) from None
