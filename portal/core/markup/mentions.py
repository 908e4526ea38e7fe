"""People's names after an @: found, asked for once, linked."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from .limits import Limits, too_many_names
from .pieces import Piece, end, start, text

People = Callable[[Sequence[str]], Mapping[str, str]]

_NAME = re.compile(r"(?<![\w@/.&#+=$-])@([^\W_](?:[\w.-]{0,38}[^\W_])?)(?![^\W_]|[\u0300-\u036f])")
"""An @ that nothing stands before, and what may be a username; not the beginning of a longer word."""


def mention_key(name: str) -> str:
    """How a name is compared with another: NFKC, case folded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


class Mentions:
    """The names after an @ in one text, asked for once, and linked where there is such a person.

    A name in a link or in code is none. One in a quote is linked, but not counted: it was somebody else who called."""

    def __init__(self, people: People | None, *, limits: Limits, most: int | None) -> None:
        self.people, self.limits, self.most = people, limits, most
        self.found: dict[str, None] = {}

    def __call__(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        if self.people is None:
            yield from pieces
            return
        places = list(_places(pieces))
        keys = {
            mention_key(name[1]): None for piece, place in places if place for name in _NAME.finditer(piece["data"])
        }
        if len(keys) > self.limits.names:
            raise too_many_names(self.most or self.limits.names)
        known: Mapping[str, str] = self.people(tuple(keys)) if keys else {}
        for piece, place in places:
            if place and known and "@" in piece["data"]:
                yield from self._link(piece["data"], known, counts=place == "own")
            else:
                yield piece

    def _link(self, data: str, known: Mapping[str, str], *, counts: bool) -> Iterator[Piece]:
        done = 0
        for name in _NAME.finditer(data):
            key = mention_key(name[1])
            if key not in known:
                continue
            if counts:
                self.found[key] = None
                if self.most is not None and len(self.found) > self.most:
                    raise too_many_names(self.most)
            yield text(data[done : name.start()])
            yield from (
                start("a", class_="mention", href=f"/people/{quote(known[key], safe='')}"),
                text(name[0]),
                end("a"),
            )
            done = name.end()
        yield text(data[done:])


def _places(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, str]]:
    """Each piece with where a name in it would stand: 'own' text, a 'quote', or '' for nowhere."""
    closed = quotes = 0
    for piece in pieces:
        step = {"StartTag": 1, "EndTag": -1}.get(piece["type"], 0)
        if step and piece["name"] in {"a", "code", "pre", "kbd"}:
            closed += step
        elif step and piece["name"] == "blockquote":
            quotes += step
        yield piece, "" if piece["type"] != "Characters" or closed else "quote" if quotes else "own"
