"""Short texts that people write: one line, without what the eye cannot see."""

import re
import unicodedata

_JOINERS = {"\u200c", "\u200d"}
"""Cf, but words of several scripts and many emoji need them."""
_MARK = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_TOWER = re.compile(f"({_MARK}{{4}}){_MARK}+")
SLUG = 80


def one_line(text: str) -> str:
    """The text on one line: NFC, each run of white space one space; no control characters, nothing that turns the
    direction of what follows, and no towers of accents."""
    kept = (char for char in unicodedata.normalize("NFC", text) if _shows(char))
    return _TOWER.sub(r"\1", " ".join("".join(kept).split())).strip("\u200c\u200d ")


def _shows(char: str) -> bool:
    if char.isspace() or char in _JOINERS:
        return True
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co")


def slug_of(text: str, *, otherwise: str) -> str:
    """The text as part of an address: a-z, 0-9 and hyphens; `otherwise` where nothing is left of it."""
    from slugify import slugify  # reads long tables

    return slugify(text, max_length=SLUG, word_boundary=True, save_order=True) or otherwise


def storable(text: str) -> str:
    """The text without the characters that no database takes: NUL, and halves of a pair."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()
