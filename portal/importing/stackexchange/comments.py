"""Comments as our Markdown: theirs are one line of it, without blocks."""

import re
from collections.abc import Callable

_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_BLOCK = re.compile(r"(\d{1,9}(?=[.)](?:\s|$))|(?=(?:#{1,6}|[-+*])(?:\s|$)|>|([-*_] *){3,}$|~~~|```|\[[^\]]*\]:))")
_ADDRESS = re.compile(
    r"(?P<link>\]\()?(?P<address>(?:https?://|(?<=\]\()/)[^\s<>()\[\]]*(?:\([^\s<>()\[\]]*\)[^\s<>()\[\]]*)*)"
)
_TAG = re.compile(r"<(?=/?(?:sub|sup|kbd)>)")


def to_markdown(text: str, rewrite: Callable[[str], str]) -> str:
    """The source of a comment, its addresses rewritten; what Markdown would take for a block is text."""
    line = " ".join(text.split())
    parts: list[str] = []
    end = 0
    for code in _CODE.finditer(line):
        parts += [_plain(line[end : code.start()], rewrite), code.group()]
        end = code.end()
    parts.append(_plain(line[end:], rewrite))
    return _BLOCK.sub(r"\1\\", "".join(parts), count=1) if _BLOCK.match(line) else "".join(parts)


def _plain(text: str, rewrite: Callable[[str], str]) -> str:
    def local(found: re.Match[str]) -> str:
        address = found["address"]
        tail = "" if found["link"] else address[len(address.rstrip(".,;:!?'\"*_")) :]
        address = address.removesuffix(tail) if tail else address
        new = rewrite(address)
        if found["link"]:
            return f"]({new}"
        return f"{address}{tail}" if new == address else f"[{address}]({new}){tail}"

    return _ADDRESS.sub(local, _TAG.sub(r"\\<", text))
