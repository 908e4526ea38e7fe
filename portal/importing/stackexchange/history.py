"""What became of a post: its earlier versions, and whether and why its question was closed or locked."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from portal.importing.stackexchange.reading import Row

TITLE, BODY, TAGS = {1, 4, 7}, {2, 5, 8}, {3, 6, 9}
CLOSED, LOCKED, UNLOCKED = 10, 14, 15

_WHY_CLOSED = {
    "1": "Duplicate",
    "2": "Off-topic",
    "3": "Subjective and argumentative",
    "4": "Not a real question",
    "7": "Too localized",
    "10": "General reference",
    "20": "Noise or pointless",
    "101": "Duplicate",
    "102": "Off-topic",
    "103": "Needs details or clarity",
    "104": "Needs more focus",
    "105": "Opinion-based",
}


@dataclass(frozen=True, slots=True)
class Version:
    """A post as it was from one edit to the next. Titles and tags are those of a question."""

    at: datetime
    row: Row
    source: str = ""
    title: str | None = None
    tags: tuple[str, ...] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A state began: when, by whom (in `row`, if the dump tells), and why."""

    at: datetime
    row: Row | None
    reason: str


def versions(history: Iterable[Row]) -> list[Version]:
    """All versions of the text, the first one first; the last is the present one. Empty if the dump has no history."""
    found: list[Version] = []
    last_edit = ""
    for row in history:
        kind = row.needed_number("PostHistoryTypeId")
        if kind not in TITLE | BODY | TAGS:
            continue
        edit = row.text("RevisionGUID") or f"{row.file}:{row.line}"
        reason = row.text("Comment") or ""
        if not found:
            found.append(Version(row.needed_time("CreationDate"), row, reason=reason))
        elif edit != last_edit:
            found.append(replace(found[-1], at=row.needed_time("CreationDate"), row=row, reason=reason))
        last_edit = edit
        found[-1] = _with(found[-1], kind, row.text("Text") or "")
    return found


def _with(version: Version, kind: int, text: str) -> Version:
    if kind in TITLE:
        return replace(version, title=text)
    if kind in TAGS:
        return replace(version, tags=tag_names(text))
    return replace(version, source=text.replace("\r\n", "\n"))


def tag_names(text: str | None) -> tuple[str, ...]:
    """The names in `<one><two>` or, in newer dumps, `|one|two|`."""
    return tuple(dict.fromkeys(name.lower() for name in re.findall(r"[^<>|\s]+", text or "")))


def closing(question: Row, history: Sequence[Row]) -> Turn | None:
    """Why and by whom a question that is closed was closed."""
    at = question.time("ClosedDate")
    if at is None:
        return None
    row = next((row for row in reversed(history) if row.number("PostHistoryTypeId") == CLOSED), None)
    code = (row.text("Comment") or "") if row else ""
    return Turn(at, row, _WHY_CLOSED.get(code, "" if code.isdigit() else code))


def locking(history: Sequence[Row]) -> Turn | None:
    """Who locked a post that is locked."""
    last = next((row for row in reversed(history) if row.number("PostHistoryTypeId") in (LOCKED, UNLOCKED)), None)
    if last is None or last.number("PostHistoryTypeId") == UNLOCKED:
        return None
    return Turn(last.needed_time("CreationDate"), last, "")
