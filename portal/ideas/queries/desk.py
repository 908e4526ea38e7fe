"""What staff see of an idea, and nobody else: who sees to it, which customers want it, and what was noted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from portal.core.db import ask, param
from portal.ideas.models import Idea, IdeaNote, Supporter
from portal.people.models import STAFF, Organisation, Person
from portal.people.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Note:
    """What someone wrote to the others."""

    id: int
    author_name: str
    html: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """`organisations`: the customers behind it, and `value`: what they are worth a year, of all who support it."""

    owner_id: int | None
    owner_name: str
    is_personal: bool
    """A human writes: nothing about it is asked or sent of itself."""
    organisations: int
    value: int
    notes: tuple[Note, ...]


owner = aliased(Person)
OWNER = (Idea.owner_id, Idea.personal_event_id, owner.name.label("owner_name"), owner.username.label("owner_username"))
"""What `desk_of` needs of the row of an idea; `owner` is to be joined."""


def desk_of(viewer: Viewer, row: Any) -> Desk:
    """For staff; two statements."""
    worth: Any = ask(_WORTH, {"root": row.root_id}).one()
    notes: Any = ask(_NOTES, {"idea": row.id})
    return Desk(
        owner_id=row.owner_id,
        owner_name=row.owner_name or row.owner_username or "",
        is_personal=row.personal_event_id is not None,
        organisations=worth.organisations,
        value=int(worth.value),
        notes=tuple(Note(note.id, note.name or note.username or "", note.html, note.at) for note in notes),
    )


_BEHIND = (
    select(Person.organisation_id)
    .join(Supporter, Supporter.person_id == Person.id)
    .where(Supporter.root_id == param("root"), Person.organisation_id.is_not(None))
)
_WORTH = select(
    func.count().label("organisations"), func.coalesce(func.sum(Organisation.yearly_value), 0).label("value")
).where(Organisation.id.in_(_BEHIND))
_NOTES = (
    select(IdeaNote.id, IdeaNote.html, IdeaNote.at, Person.name, Person.username)
    .outerjoin(Person, Person.id == IdeaNote.author_id)
    .where(IdeaNote.idea_id == param("idea"))
    .order_by(IdeaNote.id)
)


def colleagues(viewer: Viewer) -> dict[int, str]:
    """Who may see to an idea: the team, by name; nobody for everyone else."""
    return {row.id: row.name or row.username or "" for row in ask(_COLLEAGUES)} if viewer.is_staff else {}


_COLLEAGUES = (
    select(Person.id, Person.name, Person.username)
    .where(Person.role.in_(STAFF), Person.kind == "account", Person.erased_at.is_(None))
    .order_by(Person.name, Person.id)
)
