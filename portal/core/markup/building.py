"""Markdown's tokens to pieces: which element each construct becomes, and nothing about what is safe."""

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

from markdown_it.token import Token

from .addresses import REL, is_large, own_image, size_of
from .colours import Colours, language
from .limits import Limits
from .pieces import NOTHING, Piece, end, start, text

Local = Callable[[str], bool]

_TURNED = dict.fromkeys(range(0x2066, 0x206A))
"""What turns the direction of text: right for names in prose; code it would show as other code than runs."""
_TASK = re.compile(r"\[([ xX])\]\s+")
_QUOTED_POST = re.compile(r"/posts/\d+|/t/[a-z0-9.-]+/posts/\d+")


class Builder:
    """The pieces of one text."""

    def __init__(self, tokens: Sequence[Token], *, limits: Limits, post_key: str, local: Local) -> None:
        self.tokens, self.key, self.local = tokens, post_key, local
        self.colours = Colours(limits.coloured, limits.spans)
        self.headings = _outline(tokens)

    def pieces(self) -> Iterator[Piece]:
        """All of them, in order."""
        for at, token in enumerate(self.tokens):
            yield from self._block(at, token)

    def _block(self, at: int, token: Token) -> Iterator[Piece]:
        if token.type == "inline":
            yield from self._inline(token.children or [])
        elif token.hidden:
            yield from self._hidden(at, token)
        elif token.type in {"fence", "code_block"}:
            yield from self._code(token)
        elif token.type == "math_block":
            yield from (start("p"), text(token.content), end("p"), text("\n"))
        elif token.type == "hr":
            yield from (start("hr"), text("\n"))
        elif token.type.startswith("footnote"):
            yield from self._footnote(token)
        elif token.nesting > 0:
            yield from self._open(at, token)
        else:
            yield from self._close(at, token)

    def _hidden(self, at: int, token: Token) -> Iterator[Piece]:
        """The paragraphs of a tight list are not elements, but what follows one begins a new line."""
        if token.nesting < 0 and self.tokens[at + 1].type != "list_item_close":
            yield text("\n")

    def _open(self, at: int, token: Token) -> Iterator[Piece]:
        match token.tag:
            case "table":
                yield start("div", class_="table", tabindex="0")
                yield start("table")
            case "th" | "td":
                yield start(token.tag, class_=str(token.attrs.get("style", "")).removeprefix("text-align:"))
            case "ol":
                yield start("ol", start=str(token.attrs.get("start", "")))
            case "li":
                yield start("li", class_="task" if self._task(at) else "")
            case "p":
                yield start("p", class_="quote-source" if self._quote_source(at) else "")
            case tag:
                yield start(self.headings.get(at, tag))

    def _close(self, at: int, token: Token) -> Iterator[Piece]:
        yield end(self.headings.get(at, token.tag))
        if token.tag == "table":
            yield end("div")
        if token.tag not in {"td", "th", "thead", "tbody"}:
            yield text("\n")

    def _task(self, at: int) -> bool:
        """Whether the list item that opens here begins with `[ ]` or `[x]`; then the box becomes a character."""
        if (
            at + 2 >= len(self.tokens)
            or self.tokens[at + 2].type != "inline"
            or self.tokens[at + 1].type != "paragraph_open"
        ):
            return False
        children = self.tokens[at + 2].children or []
        box = _TASK.match(children[0].content) if children and children[0].type == "text" else None
        if box is None:
            return False
        children[0].content = ("☐ " if box[1] == " " else "☑ ") + children[0].content[box.end() :]
        return True

    def _quote_source(self, at: int) -> bool:
        """Whether this paragraph says whom a quote is from: `[Name](/posts/7):`, alone and first in the quote."""
        if at == 0 or self.tokens[at - 1].type != "blockquote_open":
            return False
        children = self.tokens[at + 1].children or []
        if (
            len(children) < 4
            or children[0].type != "link_open"
            or children[-2].type != "link_close"
            or children[-1].content != ":"
        ):
            return False
        return _QUOTED_POST.fullmatch(str(children[0].attrs.get("href", ""))) is not None

    def _code(self, token: Token) -> Iterator[Piece]:
        name, code = language(token.info), token.content.translate(_TURNED)
        yield start("pre", tabindex="0")
        yield start("code", class_=f"language-{name}" if name else "")
        for css, part in (self.colours.pieces(code, name) if name else None) or [("", code)]:
            yield from (start("span", class_=css), text(part), end("span")) if css else (text(part),)
        yield from (end("code"), end("pre"), text("\n"))

    def _footnote(self, token: Token) -> Iterator[Piece]:
        number = token.meta.get("id", 0) + 1
        match token.type:
            case "footnote_block_open":
                yield from (start("section", class_="footnotes"), start("ol"))
            case "footnote_block_close":
                yield from (end("ol"), end("section"), text("\n"))
            case "footnote_open":
                yield start("li", id=f"fn-{self.key}-{number}")
            case "footnote_close":
                yield from (end("li"), text("\n"))
            case _:
                back = f"#fnref-{self.key}-{number}-{token.meta['subId'] + 1}"
                yield from (text(" "), start("a", href=back, class_="footnote-back"), text("↩\ufe0e"), end("a"))

    def _inline(self, tokens: Sequence[Token]) -> Iterator[Piece]:
        in_link = False
        for token in tokens:
            match token.type:
                case "text" | "math":
                    yield text(token.content)
                case "text_special":
                    yield text(token.content)
                    if token.info == "escape":
                        yield NOTHING
                case "softbreak" | "hardbreak":
                    yield from (start("br"), text("\n"))
                case "code_inline":
                    yield from (start("code"), text(token.content.translate(_TURNED)), end("code"))
                case "image":
                    yield from self._image(token, in_link)
                case "link_open":
                    in_link = True
                    yield self._link(str(token.attrs.get("href", "")), title=str(token.attrs.get("title", "")))
                case "footnote_ref":
                    yield from self._reference(token, in_link)
                case _:
                    in_link = in_link and token.type != "link_close"
                    yield start(token.tag) if token.nesting > 0 else end(token.tag)

    def _link(self, href: str, *, title: str = "", class_: str = "") -> Piece:
        return start("a", href=href, title=title, class_=class_, rel="" if self.local(href) else REL)

    def _image(self, token: Token, in_link: bool) -> Iterator[Piece]:
        src, alt, title = (
            str(token.attrs.get("src", "")),
            words(token.children or []),
            str(token.attrs.get("title", "")),
        )
        if self.local(src) and own_image(path := urlsplit(src).path):
            piece = start("img", src=path, title=title, loading="lazy", decoding="async", **size_of(path))
            piece["data"][(None, "alt")] = alt
            # One that a page shows smaller than it is opens, where it has a name for the link to say.
            opens = not in_link and bool(alt.strip()) and is_large(path)
            yield from (start("a", href=path), piece, end("a")) if opens else (piece,)
            return
        yield start("span", class_="image") if in_link else self._link(src, title=title, class_="image")
        yield text(alt.strip() or src)
        yield end("span" if in_link else "a")

    def _reference(self, token: Token, in_link: bool) -> Iterator[Piece]:
        number, again = token.meta["id"] + 1, token.meta["subId"] + 1
        if in_link:
            yield from (start("sup"), text(f"[{number}]"), end("sup"))
            return
        yield start("sup", id=f"fnref-{self.key}-{number}-{again}")
        yield from (start("a", href=f"#fn-{self.key}-{number}"), text(f"[{number}]"), end("a"), end("sup"))


def words(tokens: Sequence[Token]) -> str:
    """The text of inline tokens, without what marks it up."""
    return "".join(
        " " if token.type in {"softbreak", "hardbreak"} else words(token.children) if token.children else token.content
        for token in tokens
    )


def _outline(tokens: Sequence[Token]) -> dict[int, str]:
    """The element of each token that opens or closes a heading: h3 first, and no step left out below it."""
    result: dict[int, str] = {}
    above: list[str] = []
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            while above and above[-1] >= token.tag:
                above.pop()
            above.append(token.tag)
        if token.type in {"heading_open", "heading_close"}:
            result[at] = f"h{min(2 + len(above), 6)}"
    return result
