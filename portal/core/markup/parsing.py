"""Markdown to tokens: CommonMark, and the few rules of our own. Capped where a parser would take long."""

import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as table_rule
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from .addresses import allowed
from .limits import Limits, too_busy, too_many_cells, too_many_footnotes, too_wide

_CHAINS = ["paragraph", "reference", "blockquote", "list"]

INLINE_TAGS = ("sub", "sup", "kbd")

_INSIDE = r"(?:(?!\]\(|://)[^$`\\]|\\.)"
MATH = re.compile(rf"\$\$(?!\$){_INSIDE}+?\$\$|\$(?![\s$]){_INSIDE}+?(?<!\s)\$(?![\d$])", re.DOTALL)
"""`$…$` or `$$…$$` within a paragraph. What it matches is text, to the letter: no emphasis, no escapes, no links.

The next `$` ends it or nothing does, so that a price and another price are not a formula: the opening `$` is followed,
and the closing one preceded, by something that is not a space, and no digit follows the closing one. No code, link or
address is inside a formula."""

_BREAK = re.compile(r"<br ?/?>")
_TAG = re.compile(rf"<(/?)({'|'.join(INLINE_TAGS)})>")
_FOOTNOTE = re.compile(r"\[\^([^\s\]\[]{1,60})\]")


@cache
def parser(limits: Limits) -> MarkdownIt:
    """The one parser for these caps. It keeps no state between texts and may be used from many threads."""
    md = MarkdownIt("commonmark", {"html": False, "maxNesting": limits.depth + 1})
    md.disable(["html_block", "html_inline"])
    md.enable(["table", "strikethrough"])
    footnote_plugin(md, inline=False)
    md.inline.ruler.at("footnote_ref", partial(_footnote, limits))
    md.block.ruler.at("table", partial(_table, limits), {"alt": ["paragraph", "reference"]})
    md.block.ruler.before("fence", "math", _math_block, {"alt": _CHAINS})
    md.inline.ruler.before("escape", "math", _math)
    md.inline.ruler.before("autolink", "tags", _tags)
    md.inline.ruler.before("autolink", "break", _break)
    md.block.ruler.before("table", "spend", partial(_spend, limits, 3), {"alt": _CHAINS})
    md.inline.ruler.before("text", "spend", partial(_spend, limits, 1))
    md.inline.skipToken = partial(_skip, limits, md.inline.skipToken)
    # Escaped characters stay apart: with a backslash, `@ada` is nobody, `http:` no link and `[ ]` no task.
    md.core.ruler.disable("text_join")
    md.validateLink = allowed
    return md


def parse(source: str, limits: Limits) -> list[Token]:
    """The tokens of a Markdown text."""
    return parser(limits).parse(source, {})


def address(limits: Limits, raw: str) -> str | None:
    """A bare address as a link would have it, or None if a link may not lead there."""
    md = parser(limits)
    normal = md.normalizeLink(raw)
    return normal if md.validateLink(normal) else None


def _spend(limits: Limits, price: int, state: StateBlock | StateInline, *_: object) -> bool:
    """A rule that never applies, tried first at every line and every place: it counts the work, which so has an end."""
    state.env["work"] = work = state.env.get("work", 0) + price
    if work > limits.work:
        raise too_busy()
    return False


def _skip(limits: Limits, skip: Callable[[StateInline], None], state: StateInline) -> None:
    """The parser's look ahead, counted: it remembers what it found, but may look at the same thing many times."""
    _spend(limits, 1, state)
    skip(state)


def _text(state: StateInline, content: str) -> None:
    """Literal text: a token of its own kind, so that nothing later reads it as Markdown."""
    state.push("math", "", 0).content = content


