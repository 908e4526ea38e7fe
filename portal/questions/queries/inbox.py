"""What the staff inbox can be narrowed to, the views that are kept of it, and what was done about a question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from portal.core.db import ask, param
from portal.core.errors import NotFound
from portal.events.models import Event
from portal.people.models import STAFF, Organisation, Person
from portal.people.viewer import Viewer
from portal.questions.models import SavedView
from portal.questions.policy import can_see_to

MOST_ORGANISATIONS = 300
LATEST = 10
KINDS = ("question.assigned", "question.unassigned", "question.snoozed", "question.woken")


@dataclass(frozen=True, slots=True)
class ViewShown:
    """A view that this viewer may use. `by`: whose it is, where it is not theirs."""

    id: int
    name: str
    shared: bool
    chosen: Mapping[str, str]
    by: str
    can_delete: bool


@dataclass(frozen=True, slots=True)
class CareLine:
    """One thing that was done about who sees to a question. `kind`: one of KINDS."""

    kind: str
    at: datetime
    by: str
    to: str
    note: str
    until: datetime | None


_STAFF = (
    select(Person.id, Person.name, Person.username)
    .where(Person.role != "member", Person.role.in_(STAFF), Person.kind == "account", Person.erased_at.is_(None))
    .order_by(Person.name_key, Person.id)
)
_ORGANISATIONS = select(Organisation.id, Organisation.name).order_by(Organisation.name).limit(MOST_ORGANISATIONS)
_ORGANISATION = select(Organisation.id, Organisation.name).where(Organisation.id == param("organisation"))
_MINE = or_(SavedView.person_id == param("viewer"), SavedView.shared.is_(True))
_VIEWS = (
    select(SavedView, Person.name.label("of_name"), Person.username.label("of_username"))
    .join(Person, Person.id == SavedView.person_id)
    .where(_MINE)
    .order_by(SavedView.shared, SavedView.name_key, SavedView.id)
)


def colleagues(viewer: Viewer) -> dict[int, str]:
    """The names of everyone on the team, by id, in their order."""
    _for_staff(viewer)
    return {row.id: row.name or row.username or "" for row in ask(_STAFF)}


def organisations(viewer: Viewer, chosen: int | None = None) -> dict[int, str]:
    """The first few hundred organisations by name, and the one that is chosen."""
    _for_staff(viewer)
    found = {row.id: row.name for row in ask(_ORGANISATIONS)}
    if chosen is not None and chosen not in found and len(found) == MOST_ORGANISATIONS:
        found |= {row.id: row.name for row in ask(_ORGANISATION, {"organisation": chosen})}
    return found


def views(viewer: Viewer) -> list[ViewShown]:
    """One's own, then what others share, by name, in one statement."""
    _for_staff(viewer)
    return [_view(viewer, row) for row in ask(_VIEWS, {"viewer": viewer.id})]


def _view(viewer: Viewer, row: Any) -> ViewShown:
    mine = row.person_id == viewer.id
    by = "" if mine else row.of_name or row.of_username or ""
    return ViewShown(row.id, row.name, row.shared, row.chosen, by, mine or viewer.is_admin)


_ACTOR, _TO = aliased(Person), aliased(Person)
_DONE = (
    select(
        Event.kind,
        Event.at,
        Event.reason,
        Event.data,
        _ACTOR.name.label("by_name"),
        _ACTOR.username.label("by_username"),
        _TO.name.label("to_name"),
        _TO.username.label("to_username"),
    )
    .outerjoin(_ACTOR, _ACTOR.id == Event.actor_id)
    .outerjoin(_TO, _TO.id == Event.person_id)
    .where(Event.thread_id == param("thread"), Event.kind.in_(KINDS))
    .order_by(Event.id.desc())
    .limit(LATEST)
)


def care_taken(viewer: Viewer, thread_id: int) -> list[CareLine]:
    """Who gave it to whom, and put it off until when, the newest first. The caller has seen the thread."""
    _for_staff(viewer)
    return [_line(row) for row in ask(_DONE, {"thread": thread_id})]


def _line(row: Any) -> CareLine:
    until = row.data.get("until")
    return CareLine(
        kind=row.kind,
        at=row.at,
        by=row.by_name or row.by_username or "",
        to=row.to_name or row.to_username or "",
        note=row.reason,
        until=datetime.fromisoformat(until) if until else None,
    )


def _for_staff(viewer: Viewer) -> None:
    if not can_see_to(viewer):
        raise NotFound
