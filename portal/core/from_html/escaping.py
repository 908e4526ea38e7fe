"""Text as Markdown that renders to that same text: what would mean something is escaped, and nothing else."""

import re

from portal.core.markup import MATH

PUNCTUATION = r"!-/:-@\[-`{-~"

_MEANINGFUL = re.compile(
    rf"""
      (?P<formula>{MATH.pattern})
    | (?P<dollar>\$)
    | \\(?=[{PUNCTUATION}\n]|$)          # would escape what follows
    | `
    | \*(?<![ ]\*)|\*(?![ ])             # a star between spaces means nothing
    | ~(?=~)|(?<=~)~
    | (?<![^\W_])_|_(?![^\W_])           # an underscore inside a word means nothing
    | <(?=[A-Za-z/!?])                   # a tag, or an address in angles
    | &(?=\w{{2,32}};|\#\w{{1,8}};)      # a character by name
    | (?<=\^)\[|\[(?=\^)                 # a footnote
    | \](?=[(\[:])                       # a link
    | !(?=\[)                            # an image
    | (?:(?<=http)|(?<=https)):(?=//)    # an address
    | (?<=www)\.(?=\w)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_BRACKET = re.compile(r"(?<!\\)[\[\]]")
_LINE_START = re.compile(r"(\d{1,9}(?=[.)](?:\s|$))|(?=\#{1,6}(?:\s|$)|>|[-+*](?:\s|-|$)|=+\s*$|\||:-|\[))")


def escape(text: str, *, before: str = "", after: str = "", in_link: bool = False, dollars: bool = False) -> str:
    """`text` with its meaningful characters escaped; formulas between dollars are left as they are.

    `before` and `after` are what stands beside it in the same line; nothing before it is the start of a line.
    `dollars` says that there are others in the paragraph, with which one that stands alone could make a formula.
    """
    line = before + text + after
    end = len(before) + len(text)
    done = len(before)
    parts: list[str] = []
    for found in _MEANINGFUL.finditer(line, done):
        if found.start() >= end:
            break
        is_plain = found["formula"] or (found["dollar"] and not dollars)
        parts += [line[done : found.start()], "" if is_plain else "\\", found.group()]
        done = found.end()
    escaped = "".join([*parts, line[done:end]])
    if in_link:
        escaped = _BRACKET.sub(r"\\\g<0>", escaped)
    if not before and _LINE_START.match(escaped):
        escaped = _LINE_START.sub(r"\1\\", escaped, count=1)
    return escaped
