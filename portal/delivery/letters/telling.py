"""What the letters of notices have in common: who reads it, what is told, and how it is put."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from portal.config import in_force
from portal.delivery.letters.content import Content, unlinked
from portal.delivery.letters.knowing import Known
from portal.delivery.letters.saying import moment, quoted
from portal.notices.queries import InboxRow
from portal.notices.telling.sorts import sort_of
from portal.notices.words import sentence
from portal.people.models import Person
from portal.people.viewer import Viewer
from portal.threads.policy import can_reply

LOOKS = {
    "planned": "plan",
    "in-progress": "plan",
    "partly-shipped": "good",
    "shipped": "good",
    "already-possible": "good",
    "deferred": "warn",
    "declined": "bad",
}
"""The colour of a status; the word is always there, too."""


@dataclass(frozen=True, slots=True)
class Told:
    """Notices that may be told, with the text of their posts; the first is the one that the letter is of."""

    person: Person
    viewer: Viewer
    known: Known
    rows: tuple[InboxRow, ...]
    texts: dict[int, str]
    """By notice: the HTML of its post."""

    @property
    def first(self) -> InboxRow:
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that happened in a thread."""

    sentence: str
    words: str
    """What the post says."""
    at: str
    link: str


def tellable(person: Person, viewer: Viewer, known: Known, rows: Sequence[tuple[InboxRow, str]]) -> Told:
    """Each is told as one, and no name in it becomes a link."""
    kept = tuple(replace(row, replies=1, actor=unlinked(row.actor)) for row, _html in rows)
    return Told(person, viewer, known, kept, {row.id: html for row, html in rows})


def part(told: Told, row: InboxRow, *, length: int = 600) -> Part:
    """What one of them says. In the language of the letter."""
    words = quoted(told.texts[row.id], length)
    return Part(sentence(row), words, moment(row.at, told.person), address(row.place))


def address(path: str) -> str:
    """The whole address of a page: never from what a browser asked for."""
    return in_force().address + path


def about(told: Told, template: str, *, answerable: bool = False, **values: Any) -> Content:
    """A letter about the thread of the first. `answerable`: what is answered to it may become a post there."""
    row = told.first
    common = {"title": row.title, "link": address(row.path), "language_of": row.language, "reason": row.reason}
    open_to = answerable and told.person.kind == "account" and told.person.is_confirmed and _open(told)
    return Content(
        template,
        told.person,
        values={**common, **values, "replies": bool(open_to and in_force().mail_replies)},
        sort=sort_of(row.kind, row.reason),
        thread_id=row.thread_id,
        can_reply=open_to,
    )


def _open(told: Told) -> bool:
    return can_reply(told.viewer, told.known.thread(told.first.thread_id))
