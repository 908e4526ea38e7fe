"""What stands inside a paragraph (emphasis, links, images, code) as Markdown.

The HTML is first laid out flat, as pieces in a row: only then is it known what stands beside what, which decides
what must be escaped, and whether a star can begin or end an emphasis.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bs4 import Tag
from bs4.element import PageElement

from portal.core.from_html.escaping import PUNCTUATION, escape
from portal.core.markup import IMPORTED
from portal.core.markup.addresses import allowed
from portal.core.markup.parsing import parse

EMPHASIS = {"em": "*", "i": "*", "strong": "**", "b": "**", "s": "~~", "strike": "~~", "del": "~~"}
KEPT_TAGS = ("sub", "sup", "kbd")
BREAK = "\\\n"
NOT_WRITTEN = "enter image description here"
"""What Stack Exchange puts where nobody described a picture: not the author's words, and no name for a link."""

_SPACES = re.compile(r"[ \t\r\n\f]+")
_PUNCTUATION = re.compile(rf"[{PUNCTUATION}]|[^\w\s]")
_PLAIN_ADDRESS = re.compile(r"https?://[^\s<>\\]+")

Rewrite = Callable[[str], str]


@dataclass(slots=True)
class Piece:
    """A stretch of text, finished Markdown, or the beginning or end of something; `text` is Markdown when finished."""

    kind: str
    text: str
    in_link: bool = False


def inline(nodes: Iterable[PageElement], rewrite: Rewrite, *, one_line: bool = False) -> str:
    """The nodes as one paragraph; with `one_line`, line breaks become spaces, for headings and cells."""
    pieces = list(_flat(nodes, rewrite, frozenset()))
    if one_line:
        pieces = [Piece("text", " ") if piece.kind == "break" else piece for piece in pieces]
    pieces = _spaced(pieces)
    _escape(pieces)
    _drop_what_cannot_stand(pieces)
    return _as_meant(pieces)


def _flat(nodes: Iterable[PageElement], rewrite: Rewrite, inside: frozenset[str]) -> Iterator[Piece]:
    for node in nodes:
        if not isinstance(node, Tag):
            yield Piece("text", str(node), "a" in inside)
        elif node.name == "br":
            yield Piece("break", BREAK)
        elif node.name == "code":
            yield _code(node.get_text())
        elif node.name == "img":
            yield _image(node, rewrite)
        elif node.name == "a" and node.get("href") and "a" not in inside:
            yield from _link(node, rewrite, inside)
        else:
            yield from _wrapped(node, rewrite, inside)


def _wrapped(node: Tag, rewrite: Rewrite, inside: frozenset[str]) -> Iterator[Piece]:
    marker = EMPHASIS.get(node.name)
    opening, closing = (f"<{node.name}>", f"</{node.name}>") if node.name in KEPT_TAGS else (marker, marker)
    if opening is None or closing is None or (marker and marker in inside):
        yield from _flat(node.children, rewrite, inside)
        return
    yield Piece("open" if marker else "tag", opening)
    yield from _flat(node.children, rewrite, inside | {opening})
    yield Piece("close" if marker else "end", closing)


def _link(node: Tag, rewrite: Rewrite, inside: frozenset[str]) -> Iterator[Piece]:
    address = rewrite(str(node["href"]))
    if node.get_text() == address and _PLAIN_ADDRESS.fullmatch(address) and not node.find(True):
        yield Piece("done", f"<{address}>")
        return
    if not allowed(address):
        # Our renderer makes no link of it, so that its address must be read.
        yield from _flat(node.children, rewrite, inside)
        yield Piece("text", f" ({address})")
        return
    yield Piece("tag", "[")
    yield from _flat(node.children, rewrite, inside | {"a"})
    yield Piece("end", f"]({_destination(node, address)})")


def _image(node: Tag, rewrite: Rewrite) -> Piece:
    words = _SPACES.sub(" ", str(node.get("alt", "")))
    alt = "" if words.strip() == NOT_WRITTEN else escape(words, before="[", after="]", in_link=True)
    return Piece("done", f"![{alt}]({_destination(node, rewrite(str(node.get('src', ''))))})")


def _destination(node: Tag, address: str) -> str:
    address = re.sub(r"[\x00-\x20<>\\]", lambda found: f"%{ord(found.group()):02X}", address.strip())
    # An address may hold brackets only in pairs, and a character by name would be read as that character.
    address = re.sub(r"&(?=\w+;|#)", "%26", address) if re.search(r"&#?\w+;", address) else address
    if re.search(r"[()]", address):
        address = f"<{address}>"
    title = _SPACES.sub(" ", str(node.get("title", ""))).strip()
    return (
        f'{address} "{escape(title, before=" ", after=" ").replace(chr(34), chr(92) + chr(34))}"' if title else address
    )


def _code(text: str) -> Piece:
    text = text.replace("\n", " ")
    return Piece("code" if text.strip() else "text", text)


