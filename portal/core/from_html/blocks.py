"""HTML of other systems as Markdown that our renderer turns into the same thing.

Not every HTML has such Markdown: what has none (fonts, colours, sizes of images) is dropped, its text never is.
(markdownify was tried in its place: it escapes each piece of text without knowing what stands beside it, and nearly
half of the posts of a community that writes formulas came out different.)
"""

import re
from collections.abc import Callable, Iterable, Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement, PreformattedString

from portal.core.from_html.inline import Rewrite, inline

BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "figcaption", "figure"}
    | {"footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"}
    | {"summary", "table", "ul"}
)
_LANGUAGE = re.compile(r"\b(?:lang|language)-([\w+#-]+)")
_ALIGNED = {"left": ":--", "center": ":-:", "right": "--:"}
_NO_LANGUAGE = ("none",)


def to_markdown(html: str, rewrite: Rewrite = str, tidy: Callable[[BeautifulSoup], None] | None = None) -> str:
    """The Markdown source of a piece of HTML. `rewrite` turns each address in it into the one to use; `tidy` may
    first change what is particular to where it comes from."""
    if not html.strip():
        return ""
    # The line end keeps Beautiful Soup from taking a text that is one address for a mistake.
    soup = BeautifulSoup(f"{html}\n", "html.parser")
    for note in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        note.extract()
    if tidy is not None:
        tidy(soup)
    soup.smooth()
    return "\n\n".join(_Converter(rewrite).blocks(soup.children))


class _Converter:
    def __init__(self, rewrite: Rewrite) -> None:
        self._rewrite = rewrite

    def blocks(self, nodes: Iterable[PageElement]) -> Iterator[str]:
        """One piece of Markdown for each block; text that stands between blocks is a paragraph."""
        loose: list[PageElement] = []
        last_list = ""
        for node in nodes:
            if not isinstance(node, Tag) or node.name not in BLOCKS:
                loose.append(node)
                continue
            yield from self._paragraph(loose)
            loose = []
            # Two lists in a row would be one, were their markers the same.
            last_list = _marker(node, last_list)
            yield from self._list(node, last_list) if last_list else self._block(node)
        yield from self._paragraph(loose)

    def _inline(self, nodes: Iterable[PageElement], *, one_line: bool = False) -> str:
        return inline(nodes, self._rewrite, one_line=one_line)

    def _paragraph(self, nodes: Iterable[PageElement]) -> Iterator[str]:
        if text := self._inline(nodes):
            yield text

    def _block(self, node: Tag) -> Iterator[str]:
        if node.name == "hr":
            yield "___"
        elif node.name == "pre":
            yield _code(node)
        elif node.name == "blockquote":
            inside = "\n\n".join(self.blocks(node.children))
            yield "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))
        elif node.name == "table":
            yield from self._table(node)
        elif level := re.fullmatch(r"h([1-6])", node.name):
            text = re.sub(r"(?<!\\)(#+)$", r"\\\1", self._inline(node.children, one_line=True))
            yield f"{'#' * int(level[1])} {text}".rstrip()
        else:
            yield from self.blocks(node.children)

    def _list(self, node: Tag, marker: str) -> Iterator[str]:
        loose = any(item.find(["p", "pre", "blockquote"], recursive=False) for item in node.find_all("li"))
        between = "\n\n" if loose else "\n"
        items: list[str] = []
        for item in node.children:
            if isinstance(item, Tag):
                lead = f"{marker} " if node.name == "ul" else f"{_first(node) + len(items)}{marker} "
                parts = list(self.blocks(item.children if item.name == "li" else [item]))
                body = (between if len(parts) < 3 else "\n\n").join(parts)
                lines = [" " * len(lead) + line if line else "" for line in body.split("\n")]
                items.append((lead + "\n".join(lines)[len(lead) :]).rstrip())
        if items:
            yield between.join(items)

    def _table(self, node: Tag) -> Iterator[str]:
        rows = [row for row in (tag.find_all(["td", "th"]) for tag in node.find_all("tr")) if row]
        width = max(map(len, rows), default=0)
        if not width:
            return
        cells = [[self._inline(cell.children, one_line=True).replace("|", r"\|") for cell in row] for row in rows]
        if not node.find("th"):
            cells.insert(0, [])
        widest = next(row for row in rows if len(row) == width)
        lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in cells]
        lines.insert(1, "|" + "".join(f" {_ALIGNED.get(_alignment(cell), '---')} |" for cell in widest))
        yield "\n".join(lines)


def _alignment(cell: Tag) -> str:
    found = re.search(r"text-align:\s*(\w+)", str(cell.get("style", "")))
    return found[1] if found else str(cell.get("align", ""))


def _marker(node: Tag, last: str) -> str:
    """What marks the items of a list; nothing when it is none."""
    markers = {"ul": "-*", "ol": ".)"}.get(node.name, "")
    return markers[1] if markers and last == markers[0] else markers[:1]


def _first(node: Tag) -> int:
    start = str(node.get("start", "1"))
    return int(start) if re.fullmatch(r"[0-9]{1,8}", start) else 1


def _code(node: Tag) -> str:
    text = node.get_text().removeprefix("\n").removesuffix("\n")
    classes = " ".join(str(tag.get("class", "")) for tag in (node, *node.find_all("code", limit=1)))
    language = _LANGUAGE.search(classes)
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language[1] if language and language[1] not in _NO_LANGUAGE else ''}\n{text}\n{fence}"
