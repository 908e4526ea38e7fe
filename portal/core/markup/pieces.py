"""The pieces of a text on its way: html5lib's stream of elements and text, which bleach's filters take.

No string of HTML exists before all filters have run, so there is nothing that two parsers could read differently."""

from collections.abc import Iterable, Iterator
from typing import Any

from .limits import Limits, too_big, too_busy, too_deep

Piece = dict[str, Any]
"""StartTag, EndTag, EmptyTag (with name, and data: attributes) or Characters (with data: text as it is to be read)."""

VOID = frozenset({"br", "hr", "img"})

NOTHING: Piece = {"type": "Comment", "data": ""}
"""Parts two texts, so that what follows an escaped character is not read together with it."""


def start(name: str, **attributes: str) -> Piece:
    """The start of an element. `class_` is its class; attributes without a value are left out."""
    data = {(None, key.rstrip("_")): value for key, value in attributes.items() if value}
    return {"type": "EmptyTag" if name in VOID else "StartTag", "name": name, "namespace": None, "data": data}


def end(name: str) -> Piece:
    """The end of an element."""
    return {"type": "EndTag", "name": name, "namespace": None, "data": {}}


def text(data: str) -> Piece:
    """Text."""
    return {"type": "Characters", "data": data}


def counted(pieces: Iterable[Piece], limits: Limits) -> Iterator[Piece]:
    """The same pieces, until there are too many, nested too deeply, or too large together: one definition of a link can
    be used a thousand times. Colours (spans) are capped where they are made."""
    depth = elements = size = 0
    for piece in pieces:
        kind, data = piece["type"], piece["data"]
        if kind == "Characters":
            size += len(data)
        elif kind == "EndTag":
            depth -= 1
        elif kind != "Comment":
            depth += kind == "StartTag"
            elements += piece["name"] != "span"
            size += sum(map(len, data.values()))
        if depth > limits.depth:
            raise too_deep()
        if elements > limits.elements:
            raise too_busy()
        if size > limits.output:
            raise too_big(limits)
        yield piece