def _fenced(text: str) -> str:
    runs = {len(run) for run in re.findall(r"`+", text)}
    fence = "`" * next(length for length in range(1, len(text) + 2) if length not in runs)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


class _Line:
    """Pieces with single spaces between them: outside of what they would open or close, and none at the edges."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._gap = ""

    def add(self, piece: Piece) -> None:
        if piece.kind == "break":
            self._gap = self._gap.strip(" ") + BREAK
        elif piece.kind == "text":
            self._add_text(piece)
        elif piece.kind in ("open", "tag", "close", "end"):
            self.pieces.append(piece)
        else:
            self._add_content(piece)

    def _add_text(self, piece: Piece) -> None:
        text = _SPACES.sub(" ", piece.text)
        if text.startswith(" "):
            self._gap = self._gap or " "
        if text.strip(" "):
            self._add_content(Piece("text", text.strip(" "), piece.in_link))
            self._gap = " " if text.endswith(" ") else ""

    def _add_content(self, piece: Piece) -> None:
        at = len(self.pieces)
        while at and self.pieces[at - 1].kind in ("open", "tag"):
            at -= 1
        if self._gap and at:
            self.pieces.insert(at, Piece("break" if BREAK in self._gap else "text", self._gap))
        self._gap = ""
        self.pieces.append(piece)


def _spaced(pieces: Iterable[Piece]) -> list[Piece]:
    line = _Line()
    for piece in pieces:
        line.add(piece)
    return _joined(line.pieces)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours as one, texts as well as emphasis; emphasis of nothing is nothing."""
    out: list[Piece] = []
    for piece in pieces:
        if out and (out[-1].kind, piece.kind) in (("open", "close"), ("close", "open")) and out[-1].text == piece.text:
            out.pop()
        elif piece.kind in ("text", "code") and out and out[-1].kind == piece.kind:
            out[-1] = Piece(piece.kind, out[-1].text + piece.text, out[-1].in_link or piece.in_link)
        else:
            out.append(piece)
    for piece in out:
        if piece.kind == "code":
            piece.text = _fenced(piece.text)
    return out


def _escape(pieces: list[Piece]) -> None:
    dollars = sum(piece.text.count("$") for piece in pieces) > 1
    for index, piece in enumerate(pieces):
        if piece.kind == "text":
            before = pieces[index - 1].text[-1:] if index else ""
            after = pieces[index + 1].text[:1] if index + 1 < len(pieces) else ""
            piece.text = escape(
                piece.text, before=before.strip("\n"), after=after, in_link=piece.in_link, dollars=dollars
            )


def _drop_what_cannot_stand(pieces: list[Piece]) -> None:
    """Takes out emphasis whose stars would not be read as such: it is the text that counts."""
    failing = True
    while failing:
        failing = False
        for start, end in _pairs(pieces):
            if not (_can_open(pieces, start) and _can_close(pieces, end)):
                pieces[start].text = pieces[end].text = ""
                pieces[start].kind = pieces[end].kind = "dropped"
                failing = True


def _as_meant(pieces: list[Piece]) -> str:
    """The Markdown, checked by the parser: where stars meet stars it may see other pairs than were meant."""
    marks = [piece for piece in pieces if piece.kind in ("open", "close")]
    wanted = sum(piece.kind == "open" for piece in marks)
    for single in ("*", "_", ""):
        for piece in marks:
            piece.text = (single if piece.text in ("*", "_") else piece.text) if single else ""
        text = "".join(piece.text for piece in pieces)
        if not single or not wanted or _emphases(text) == wanted:
            break
    return text


def _emphases(text: str) -> int:
    return sum(
        token.type in ("em_open", "strong_open", "s_open")
        for block in parse(text, IMPORTED)
        for token in block.children or ()
    )


def _pairs(pieces: list[Piece]) -> Iterator[tuple[int, int]]:
    opened: list[int] = []
    for index, piece in enumerate(pieces):
        if piece.kind == "open":
            opened.append(index)
        elif piece.kind == "close":
            yield opened.pop(), index


def _can_open(pieces: list[Piece], index: int) -> bool:
    before, after = _beside(pieces, index)
    return bool(after.strip()) and (not _PUNCTUATION.match(after) or not before.strip() or _is_punctuation(before))


def _can_close(pieces: list[Piece], index: int) -> bool:
    before, after = _beside(pieces, index)
    return bool(before.strip()) and (not _is_punctuation(before) or not after.strip() or _is_punctuation(after))


def _is_punctuation(character: str) -> bool:
    return _PUNCTUATION.match(character) is not None


def _beside(pieces: list[Piece], index: int) -> tuple[str, str]:
    """The characters before and after a run of stars (or of tildes) of which the piece is a part."""
    marker = pieces[index].text[:1]
    before = "".join(piece.text for piece in pieces[max(index - 6, 0) : index])
    after = "".join(piece.text for piece in pieces[index + 1 : index + 7])
    return before.rstrip(marker)[-1:], after.lstrip(marker)[:1]
