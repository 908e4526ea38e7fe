"""Markdown that the portal writes: quotes with their source, and text that must stay as it is."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$:@&^=])")
_QUOTE = re.compile(r"^[ ]{0,3}>")
LONGEST = 2_000


def escape(text: str) -> str:
    """Markdown that renders as this text, to the letter, within one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def quote(source: str, *, name: str, post_id: int) -> str:
    """Markdown of a quote of a post, with a link back to it.

    The form is a quote whose first paragraph is `[Name](/posts/7):`. What the post itself quotes is left out, and a
    long one is cut at the end of a line or word, 2,000 characters in; a fence that is cut open is closed."""
    lines = [line for line in source.replace("\r\n", "\n").split("\n") if not _QUOTE.match(line)]
    own = _shortened(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n"))
    quoted = "\n".join(f"> {line}".rstrip() for line in own.split("\n"))
    return f"> [{escape(name)}](/posts/{post_id}):\n>\n{quoted}\n\n"


def _shortened(source: str) -> str:
    if len(source) <= LONGEST:
        return source
    cut = max(source.rfind("\n", 0, LONGEST), source.rfind(" ", 0, LONGEST))
    kept = source[: cut if cut > LONGEST // 2 else LONGEST].rstrip()
    fence = ""
    for line in kept.split("\n"):
        mark = re.match(r" {0,3}(`{3,}|~{3,})", line)
        if mark and (not fence or (mark[1].startswith(fence) and not line.strip(" `~"))):
            fence = "" if fence else mark[1]
    return f"{kept}\n{fence}\n\n…" if fence else f"{kept} …"


def excerpt(text: str, length: int = 200) -> str:
    """The beginning of a plain text (such as `Rendered.text`) on one line, cut at a word: at most `length` long."""
    line = " ".join(text[: length * 8].split())
    if len(line) <= length:
        return line
    cut = line.rfind(" ", 0, length)
    return line[: cut if cut > length // 2 else length - 1].rstrip(" ,;:.-") + "…"
