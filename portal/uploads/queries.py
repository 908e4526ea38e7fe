"""Finding an upload for whoever may have it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, func, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.people.viewer import VISITOR, Viewer
from portal.uploads.models import Upload
from portal.uploads.pictures import FACES, sizes
from portal.uploads.policy import is_used, shown_to
from portal.uploads.storage import name_of

_KEYS = re.compile(r"/uploads/([0-9a-f]{32})[-/]")


@dataclass(frozen=True, slots=True)
class Found:
    """An upload that may be handed out."""

    key: str
    name: str
    media_type: str
    ending: str
    width: int
    height: int
    is_public: bool
    """Whether everybody may have it, signed in or not."""


def find(viewer: Viewer, key: str, kind: str) -> Found:
    """An upload that a post shows which this viewer may read; or theirs that no post shows yet. Raises NotFound.

    One statement."""
    public = shown_to(VISITOR)
    reads = shown_to(viewer) if viewer.is_signed_in else false()
    row = db.session.execute(
        select(
            Upload.person_id,
            Upload.name,
            Upload.media_type,
            Upload.ending,
            Upload.width,
            Upload.height,
            public.label("public"),
            reads.label("reads"),
            is_used().label("used"),
        ).where(Upload.key == key, Upload.kind == kind, Upload.dropped_at.is_(None))
    ).first()
    if row is None or not (row.public or row.reads or (viewer.id == row.person_id and not row.used)):
        raise NotFound
    return Found(key, row.name, row.media_type, row.ending, row.width or 0, row.height or 0, bool(row.public))


def has_avatar(key: str) -> bool:
    """Whether this is the picture of a person."""
    query = select(Upload.id).where(Upload.key == key, Upload.kind == "avatar", Upload.dropped_at.is_(None))
    return db.session.scalar(query) is not None


def brought_since(person_id: int, since: datetime) -> tuple[int, int]:
    """How many files someone has brought since then, and how many bytes."""
    of_theirs = select(func.count(), func.coalesce(func.sum(Upload.bytes), 0))
    count, size = db.session.execute(of_theirs.where(Upload.person_id == person_id, Upload.created_at > since)).one()
    return count, size


def keys_in(text: str) -> Sequence[str]:
    """The keys of uploads whose addresses stand in a text (Markdown or HTML), each once."""
    return tuple(dict.fromkeys(_KEYS.findall(text)))


def files_of(kind: str, key: str, ending: str, width: int | None, height: int | None) -> list[str]:
    """The names in the storage of all files of an upload."""
    if kind == "file":
        return [name_of(key, f".{ending}")]
    if kind == "avatar":
        return [name_of(key, f"-{side}.{ending}") for side in FACES]
    return [name_of(key, f"-{wide}x{high}.{ending}") for wide, high in sizes(width or 1, height or 1)]
