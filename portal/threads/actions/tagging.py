"""The tags of a thread."""

import re
import unicodedata
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from portal.core.db import db
from portal.core.errors import Invalid
from portal.people.viewer import Viewer
from portal.threads.models import Tag, Thread, ThreadTag
from portal.threads.policy import visible_to

MOST_TAGS, MOST_NEW = 5, 2
LONGEST = 40
_BETWEEN = re.compile(r"[\s_\-/]+")
_NOT_IN_A_TAG = re.compile(r"[^\w+#.-]")


def tag_name(typed: str) -> str:
    """How a tag is written: lower case, hyphens for spaces, letters and digits of any script and `+ # .` (c++, .net).

    Empty where nothing is left."""
    name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold()).replace("_", "-")
    name = _NOT_IN_A_TAG.sub("", _BETWEEN.sub("-", name.strip())).strip("-")
    return name if any(char.isalnum() for char in name) else ""


def split_tags(typed: str) -> tuple[str, ...]:
    """The names in one line: parted by commas, or by spaces where there is no comma."""
    parts = typed.split(",") if "," in typed else typed.split()
    return tuple(dict.fromkeys(name for name in map(tag_name, parts) if name))


def read_tags(viewer: Viewer, typed: Sequence[str]) -> tuple[str, ...]:
    """The names as they are written, each once. Raises Invalid with a sentence for the field."""
    names = tuple(dict.fromkeys(name for name in map(tag_name, typed) if name))
    if len(names) > MOST_TAGS:
        raise Invalid(fields={"tags": _("At most %(count)s tags.", count=MOST_TAGS)})
    long = [name for name in names if len(name) > LONGEST]
    if long:
        raise Invalid(fields={"tags": _("A tag has at most %(count)s characters.", count=LONGEST)})
    if not viewer.is_staff:
        _check_new(viewer, names)
    return names


def _check_new(viewer: Viewer, names: Sequence[str]) -> None:
    """A tag is known if they can see a thread that has it: nothing is said about any other."""
    if len(names) <= MOST_NEW:
        return
    seen = exists().where(ThreadTag.tag_id == Tag.id, ThreadTag.thread_id == Thread.id, visible_to(viewer))
    known = set(db.session.scalars(select(Tag.name).where(Tag.name.in_(names), seen)))
    new = [name for name in names if name not in known]
    if len(new) > MOST_NEW:
        said = _("At most %(count)s new tags: %(names)s are not used yet.", count=MOST_NEW, names=", ".join(new))
        raise Invalid(fields={"tags": said})


def put_tags(thread: Thread, names: Sequence[str]) -> None:
    """Mark the thread with these tags and no others."""
    ids = {tag.name: tag.id for tag in db.session.scalars(select(Tag).where(Tag.name.in_(names)).order_by(Tag.name))}
    for name in sorted(set(names) - set(ids)):
        ids[name] = _made(name)
    wanted = set(ids.values())
    there = set(db.session.scalars(select(ThreadTag.tag_id).where(ThreadTag.thread_id == thread.id)))
    if there - wanted:
        db.session.execute(
            delete(ThreadTag).where(ThreadTag.thread_id == thread.id, ThreadTag.tag_id.in_(there - wanted))
        )
    db.session.add_all(ThreadTag(thread_id=thread.id, tag_id=tag_id) for tag_id in sorted(wanted - there))


def _made(name: str) -> int:
    """Two people may make the same tag at once: the second finds the first's."""
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(Tag).values(name=name, description="").on_conflict_do_nothing())
    return db.session.scalars(select(Tag.id).where(Tag.name == name)).one()
