"""What someone looks for, from what they typed: words, and operators such as `kind:question` or `"a phrase"`.

Nothing that is typed is an error: what is no operator, or a malformed one, is a word."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portal.core.text import storable
from portal.ideas.models import STATUSES
from portal.threads.models import KINDS

LONGEST = 1_000
MOST_WORDS = 40
STATES = ("solved", "unanswered")
ORDERS = ("best", "new")
_PARTS = re.compile(r'(-?)"([^"]*)"|(\S+)')
_NAME = re.compile(r"[^\s\":]{1,80}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. Words and phrases as they were typed; an empty operator does not narrow."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    kind: str = ""
    state: str = ""
    """'solved', 'unanswered', or any."""
    status: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    by: str = ""
    language: str = ""
    after: date | None = None
    before: date | None = None
    order: str = "best"

    @property
    def written(self) -> str:
        """The text that means this."""
        parts = [*self.words, *(f'"{phrase}"' for phrase in self.phrases)]
        parts += [f'-"{text}"' if " " in text else f"-{text}" for text in self.without]
        given = {"kind": self.kind, "is": self.state, "status": self.status, "in": self.category}
        parts += [f"{name}:{value}" for name, value in given.items() if value]
        parts += [f"tag:{tag}" for tag in self.tags]
        given = {"by": self.by, "lang": self.language, "after": self.after, "before": self.before}
        parts += [f"{name}:{value}" for name, value in given.items() if value]
        return " ".join([*parts, "order:new"] if self.order == "new" else parts)

    @property
    def text(self) -> str:
        """The words alone, without operators."""
        return " ".join([*self.words, *(f'"{phrase}"' for phrase in self.phrases)])

    @property
    def is_empty(self) -> bool:
        """Nothing is looked for at all."""
        return self == Query(order=self.order)

    @property
    def is_narrowed(self) -> bool:
        """Whether an operator keeps anything out."""
        return replace(self, words=(), phrases=(), without=(), order="best") != Query()

    def with_(self, **changed: Any) -> "Query":
        """The same, but for these."""
        return replace(self, **changed)


def parse(text: str) -> Query:
    """What this text means. A text over 1,000 characters is cut."""
    found: dict[str, Any] = {"words": [], "phrases": [], "without": [], "tags": []}
    for sign, phrase, word in _PARTS.findall(storable(text)[:LONGEST]):
        if word:
            _read_word(word, found)
        elif phrase.strip():
            found["without" if sign else "phrases"].append(" ".join(phrase.split()))
    for name in ("words", "phrases", "without", "tags"):
        found[name] = tuple(dict.fromkeys(found[name]))[:MOST_WORDS]
    return Query(**found)


def _read_word(word: str, found: dict[str, Any]) -> None:
    name, colon, value = word.partition(":")
    operator = OPERATORS.get(name.lower()) if colon else None
    read = operator[1](value.lower()) if operator and value else None
    if operator and read is not None:
        if operator[0] == "tags":
            found["tags"].append(read)
        else:
            found[operator[0]] = read
    elif len(word) > 1 and word[0] == "-" and word[1].isalnum():
        found["without"].append(word[1:])
    elif stripped := word.strip('"'):
        found["words"].append(stripped)


def _one_of(*values: str) -> Callable[[str], str | None]:
    return lambda value: value if value in values else None


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda value: value if pattern.fullmatch(value) else None


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None


OPERATORS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "kind": ("kind", _one_of(*KINDS)),
    "is": ("state", _one_of(*STATES)),
    "status": ("status", _one_of(*STATUSES)),
    "in": ("category", _matching(_NAME)),
    "tag": ("tags", _matching(_NAME)),
    "by": ("by", lambda value: _matching(_NAME)(value.removeprefix("@"))),
    "lang": ("language", _matching(_LANGUAGE)),
    "after": ("after", _date),
    "before": ("before", _date),
    "order": ("order", _one_of(*ORDERS)),
}
"""By what is typed before the colon: the field, and what reads its value (None: malformed)."""
