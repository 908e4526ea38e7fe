"""Tags: renamed, merged, described, and deleted where nothing has them. By admins."""

from flask_babel import gettext as _
from sqlalchemy import delete, exists, insert, select, update

from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.core.text import storable
from portal.events.actions import record
from portal.people.policy import can_administer
from portal.people.viewer import Viewer
from portal.threads import hooks
from portal.threads.actions.tagging import LONGEST, tag_name
from portal.threads.models import Tag, TagWatch, ThreadTag

LONGEST_DESCRIPTION = 500


def change_tag(viewer: Viewer, tag_id: int, *, name: str, description: str) -> int:
    """Rename or describe a tag. Raises Invalid for a name that another tag has: those are merged instead."""
    tag = _locked(viewer, tag_id)[0]
    name, description = tag_name(name), storable(description).strip()
    wrong: dict[str, object] = {}
    if not 0 < len(name) <= LONGEST:
        wrong["name"] = _("A tag has 1 to %(count)s letters, digits or + # . -", count=LONGEST)
    elif db.session.scalar(select(exists().where(Tag.name == name, Tag.id != tag.id))):
        wrong["name"] = _("There is a tag of this name already. Merge this one into it.")
    if len(description) > LONGEST_DESCRIPTION:
        wrong["description"] = _("At most %(most)s characters.", most=LONGEST_DESCRIPTION)
    if wrong:
        raise Invalid(fields=wrong)
    before = tag.name
    changed = (tag.name, tag.description) != (name, description)
    tag.name, tag.description = name, description
    if before != name:
        _tell(tag.id)
    if changed:
        record("tag.changed", actor_id=viewer.id, logged=True, tag_id=tag.id, before=before, name=name)
    return tag.id


def merge_tag(viewer: Viewer, tag_id: int, *, into: str) -> int:
    """Mark everything that has this tag with another one, and delete this one. Returns the id of the other."""
    other = db.session.scalar(select(Tag.id).filter_by(name=tag_name(into)))
    if not can_administer(viewer):
        raise NotFound
    if other is None or other == tag_id:
        same = _("A tag cannot be merged into itself.") if other else _("There is no such tag.")
        raise Invalid(fields={"into": same})
    tag, target = _locked(viewer, tag_id, other)
    has_both = select(ThreadTag.thread_id).filter_by(tag_id=target.id)
    db.session.execute(delete(ThreadTag).where(ThreadTag.tag_id == tag.id, ThreadTag.thread_id.in_(has_both)))
    rows = select(ThreadTag.thread_id, db.literal(target.id)).where(ThreadTag.tag_id == tag.id)
    db.session.execute(insert(ThreadTag).from_select(["thread_id", "tag_id"], rows))
    db.session.execute(delete(ThreadTag).where(ThreadTag.tag_id == tag.id))
    _tell(target.id)
    theirs = select(TagWatch.person_id).where(TagWatch.tag_id == target.id)
    own = (TagWatch.tag_id == tag.id, TagWatch.person_id.not_in(theirs))
    db.session.execute(update(TagWatch).where(*own).values(tag_id=target.id))
    if not target.description:
        target.description = tag.description
    record("tag.merged", actor_id=viewer.id, logged=True, tag_id=tag.id, name=tag.name, into=target.name)
    db.session.delete(tag)
    return target.id


def delete_tag(viewer: Viewer, tag_id: int) -> int:
    """Delete a tag that nothing has. Raises Invalid otherwise."""
    tag = _locked(viewer, tag_id)[0]
    if db.session.scalar(select(exists().where(ThreadTag.tag_id == tag.id))):
        raise Invalid(_("This tag is in use. Merge it into another one instead."))
    record("tag.deleted", actor_id=viewer.id, logged=True, tag_id=tag.id, name=tag.name)
    db.session.delete(tag)
    return tag_id


def _tell(tag_id: int) -> None:
    for hook in hooks.tag_changed:
        hook(tag_id)


def _locked(viewer: Viewer, *ids: int) -> list[Tag]:
    """The tags in the order asked for, locked in the order of their ids. Raises NotFound."""
    if not can_administer(viewer):
        raise NotFound
    found = {
        tag.id: tag for tag in db.session.scalars(select(Tag).where(Tag.id.in_(ids)).order_by(Tag.id).with_for_update())
    }
    if set(found) != set(ids):
        raise NotFound
    return [found[id_] for id_ in ids]
