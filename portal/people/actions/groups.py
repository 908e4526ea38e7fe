"""Groups: people who may see something together."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.core.markup import mention_key
from portal.core.text import one_line, storable
from portal.events.actions import record
from portal.people import policy
from portal.people.models import Group, Membership, Person
from portal.people.viewer import Viewer

MOST_AT_ONCE = 200
"""Members that one form may add."""


def create_group(viewer: Viewer, *, name: str, description: str = "") -> int:
    """Make a group, empty at first."""
    _check(viewer)
    group = Group(name=_name(name), description=storable(description).strip())
    db.session.add(group)
    _save()
    record("group.created", actor_id=viewer.id, logged=True, group_id=group.id, name=group.name)
    return group.id


def change_group(viewer: Viewer, group_id: int, *, name: str, description: str) -> int:
    """Rename or describe a group."""
    group = _group(viewer, group_id)
    before = group.name, group.description
    group.name, group.description = _name(name), storable(description).strip()
    if before != (group.name, group.description):
        _save()
        record("group.changed", actor_id=viewer.id, logged=True, group_id=group.id, before=before[0], name=group.name)
    return group.id


def delete_group(viewer: Viewer, group_id: int) -> int:
    """Delete a group and its memberships. A category that no other group may see is seen by staff alone from now on."""
    group = _group(viewer, group_id)
    record("group.deleted", actor_id=viewer.id, logged=True, group_id=group.id, name=group.name)
    db.session.execute(delete(Membership).where(Membership.group_id == group.id))
    db.session.delete(group)
    return group_id


def add_members(viewer: Viewer, group_id: int, *, usernames: Sequence[str]) -> int:
    """Add people by their usernames; who is in it stays. Returns how many are new. All or none: raises Invalid."""
    group = _group(viewer, group_id)
    typed = {mention_key(name.strip().removeprefix("@")): name.strip() for name in usernames if name.strip(" @")}
    if not typed or len(typed) > MOST_AT_ONCE:
        few = _("Write at least one username.")
        raise Invalid(fields={"usernames": _("At most %(most)s at once.", most=MOST_AT_ONCE) if typed else few})
    rows = db.session.execute(
        select(Person.username_key, Person.id).where(Person.username_key.in_(typed), Person.erased_at.is_(None))
    )
    found: dict[str | None, int] = dict(rows.all())
    if unknown := [name for key, name in typed.items() if key not in found]:
        raise Invalid(fields={"usernames": _("There is nobody called %(names)s.", names=", ".join(unknown))})
    present = set(db.session.scalars(select(Membership.person_id).filter_by(group_id=group.id)))
    new = [id_ for id_ in found.values() if id_ not in present]
    db.session.add_all(Membership(group_id=group.id, person_id=id_, since=now()) for id_ in new)
    for id_ in new:
        _tell(viewer, id_, joined=[group.name], left=[])
    return len(new)


def remove_member(viewer: Viewer, group_id: int, *, person_id: int) -> int:
    """Take someone out of a group. One who is not in it is no mistake."""
    group = _group(viewer, group_id)
    member = db.session.get(Membership, (group.id, person_id))
    if member is not None:
        db.session.delete(member)
        _tell(viewer, person_id, joined=[], left=[group.name])
    return group.id


def _tell(viewer: Viewer, person_id: int, *, joined: list[str], left: list[str]) -> None:
    record("person.groups_changed", actor_id=viewer.id, person_id=person_id, logged=True, joined=joined, left=left)


def _check(viewer: Viewer) -> None:
    if not policy.can_administer(viewer):
        raise NotFound


def _group(viewer: Viewer, group_id: int) -> Group:
    _check(viewer)
    group = db.session.scalar(select(Group).filter_by(id=group_id).with_for_update())
    if group is None:
        raise NotFound
    return group


def _name(typed: str) -> str:
    name = one_line(typed)
    if not name or len(name) > 80:
        raise Invalid(fields={"name": _("A name has 1 to %(most)s characters.", most=80)})
    return name


def _save() -> None:
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise Invalid(fields={"name": _("There is a group of this name already.")}) from None