def _math(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "$":
        return False
    found = MATH.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        _text(state, found[0])
    state.pos = found.end()
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`$$` at the start of a line, up to the next `$$`, which ends a line; an empty line ends the search."""
    if state.is_code_block(start) or not (first := _line(state, start)).startswith("$$"):
        return False
    last, found = start, first.find("$$", 2)
    while found < 0:
        last += 1
        if last >= end or state.isEmpty(last) or state.sCount[last] < state.blkIndent:
            return False
        found = _line(state, last).find("$$")
    if last == start or _line(state, last)[found:].strip() != "$$":
        return False
    if silent:
        return True
    token = state.push("math_block", "", 0)
    token.content = state.getLines(start, last + 1, state.blkIndent, False).strip()
    token.map = [start, last + 1]
    state.line = last + 1
    return True


def _pairs(state: StateInline) -> dict[int, tuple[int, int]]:
    """Where each <sub>, <sup>, <kbd> of this text ends: {start: (start of its end tag, end of it)}."""
    known = state.env
    if known.get("pairs_of") is not state.src:
        known["pairs_of"], known["pairs"] = state.src, _match_tags(state.src)
    return known["pairs"]


def _match_tags(source: str) -> dict[int, tuple[int, int]]:
    pairs: dict[int, tuple[int, int]] = {}
    waiting: list[tuple[str, int]] = []
    for tag in _TAG.finditer(source):
        if not tag[1]:
            waiting.append((tag[2], tag.start()))
        elif waiting and waiting[-1][0] == tag[2]:
            pairs[waiting.pop()[1]] = tag.span()
        else:
            waiting.clear()
    return pairs


def _tags(state: StateInline, silent: bool) -> bool:
    """`<sub>`, `<sup>` and `<kbd>`, exactly so, with their end tag: with `<br>` the only HTML that is not text."""
    opening = _TAG.match(state.src, state.pos, state.posMax)
    if opening is None or (ends := _pairs(state).get(state.pos)) is None:
        return False
    end, after = ends
    if after > state.posMax:
        return False
    if not silent:
        name, last = opening[2], state.posMax
        state.push(f"{name}_open", name, 1)
        state.pos, state.posMax = opening.end(), end
        state.md.inline.tokenize(state)
        state.push(f"{name}_close", name, -1)
        state.posMax = last
    state.pos = after
    return True


def _break(state: StateInline, silent: bool) -> bool:
    """`<br>`: the only line break that a cell of a table can have."""
    found = _BREAK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


def _footnote(limits: Limits, state: StateInline, silent: bool) -> bool:
    """A reference to a footnote that is defined. (The plugin's own rule takes quadratic time on `[^a[^a…`.)"""
    notes: dict[str, Any] = state.env.get("footnotes", {})
    found = _FOOTNOTE.match(state.src, state.pos, state.posMax) if notes else None
    if found is None or (label := found[1]) is None or f":{label}" not in notes["refs"]:
        return False
    if not silent:
        state.env["footnote_count"] = count = state.env.get("footnote_count", 0) + 1
        if count > limits.footnotes:
            raise too_many_footnotes(limits)
        number = notes["refs"][f":{label}"]
        if number < 0:
            number = notes["refs"][f":{label}"] = len(notes["list"])
            notes["list"][number] = {"label": label, "count": 0}
        note = notes["list"][number]
        state.push("footnote_ref", "", 0).meta = {"id": number, "subId": note["count"], "label": label}
        note["count"] += 1
    state.pos = found.end()
    return True


def _table(limits: Limits, state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table of a bearable size: Markdown fills up short rows, so that 1 kB could become a million cells."""
    if not table_rule(state, start, end, True):
        return False
    if silent:
        return True
    columns = len([part for part in _line(state, start + 1).split("|") if part.strip()])
    if columns > limits.columns:
        raise too_wide(limits)
    rows = 1
    while start + rows < end and not state.isEmpty(start + rows):
        rows += 1
        if rows * columns > limits.cells:
            raise too_many_cells(limits)
    _spend(limits, 2 * rows * columns, state)
    return table_rule(state, start, end, False)
