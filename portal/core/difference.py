"""What an edit changed, word by word, for people to read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_LINES = 3_000
_MOST_WORDS = 1_200
"""Comparing takes time with the square of these: a larger stretch is shown as taken out and put in as a whole."""

Kind = Literal["same", "out", "in"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: kept, taken out, or put in."""

    kind: Kind
    text: str


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces that make up both texts, in order: those not `in` are `before`, those not `out` are `after`.

    First by lines, then by words within the lines that changed. A few hundredths of a second for the largest posts.
    """
    old, new = _lines(before), _lines(after)
    return tuple(_joined(_compared(old, new, _MOST_LINES, deeper=True)))


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").splitlines(keepends=True)


def _compared(old: Sequence[str], new: Sequence[str], most: int, *, deeper: bool) -> Iterator[Piece]:
    """What both begin and end with costs nothing; only what lies between is compared."""
    start = _common_start(old, new)
    yield Piece("same", "".join(old[:start]))
    old, new = old[start:], new[start:]
    end = _common_start(old[::-1], new[::-1])
    yield from _middle(old[: len(old) - end], new[: len(new) - end], most, deeper=deeper)
    yield Piece("same", "".join(old[len(old) - end :]))


def _common_start(old: Sequence[str], new: Sequence[str]) -> int:
    count = 0
    for left, right in zip(old, new, strict=False):
        if left != right:
            break
        count += 1
    return count


def _middle(old: Sequence[str], new: Sequence[str], most: int, *, deeper: bool) -> Iterator[Piece]:
    if len(old) > most or len(new) > most or not old or not new:
        yield from (Piece("out", "".join(old)), Piece("in", "".join(new)))
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        left, right = "".join(old[a:b]), "".join(new[c:d])
        if tag == "equal":
            yield Piece("same", left)
        elif deeper and tag == "replace":
            yield from _compared(_WORD.findall(left), _WORD.findall(right), _MOST_WORDS, deeper=False)
        else:
            yield from (Piece("out", left), Piece("in", right))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """One piece for what was taken out and one for what was put in between two stretches that stay.

    A lone space between two changes is made part of them: two words changed beside each other read as one change.
    """
    kept = out = new = gap = ""
    for piece in pieces:
        if piece.kind == "same" and not (out or new):
            kept += piece.text
        elif piece.kind == "same" and not gap and piece.text == " ":
            gap = piece.text
        elif piece.kind == "same" and piece.text:
            yield from _pieces(kept, out, new)
            kept, out, new, gap = gap + piece.text, "", "", ""
        elif piece.text:
            out += gap + (piece.text if piece.kind == "out" else "")
            new += gap + (piece.text if piece.kind == "in" else "")
            gap = ""
    yield from _pieces(kept, out, new)
    yield from _pieces(gap, "", "")


def _pieces(kept: str, out: str, new: str) -> Iterator[Piece]:
    found: tuple[tuple[Kind, str], ...] = (("same", kept), ("out", out), ("in", new))
    return (Piece(kind, text) for kind, text in found if text)
