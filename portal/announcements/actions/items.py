"""What an announcement says of ideas: read as it was typed, and put into rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from portal.announcements.models import ITEM_OUTCOMES, AnnouncementItem
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.markup import TooMuch, render
from portal.core.text import one_line, storable
from portal.ideas.models import Idea
from portal.people.viewer import Viewer
from portal.threads.models import Thread
from portal.threads.policy import standing_thread, visible_to

MOST, LONGEST_NOTE, LONGEST_FOR = 50, 2_000, 80


@dataclass(frozen=True, slots=True)
class ItemTyped:
    """One item as the form says it. `idea` is an id; `available_on` None: now."""

    idea: int
    outcome: str
    note: str = ""
    available_on: date | None = None
    available_to: str = ""
    revisit_on: date | None = None


def read_items(viewer: Viewer, typed: Sequence[ItemTyped], *, taken: Sequence[int] = ()) -> list[dict[str, Any]]:
    """The columns of each. Raises Invalid; the fields are called `idea-0`, `outcome-0` ... by the place of the item.

    `taken`: ideas that the announcement names already. One that was merged stands for the one it was merged into."""
    if len(typed) > MOST:
        raise Invalid(fields={"items": _("At most %(count)s ideas in one announcement.", count=MOST)})
    roots = _roots(viewer, [each.idea for each in typed])
    named = set(taken)
    read: list[dict[str, Any]] = []
    wrong: dict[str, object] = {}
    for place, each in enumerate(typed):
        said = _what_is_wrong(each, roots.get(each.idea), named)
        wrong |= {f"{name}-{place}": words for name, words in said.items()}
        if not said:
            named.add(roots[each.idea])
            try:
                read.append(_columns(each, roots[each.idea], place))
            except TooMuch as error:
                wrong[f"note-{place}"] = error.args[0]
    if wrong:
        raise Invalid(fields=wrong)
    return read


def add_items(announcement_id: int, read: Sequence[dict[str, Any]], **more: Any) -> list[AnnouncementItem]:
    """Add their rows, behind those that there are."""
    last = db.session.scalars(
        select(AnnouncementItem.position)
        .where(AnnouncementItem.announcement_id == announcement_id)
        .order_by(AnnouncementItem.position.desc())
        .limit(1)
    ).first()
    start = 0 if last is None else last + 1
    rows = [
        AnnouncementItem(announcement_id=announcement_id, position=start + place, **columns, **more)
        for place, columns in enumerate(read)
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def put_items(announcement_id: int, read: Sequence[dict[str, Any]]) -> None:
    """These and no others."""
    db.session.execute(delete(AnnouncementItem).where(AnnouncementItem.announcement_id == announcement_id))
    add_items(announcement_id, read)


def note_of(source: str, *, key: str) -> dict[str, str]:
    """The columns of a sentence about an idea. Raises TooMuch."""
    source = storable(source).replace("\r\n", "\n").strip()
    return {"note": source, "note_html": render(source, post_key=key).html if source else ""}


def _roots(viewer: Viewer, ids: Sequence[int]) -> dict[int, int]:
    """Of those that are ideas which stand and the viewer may see: the idea that speaks for each."""
    rows = db.session.execute(
        select(Idea.thread_id, Idea.root_id)
        .join(Thread, Thread.id == Idea.root_id)
        .where(Idea.thread_id.in_(ids), visible_to(viewer), standing_thread())
    )
    return {row.thread_id: row.root_id for row in rows}


def _what_is_wrong(typed: ItemTyped, root: int | None, named: set[int]) -> dict[str, object]:
    wrong: dict[str, object] = {}
    if root is None:
        wrong["idea"] = _("There is no such idea.")
    elif root in named:
        wrong["idea"] = _("This idea is named already.")
    if typed.outcome not in ITEM_OUTCOMES:
        wrong["outcome"] = _("Choose one of the list.")
    if len(typed.note) > LONGEST_NOTE:
        wrong["note"] = _("At most %(most)s characters.", most=LONGEST_NOTE)
    if len(one_line(typed.available_to)) > LONGEST_FOR:
        wrong["available_to"] = _("At most %(most)s characters.", most=LONGEST_FOR)
    return wrong


def _columns(typed: ItemTyped, root: int, place: int) -> dict[str, Any]:
    delivered = typed.outcome in ("shipped", "partly-shipped")
    return {
        "idea_id": root,
        "outcome": typed.outcome,
        **note_of(typed.note, key=f"i{root}-{place}"),
        "available_on": typed.available_on if delivered else None,
        "available_to": one_line(typed.available_to) if delivered else "",
        "revisit_on": typed.revisit_on if typed.outcome == "deferred" else None,
    }
