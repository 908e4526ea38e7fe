"""Where the words that were looked for stand in a text, and the part of it that shows them best."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from portal.search.words import WORD, forms, normal

Marked = Markup
"""A text as HTML, safe, with <mark> around words."""
EXCERPT = 220
BEFORE = 60
MOST_MARKS = 40
LOOKED_AT = 20_000
"""Letters of a post in which the place for an excerpt is looked for."""


@dataclass(frozen=True, slots=True)
class Marker:
    """Marks the words that have one of these stems, in texts of any language."""

    stems: frozenset[str]
    hint: re.Pattern[str] | None
    """What such a word must look like at its beginning: to ask each word for its stem would take long."""

    def spans(self, text: str, language: str) -> list[tuple[int, int]]:
        """Where they stand."""
        if not self.stems:
            return []
        words = self._likely(text)
        found: list[tuple[int, int]] = []
        for start, end in words:
            if any(stem in self.stems for _, stem in forms(normal(text[start:end]), language)):
                found.append((start, end))
                if len(found) == MOST_MARKS:
                    break
        return found

    def _likely(self, text: str) -> Iterable[tuple[int, int]]:
        if self.hint is None or not text.isascii():
            return [match.span() for match in WORD.finditer(text)]
        starts = {match.start(): None for match in self.hint.finditer(text)}
        return [match.span() for at in starts if (match := WORD.match(text, at))]

    def marked(self, text: str, language: str) -> Markup:
        """The text as HTML with <mark> around them."""
        return _marked(text, self.spans(text, language))

    def excerpt(self, text: str, language: str) -> Markup:
        """The part of the text with the most of them, on one line, likewise."""
        line = " ".join(text[:LOOKED_AT].split())
        spans = self.spans(line, language)
        start = _best_start(spans)
        if start:
            start = line.find(" ", start) + 1
        end = len(line)
        if end - start > EXCERPT:
            cut = line.rfind(" ", start + EXCERPT // 2, start + EXCERPT)
            end = cut if cut > 0 else start + EXCERPT
        inside = [(one - start, other - start) for one, other in spans if one >= start and other <= end]
        marked = _marked(line[start:end], inside)
        return Markup("{}{}{}").format("… " if start else "", marked, " …" if end < len(line) else "")


def marker(stems: Collection[str]) -> Marker:
    """For words with these stems."""
    heads = sorted({re.escape(stem[:3]) for stem in stems if stem.isascii()})
    plain = len(heads) and all(stem.isascii() for stem in stems)
    hint = re.compile(rf"(?<![^\W_])\.?(?:{'|'.join(heads)})", re.IGNORECASE) if plain else None
    return Marker(frozenset(stems), hint)


def _best_start(spans: list[tuple[int, int]]) -> int:
    """Where an excerpt begins that shows the most."""
    best = most = 0
    for start, _ in spans:
        shown = sum(1 for one, other in spans if one >= start and other <= start + EXCERPT - BEFORE)
        if shown > most:
            best, most = start, shown
    return best - BEFORE if best > BEFORE else 0


def _marked(text: str, spans: list[tuple[int, int]]) -> Markup:
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += (escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>"))
        at = end
    parts.append(escape(text[at:]))
    return Markup("").join(parts)
