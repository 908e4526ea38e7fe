"""Reads the demonstration's files.

people.toml says who there is and which categories. A file of threads is a row of conversations, written down as one
would tell them:

    === The title of a thread
    question by=ben in=planner at=-118/07:42 tags=import,csv helpful=2 same=1 views=860
    What was asked, in Markdown.

    --- oskar +35m accepted=+20m verified=priya helpful=5
    A reply, 35 minutes after what stands before it.

    >>> ben +22m
    A comment under it.

    ~~~ oskar +1d because=the limit has grown
    The reply as it was edited, a day after it was written.

    !!! maren +1h close: The maintenance is over.

`at` is a day (before today) and a time; instead of `+35m` a part may say so too: `@-80/09:15`. `>> 3 words` as the
first line of a reply quotes these words of post 3. `![…](drawing:name)` shows one of drawings.py. Other marks of a
thread: `pinned`, `language=de`, `privacy=staff` or `organisation`.

An idea says by what name others refer to it (`as=pile`), who voted for it (`votes=ben,lucia,6`: these two, and six
more) and over how many days (`over=30`). What is done with it and what announcements say of it: acting.py.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "community"

_THREAD = "=== "
_MARK = re.compile(
    r"(?P<what>---|>>>|~~~|!!!) (?P<who>\w+)(?: \+(?P<later>\d+[mhd])| @(?P<on>-\d+/\d\d:\d\d))?(?: (?P<rest>.*))?"
)
KINDS = ("question", "discussion", "idea", "announcement")
_FENCE = re.compile(r" {0,3}(```|~~~)(?! )")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
WHATS = {"---": "reply", ">>>": "comment", "~~~": "edit", "!!!": "act"}


class BadStoryError(ValueError):
    """A file of the demonstration cannot be read; the message says where."""


@dataclass(slots=True)
class Part:
    """One thing that somebody did in a thread. `later` counts from the reply before (of an edit: its own reply)."""

    what: str
    who: str
    later: timedelta
    marks: dict[str, str]
    rest: str = ""
    lines: list[str] = field(default_factory=list[str])
    on: timedelta | None = None
    """Instead of `later`: counted from the beginning of today."""

    @property
    def body(self) -> str:
        return "\n".join(self.lines).strip("\n")


@dataclass(slots=True)
class Story:
    """A thread with all that was done in it; the first part is its opening post."""

    title: str
    kind: str
    category: str
    day: int
    """Days before today."""
    clock: timedelta
    """Since midnight."""
    marks: dict[str, str]
    parts: list[Part]


def moment(words: str) -> timedelta:
    """`-80/09:15` or `+3/09:00`: a day before or after today, and a time; from the beginning of today."""
    found = re.fullmatch(r"([+-]\d+)/(\d\d):(\d\d)", words)
    if found is None:
        raise BadStoryError(f"{words} is no day and time")
    return timedelta(days=int(found[1]), hours=int(found[2]), minutes=int(found[3]))


def later(words: str) -> timedelta:
    """`35m`, `3h` or `2d`."""
    return timedelta(**{_UNITS[words[-1]]: int(words[:-1])})


@cache
def cast_of() -> dict[str, Any]:
    """The site, its people, organisations and categories."""
    return tomllib.loads((HERE / "people.toml").read_text(encoding="utf-8"))


def stories() -> Iterator[Story]:
    """All threads, file by file. Raises BadStoryError."""
    for path in sorted((HERE / "threads").glob("*.md")):
        yield from read(path.name, path.read_text(encoding="utf-8"))


def read(name: str, text: str) -> Iterator[Story]:
    """The threads of one file. Raises BadStoryError."""
    story: Story | None = None
    title, fence = "", ""
    for number, line in enumerate(text.split("\n"), 1):
        if found := _FENCE.match(line):
            fence = "" if fence == found[1] else fence or found[1]
        if not fence and line.startswith(_THREAD):
            if story is not None:
                yield story
            story, title = None, line.removeprefix(_THREAD)
        elif title:
            story, title = _begun(f"{name}:{number}", title, line), ""
        elif story is None:
            if line.strip():
                raise BadStoryError(f"{name}:{number}: text before the first thread")
        elif not fence and (mark := _MARK.fullmatch(line)):
            story.parts.append(_part(mark))
        else:
            story.parts[-1].lines.append(line)
    if story is not None:
        yield story


def _begun(where: str, title: str, line: str) -> Story:
    kind, _, rest = line.partition(" ")
    marks = marks_of(rest)
    when = re.fullmatch(r"-(\d+)/(\d\d):(\d\d)", marks.get("at", ""))
    needed = {"by"} if kind == "announcement" else {"by", "in"}
    if kind not in KINDS or when is None or not needed <= marks.keys():
        raise BadStoryError(f"{where}: expected a kind, by=, in= and at=-days/hh:mm")
    clock = timedelta(hours=int(when[2]), minutes=int(when[3]))
    opening = Part("opening", marks["by"], timedelta(), marks)
    return Story(title, kind, marks.get("in", ""), int(when[1]), clock, marks, [opening])


def _part(mark: re.Match[str]) -> Part:
    what, rest = WHATS[mark["what"]], mark["rest"] or ""
    on = moment(mark["on"]) if mark["on"] else None
    marks = {} if what in ("edit", "act") else marks_of(rest)
    return Part(what, mark["who"], later(mark["later"] or "0m"), marks, rest, on=on)


def marks_of(text: str) -> dict[str, str]:
    words = (word.partition("=") for word in text.split())
    return {name: value for name, _, value in words}
