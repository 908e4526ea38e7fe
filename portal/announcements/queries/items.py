"""What announcements say of ideas, as far as someone may know of each idea."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, select
from sqlalchemy.orm import aliased

from portal.announcements.models import AnnouncementItem
from portal.core.db import ask, param
from portal.ideas.models import StatusName
from portal.people.models import Person
from portal.people.viewer import Viewer, by_sort, of_row, particulars, stand_in
from portal.threads.models import Thread, path_of
from portal.threads.policy import standing_thread, visible_to

_READER: Any = aliased(Person)


@dataclass(frozen=True, slots=True)
class ItemShown:
    """One idea in an announcement. `called`: what the admin calls the outcome, or ''."""

    id: int
    idea_id: int
    path: str
    title: str
    language: str
    outcome: str
    called: str
    note_html: str
    available_on: date | None
    available_to: str
    revisit_on: date | None


def items_by_announcement(viewer: Viewer, ids: Sequence[int]) -> dict[int, tuple[ItemShown, ...]]:
    """The items of each of these, in their order, of ideas that this viewer may see: in one statement."""
    found: dict[int, tuple[ItemShown, ...]] = {}
    if ids:
        for row in ask(_items(stand_in(viewer)), particulars(viewer) | {"announcements": ids}):
            found[row.announcement_id] = (*found.get(row.announcement_id, ()), _shown(row))
    return found


def items_for(viewers: Iterable[Viewer], announcement_id: int) -> dict[int, tuple[ItemShown, ...]]:
    """By person, the items of an announcement that each of these people may see. One statement for each sort
    of people."""
    found: dict[int, list[ItemShown]] = {}
    shown: dict[int, ItemShown] = {}
    for sort, people in by_sort(viewers).items():
        for row in ask(_items_of(sort), {"people": people, "announcements": [announcement_id]}):
            item = shown.get(row.id) or shown.setdefault(row.id, _shown(row))
            found.setdefault(row.reader_id, []).append(item)
    return {id_: tuple(items) for id_, items in found.items()}


def _shown(row: Any) -> ItemShown:
    return ItemShown(
        id=row.id,
        idea_id=row.idea_id,
        path=path_of("idea", row.idea_id, row.slug),
        title=row.title,
        language=row.language,
        outcome=row.outcome,
        called=row.called or "",
        note_html=row.note_html,
        available_on=row.available_on,
        available_to=row.available_to,
        revisit_on=row.revisit_on,
    )


@cache
def _items_of(sort: Viewer) -> Any:
    """Of each of these people, one row for each item: few of both."""
    chosen = _READER.id.in_(param("people", BigInteger(), many=True))
    return _items(of_row(sort, _READER)).join(_READER, chosen).add_columns(_READER.id.label("reader_id"))


@cache
def _items(viewer: Viewer) -> Any:
    item = AnnouncementItem
    return (
        select(
            *(item.announcement_id, item.id, item.idea_id, item.outcome, item.note_html),
            *(item.available_on, item.available_to, item.revisit_on),
            *(Thread.slug, Thread.title, Thread.language, StatusName.name.label("called")),
        )
        .join(Thread, Thread.id == item.idea_id)
        .outerjoin(StatusName, StatusName.status == item.outcome)
        .where(item.announcement_id.in_(param("announcements", many=True)), visible_to(viewer))
        .where(standing_thread())
        .order_by(item.announcement_id, item.position, item.id)
    )
