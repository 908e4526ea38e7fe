"""The letter that sums up what happened: first what became of one's own ideas and questions, each thread once."""

from dataclasses import dataclass
from itertools import groupby

from portal.delivery.letters.content import Content
from portal.delivery.letters.deciding import asked
from portal.delivery.letters.telling import LOOKS, Part, Told, address, part
from portal.ideas.statuses import status_words
from portal.loop.links import answer_path
from portal.notices.queries import InboxRow
from portal.notices.queries.inbox import OWED

MOST_THREADS, MOST_OF_ONE = 40, 5
ASKS = ("asked", "answered")
OWN = (*OWED, "wrote")


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one idea that they asked for."""

    words: str
    status: str
    look: str


@dataclass(frozen=True, slots=True)
class Group:
    """A thread in which something happened."""

    title: str
    language: str
    link: str
    is_own: bool
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
    more: int


def digest(told: Told) -> Content:
    """Of very many threads, the first."""
    lines = _lines(told)
    ordered = sorted(told.rows, key=lambda row: (row.thread_id, row.id))
    threads = [_what_holds(list(rows)) for _id, rows in groupby(ordered, key=lambda row: row.thread_id)]
    threads.sort(key=lambda rows: (not _is_own(rows), -rows[-1].id))
    groups = [_group(told, rows, lines) for rows in threads[:MOST_THREADS]]
    first, rest = ([each for each in groups if each.is_own is own] for own in (True, False))
    values = {"first": first, "rest": rest, "more": len(threads) - len(groups), "lead": groups[0].title}
    return Content("digest", told.person, values=values | {"inbox": address("/inbox"), "reason": "digest"})


def _what_holds(rows: list[InboxRow]) -> list[InboxRow]:
    """What happened in one thread, without what was decided before something else was."""
    last = max((row.id for row in rows if row.kind == "outcome"), default=0)
    return [row for row in rows if row.kind != "outcome" or row.id == last]


def _is_own(rows: list[InboxRow]) -> bool:
    return any(row.is_own or row.reason in OWN for row in rows)


def _lines(told: Told) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = {}
    for each in (each for row in told.rows for each in told.known.owed(row.id)):
        if each.status != "duplicate":
            line = Line(asked(each), status_words(each.status, each.called), LOOKS.get(each.status, ""))
            found.setdefault(each.notice_id, []).append(line)
    return found


def _group(told: Told, rows: list[InboxRow], lines: dict[int, list[Line]]) -> Group:
    last = rows[-1]
    shown = rows[-MOST_OF_ONE:]
    asks = any(row.kind in ASKS for row in rows)
    return Group(
        title=last.title,
        language=last.language,
        link=address(answer_path(told.person.id) if asks else rows[0].place),
        is_own=_is_own(rows),
        lines=tuple(line for row in rows for line in lines.get(row.id, ())),
        parts=tuple(part(told, row, length=200) for row in shown),
        more=len(rows) - len(shown),
    )
