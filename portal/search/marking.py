"""Where the words that were looked for stand in a text, and the part of it that shows them best."""

import re
from collections.abc import Collection, Iterable
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


@dataclass(frozen=True, slots=True)
class Marker:
    """Marks the words that have one of these stems, in texts of any language."""

    stems: frozenset[str]
    hint: re.Pattern[str] | None
    """What such a word looks like in small letters, and the end of some longer ones: to ask each word for its stem
    would take long."""

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
        if self.hint is None or not text.isascii():
            for match in WORD.finditer(text):
                yield match.start(), match.end(), normal(match[0])
            return
        small = text.lower()
        for match in self.hint.finditer(small):
            start = match.start()
            # Looked at here, as the pattern is found four times as fast if it begins with letters.
            if not start or not small[start - 1].isalnum():
                yield start, match.end(), match[0]

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


def marker(stems: Collection[str], *, short: bool = False) -> Marker:
    """For words with these stems. `short`: in a few titles, for which it is not worth making a pattern."""
    if short:
        return Marker(frozenset(stems), None)
    heads = sorted({stem[:3] for stem in stems})
    plain = heads and all(head.isascii() and head.isalnum() for head in heads) and "dotnet" not in stems
    return Marker(frozenset(stems), re.compile(f"(?:{'|'.join(heads)}){REST}", re.ASCII) if plain else None)


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
