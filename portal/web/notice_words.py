"""What a line of the inbox says, in the reader's language: who did what, and why they hear of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.loop.queries.told import Asked
from portal.notices.queries import InboxRow
from portal.notices.words import BECAUSE, WHY, sentence
from portal.web.statuses import status_words

SIGNS = {
    "reply": "reply",
    "mention": "mention",
    "accepted": "solved",
    "verified": "verified",
    "outcome": "idea",
    "merged": "merge",
    "unmerged": "split",
    "announcement": "announcement",
    "corrected": "announcement",
    "withdrawn": "announcement",
    "asked": "question",
    "answered": "comment",
    "offered": "idea",
    "owned": "person",
    "waiting": "clock",
}
NEEDS = ("asked", "answered")
"""What leads to the page on which people say whether it solves their need."""


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one idea that they asked for."""

    words: str
    status: str
    status_words: str
    path: str
    language: str


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the inbox, ready to be drawn."""

    row: InboxRow
    sign: str
    sentence: str
    lines: tuple[Line, ...]
    because: str
    place: str


def said(row: InboxRow, asked: Sequence[Asked]) -> Said:
    """`asked`: what of their own it says something of."""
    lines = tuple(_line(each) for each in asked if each.status != "duplicate" or len(asked) == 1)
    because = "" if lines or row.kind == "mention" else str(BECAUSE.get(row.reason, ""))
    place = f"/inbox/{row.id}" if row.kind in NEEDS else row.place
    return Said(row, SIGNS[row.kind], sentence(row), lines, because, place)


def _line(asked: Asked) -> Line:
    words = str(WHY[asked.reason]) % {"title": asked.title}
    return Line(words, asked.status, status_words(asked.status, asked.status_name), asked.path, asked.language)
