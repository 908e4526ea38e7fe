"""Where the words that were looked for stand in a text, and the part of it that shows them best."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from portal.search.words import REST, WORD, forms, normal

Marked = Markup
"""A text as HTML, safe, with <mark> around words."""
EXCERPT = 220
BEFORE = 60
MOST_MARKS = 40
BEGIN, END = "\x01", "\x02"
LOOKED_AT = 20_000
"""Letters of a post in which the place for an excerpt is looked for."""
_REST = re.compile(REST, re.ASCII)


@dataclass(frozen=True, slots=True)
class Marker:
    """Marks the words that have one of these stems, in texts of any language."""

    stems: frozenset[str]
    heads: frozenset[str]
    """How such words begin, if they are all plain: to ask each word of a text for its stem would take long."""

    def spans(self, text: str, language: str, most: int = MOST_MARKS) -> list[tuple[int, int]]:
        """Where they stand."""
        found: list[tuple[int, int]] = []
        if self.stems:
            for start, end, word in self._likely(text):
                if any(stem in self.stems for _, stem in forms(word, language)):
                    found.append((start, end))
                    if len(found) == most:
                        break
        return found

    def _likely(self, text: str) -> Iterable[tuple[int, int, str]]:
        """Words that may be meant: where they stand, and as `forms` takes them."""
        if not self.heads or not text.isascii():
            for match in WORD.finditer(text):
                yield match.start(), match.end(), normal(match[0])
            return
        small = text.lower()
        for start in sorted({start for head in self.heads for start in _starts(small, head)}):
            end = _REST.match(small, start).end()  # pyright: ignore[reportOptionalMemberAccess]
            yield start, end, small[start:end]

    def marked(self, text: str, language: str) -> Markup:
        """The text as HTML with <mark> around them."""
        text = _without_signs(text)
        return _marked(text, self.spans(text, language))

    def excerpt(self, text: str, language: str) -> Markup:
        """The part of the text with the most of them, on one line, likewise."""
        line = " ".join(_without_signs(text[:LOOKED_AT]).split())
        spans = self.spans(line, language)
        start = _best_start(spans)
        if start:
            start = line.find(" ", start) + 1
        end = len(line)
        if end - start > EXCERPT:
            cut = line.rfind(" ", start + EXCERPT // 2, start + EXCERPT)
            end = cut if cut > 0 else start + EXCERPT
        inside = [(one - start, other - start) for one, other in spans if one >= start and other <= end]
        return _marked(line[start:end], inside, "… " if start else "", " …" if end < len(line) else "")


def marker(stems: Collection[str]) -> Marker:
    """For words with these stems."""
    heads = {stem[:3] for stem in stems} if "dotnet" not in stems else set[str]()
    plain = all(head.isascii() and head.isalnum() for head in heads)
    return Marker(frozenset(stems), frozenset(heads if plain else ()))


def _starts(text: str, head: str) -> Iterator[int]:
    """Where words begin with this. A pattern of its own for each search would take longer to make than to use."""
    at = text.find(head)
    while at >= 0:
        if not at or not text[at - 1].isalnum():
            yield at
        at = text.find(head, at + 1)


def _without_signs(text: str) -> str:
    return text.replace(BEGIN, "").replace(END, "") if BEGIN in text or END in text else text


def _best_start(spans: list[tuple[int, int]]) -> int:
    """Where an excerpt begins that shows the most."""
    best = most = last = 0
    for first, (start, _) in enumerate(spans):
        while last < len(spans) and spans[last][1] <= start + EXCERPT - BEFORE:
            last += 1
        if last - first > most:
            best, most = start, last - first
    return best - BEFORE if best > BEFORE else 0


def _marked(text: str, spans: list[tuple[int, int]], before: str = "", after: str = "") -> Markup:
    """Escaped once as a whole: two signs that no text has stand for the marks until then."""
    parts: list[str] = [before]
    at = 0
    for start, end in spans:
        parts += (text[at:start], BEGIN, text[start:end], END)
        at = end
    parts += (text[at:], after)
    escaped = str(escape("".join(parts)))
    return Markup(escaped.replace(BEGIN, "<mark>").replace(END, "</mark>"))  # noqa: S704
