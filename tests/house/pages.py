"""How templates are written: small, translated, and with nothing that the content policy would have to allow."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

from tests.house.reading import templates

TEMPLATE = 120
GAP = "\ufffc"
"""Stands for what Jinja puts there."""
READ_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "aria-description", "label", "data-say"}
UNREAD_ELEMENTS = {"script", "style", "code", "pre", "kbd"}
WORD = re.compile(r"[^\W\d_]{2,}")
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)


def long_templates(root: Path) -> Iterator[str]:
    for place, text in templates(root):
        lines = len(text.splitlines())
        if lines > TEMPLATE:
            yield f"{place}: {lines} lines; {TEMPLATE} at most"


def silent_fragments(root: Path) -> Iterator[str]:
    """The first line of a fragment says what it is and what it needs."""
    for place, text in templates(root):
        if Path(place).name.startswith("_") and not text.startswith("{#"):
            yield f"{place}:1: no comment that says what it needs"


def inline_code(root: Path) -> Iterator[str]:
    for place, text in templates(root):
        if "/mail/" in place:
            continue  # letters have no stylesheet but their own
        for line, tag, name, value in _attributes(text):
            if name == "style" or name.startswith(("on", "hx-on")) or (value or "").strip().startswith("javascript:"):
                yield f"{place}:{line}: {name} on <{tag}>"
            if name in ("hx-vals", "hx-headers") and (value or "").strip().startswith(("js:", "javascript:")):
                yield f"{place}:{line}: script in {name}"
        for line, tag, given in _elements(text):
            is_data = given.get("type") == "application/ld+json"
            if tag == "style" or (tag == "script" and "src" not in given and not is_data):
                yield f"{place}:{line}: <{tag}>"


def unescaped(root: Path) -> Iterator[str]:
    """Nothing is marked safe in a template: what is HTML comes from the one filter."""
    for place, text in templates(root):
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(r"\|\s*safe\b|autoescape\s+(false|off)|\bMarkup\b", line):
                yield f"{place}:{number}: marked safe"


def unguarded_forms(root: Path) -> Iterator[str]:
    """Every form that changes something has the token, which visitors' pages leave empty."""
    for place, text in templates(root):
        forms = re.findall(r"<form\b[^>]*\bmethod=[\"']?post", text, re.IGNORECASE)
        tokens = re.findall(r"\bcsrf\(\)|\bcsrf_token\b", re.sub(r"import[^%]*%\}", "", text))
        if len(tokens) < len(forms):
            yield f"{place}: {len(forms)} forms, {len(tokens)} tokens"


def untranslated(root: Path) -> Iterator[str]:
    """Words that stand in a template outside _()."""
    for place, text in templates(root):
        if place.endswith((".html", ".txt")):
            for line, words in _Reader(is_html=place.endswith(".html")).read(without_jinja(text)):
                yield f"{place}:{line}: {words!r} is not translated"


def frozen_words(root: Path) -> Iterator[str]:
    """What is imported without context is made once, and would stay in the language of whoever came first."""
    trees = {place.removeprefix("templates/"): ENVIRONMENT.parse(text) for place, text in templates(root)}
    imports = [each for tree in trees.values() for each in tree.find_all((nodes.FromImport, nodes.Import))]
    kept = {each.template.value for each in imports if not each.with_context and isinstance(each.template, nodes.Const)}
    for place in sorted(kept & trees.keys()):
        for node in trees[place].body:
            calls = [] if isinstance(node, nodes.Macro) else list(node.find_all(nodes.Call))
            if any(isinstance(call.node, nodes.Name) and call.node.name in ("_", "ngettext") for call in calls):
                yield f"templates/{place}:{node.lineno}: words that are made once, and imported without context"


def without_jinja(text: str) -> str:
    """What stands around Jinja's own, on the same lines."""
    parts: list[str] = []
    reached = 1
    for line, kind, value in ENVIRONMENT.lexer.tokeniter(_keeping_space(text), None):
        parts.append("\n" * max(0, line - reached))
        reached = max(reached, line)
        if kind == "data":
            parts.append(value)
            reached += value.count("\n")
        elif kind in ("variable_begin", "block_begin"):
            parts.append(GAP if kind == "variable_begin" else " ")
    return "".join(parts)


def _keeping_space(text: str) -> str:
    """The lexer strips lines where a minus says so, and then counts otherwise."""
    return re.sub(r"\{([%{#])[-+]", r"{\1 ", re.sub(r"[-+]([%}#])\}", r" \1}", text))


class _Reader(HTMLParser):
    """Collects the words that people would read, and everything about elements."""

    def __init__(self, *, is_html: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.is_html = is_html
        self.unread = 0
        self.words: list[tuple[int, str]] = []
        self.seen: list[tuple[int, str, dict[str, str | None]]] = []

    def read(self, text: str) -> list[tuple[int, str]]:
        if self.is_html:
            self.feed(text)
            self.close()
        else:
            self.handle_data(text)
        return self.words

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((self.getpos()[0], tag, dict(attrs)))
        self.unread += tag in UNREAD_ELEMENTS
        for name, value in attrs:
            if name in READ_ATTRIBUTES:
                self._note(self.getpos()[0], value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.unread -= tag in UNREAD_ELEMENTS

    def handle_endtag(self, tag: str) -> None:
        self.unread -= tag in UNREAD_ELEMENTS

    def handle_data(self, data: str) -> None:
        if not self.unread:
            for offset, line in enumerate(data.split("\n")):
                self._note(self.getpos()[0] + offset, line)

    def _note(self, line: int, said: str) -> None:
        if WORD.search(re.sub(r"\w+=", "", said)):  # page=2: a part of an address that a macro builds
            self.words.append((line, said.replace(GAP, "…").strip()))


def _elements(text: str) -> list[tuple[int, str, dict[str, str | None]]]:
    reader = _Reader(is_html=True)
    reader.read(without_jinja(text))
    return reader.seen


def _attributes(text: str) -> Iterator[tuple[int, str, str, str | None]]:
    for line, tag, given in _elements(text):
        for name, value in given.items():
            yield line, tag, name.strip(GAP), value
