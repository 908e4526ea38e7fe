"""From a text to the words that are compared: the same for both databases, when indexing and when asking.

Compatible forms are one (NFKC), case and diacritics do not count, inflected forms share a stem. `c++`, `c#` and `.net`
are words; `a-b` and `a_b` are two; what is written without spaces between words (Chinese, Japanese, Thai) is a word a
character. A word has letters and digits of any script, and nothing that a full-text query could take for a sign.
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from portal.search.models.index import LONGEST_WORD
from portal.search.stems import stemmer

MOST_WORDS = 10_000
"""Of one post. A position in PostgreSQL's index is at most 16,383."""
LONGEST_TEXT = 200_000

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3040-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_DOTNET = r"\.(?:(?<!\w\.)|(?<=\basp\.)|(?<=\bvb\.)|(?<=\bado\.))net\b"
PATTERN = rf"[^\W_]+(?:['’][^\W_]+)*(?:\+\+|\#(?!\w))?|{_DOTNET}"
"""One word as it is written, or several that `forms` parts."""
WORD = re.compile(PATTERN, re.IGNORECASE)
_IN_NORMAL = re.compile(PATTERN)
REST = r"[a-z0-9]*(?:'[a-z0-9]+)*(?:\+\+|\#(?!\w))?"
"""What follows the first letters of a word, in small letters of ASCII."""
_IN_ASCII = re.compile(rf"[a-z0-9]{REST}|{_DOTNET}", re.ASCII)
"""The same where there is nothing else, twice as fast."""
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]")
_PIECES = re.compile(f"[{_UNSPACED}]|[^{_UNSPACED}]+")
_TAG = re.compile(r"<[^>]*>")
_BLOCK = re.compile(r"</?(?:p|div|li|ul|ol|h[1-6]|pre|table|tr|td|th|blockquote|br|hr)\b[^>]*>")
_SIMILAR = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})
_ELIDED = re.compile(r"[cdjlmnst]|\w*qu")
"""What French and Italian shorten before a vowel, and nobody looks for: `l'arbre` is `arbre`, `don't` stays whole."""


def normal(text: str) -> str:
    """The text as words are looked for in it: compatible forms are one, all in lower case."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def fold(word: str) -> str:
    """Without diacritics."""
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFKD", word.translate(_SIMILAR))
    return unicodedata.normalize("NFC", "".join(char for char in parts if unicodedata.category(char) != "Mn"))


@lru_cache(maxsize=30_000)
def forms(written: str, language: str) -> tuple[tuple[str, str], ...]:
    """The words in one match of WORD (of a normal text): each folded as it is written, and its stem."""
    if written == ".net":
        return (("dotnet", "dotnet"),)
    if not written.isascii() and _UNSPACED_RUN.search(written):
        return tuple(pair for piece in _PIECES.findall(written) for pair in _formed(piece, language))
    before, mark, after = written.replace("’", "'").partition("'")
    if mark and len(after) > 1 and _ELIDED.fullmatch(before):
        before = ""
    return _formed((before + after).replace("'", ""), language)


def _formed(word: str, language: str) -> tuple[tuple[str, str], ...]:
    written = fold(word)[:LONGEST_WORD]
    if not written:
        return ()
    if len(word) > LONGEST_WORD or word[-1] in "+#" or any(char.isdigit() for char in word):
        return ((written, written),)
    return ((written, fold(stemmer(language)(word))[:LONGEST_WORD] or written),)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in their order: as they are written, and their stems."""

    written: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()


def words_of(text: str, language: str) -> Words:
    """The words of a text."""
    found: list[tuple[str, str]] = []
    text = normal(text[:LONGEST_TEXT])
    for written in (_IN_ASCII if text.isascii() else _IN_NORMAL).findall(text):
        found += forms(written, language)
    if not found:
        return Words()
    return Words(*zip(*found[:MOST_WORDS], strict=True))


def plain(source: str) -> str:
    """The words of a post's HTML. Blocks are parted, words in one are not: `<b>b</b>old` is one word."""
    return html.unescape(_TAG.sub("", _BLOCK.sub(" ", source[: 2 * LONGEST_TEXT])))
