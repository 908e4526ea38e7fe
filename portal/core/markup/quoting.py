"""Markdown that the portal writes: quotes with their source, and text that must stay as it is."""

import re

from .limits import IMPORTED, TooMuch
from .parsing import parse

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$:@&^=])")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
LONGEST = 2_000
"""Characters of a post that a quote of it holds."""


def escape(text: str) -> str:
    """Markdown that renders as this text, to the letter, within one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def quote(source: str, *, name: str, post_id: int) -> str:
    """Markdown of a quote of a post, with a link back to it.

    The form is a quote whose first paragraph is `[Name](/posts/7):`. What the post itself quotes is left out, unless
    there is nothing else. A long one is cut at the end of a line or word; a fence that is cut open is closed."""
    whole = source.replace("\r\n", "\n").strip("\n")
    own = _shortened(_without_quotes(whole).strip("\n") or whole)
    quoted = "\n".join(f"> {line}".rstrip() for line in own.split("\n"))
    return f"> [{escape(name)}](/posts/{post_id}):\n>\n{quoted}\n\n"


def _without_quotes(source: str) -> str:
    """The source without the quotes that are not inside anything else."""
    try:
        tokens = parse(source, IMPORTED)
    except TooMuch:
        return source
    quotes = [token.map for token in tokens if token.type == "blockquote_open" and token.level == 0 and token.map]
    dropped = {line for first, end in quotes for line in range(first, end)}
    kept = (line for number, line in enumerate(source.split("\n")) if number not in dropped)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)) if dropped else source


def _shortened(source: str) -> str:
    if len(source) <= LONGEST:
        return source
    ends = (source.rfind(end, LONGEST // 2, LONGEST) for end in ("\n", " "))
    kept = source[: next((cut for cut in ends if cut > 0), LONGEST)].rstrip()
    fence = _open_fence(kept)
    return f"{kept}\n{fence}\n\n…" if fence else f"{kept} …"


def _open_fence(source: str) -> str:
    """The fence that is open at the end of the source, or ''."""
    fence = ""
    for line in source.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip(" `~"):
            fence = ""
    return fence


def excerpt(text: str, length: int = 200) -> str:
    """The beginning of a plain text (such as `Rendered.text`) on one line, cut at a word: at most `length` long."""
    line = " ".join(text[: length * 8].split())
    if len(line) <= length:
        return line
    cut = line.rfind(" ", 0, length)
    return line[: cut if cut > length // 2 else length - 1].rstrip(" ,;:.-") + "…"
