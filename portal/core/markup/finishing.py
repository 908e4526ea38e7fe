"""Pieces to HTML and to plain text; then nh3, a parser of another make, reads the HTML and has the last word."""

import html
import re
from collections.abc import Iterable

import nh3

from .addresses import REL, SCHEMES, SIZES, own_image, own_set
from .cleaning import ATTRIBUTES, CLASS_NAMES, TAGS, readable
from .pieces import Piece

_BLANK = re.compile(r"\n[ \t]*\n\s*")
_FIXED = {
    "pre": {"tabindex": {"0"}},
    "div": {"tabindex": {"0"}},
    "img": {"loading": {"lazy"}, "decoding": {"async"}, "sizes": {SIZES}},
    "a": {"rel": {REL}},
}
_VALUES = {
    "id": re.compile(r"fn(?:ref)?-[a-z0-9-]{1,60}"),
    "start": re.compile(r"\d{1,9}"),
    "width": re.compile(r"\d{1,4}"),
    "height": re.compile(r"\d{1,4}"),
}


def serialise(pieces: Iterable[Piece]) -> tuple[str, str]:
    """The HTML of the pieces, and their text (without the marks of footnotes)."""
    page: list[str] = []
    plain: list[str] = []
    silent = False
    for piece in pieces:
        kind = piece["type"]
        if kind == "Characters":
            page.append(html.escape(piece["data"], quote=False))
            if not silent:
                plain.append(piece["data"])
        elif kind == "Comment":
            continue
        elif kind == "EndTag":
            page.append(f"</{piece['name']}>")
            silent = silent and piece["name"] not in {"sup", "a"}
            plain.append("\t" if piece["name"] in {"td", "th"} else "")
        else:
            attributes: dict[tuple[str | None, str], str] = piece["data"]
            page.append(
                "".join(
                    [
                        f"<{piece['name']}",
                        *(f' {name}="{html.escape(readable(value))}"' for (_, name), value in attributes.items()),
                        ">",
                    ]
                )
            )
            silent = (
                silent
                or attributes.get((None, "class")) == "footnote-back"
                or (piece["name"] == "sup" and (None, "id") in attributes)
            )
            if piece["name"] == "img":
                plain.append(attributes.get((None, "alt"), ""))
    return "".join(page), _BLANK.sub("\n\n", "".join(plain)).strip()


def _value(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if own_image(value) else None
    if name == "srcset":
        return value if own_set(value) else None
    pattern = _VALUES.get(name)
    return value if pattern is None or pattern.fullmatch(value) else None


_LAST = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={"script", "style"},
    attributes={tag: set(names) - set(_FIXED.get(tag, {})) for tag, names in ATTRIBUTES.items()},
    tag_attribute_values=_FIXED,
    allowed_classes={tag: set(names) for tag, names in CLASS_NAMES.items()},
    attribute_filter=_value,
    url_schemes=set(SCHEMES),
    link_rel=None,
)


def last_word(page: str) -> str:
    """The HTML as another parser reads it, with nothing in it that is not on the list."""
    return _LAST.clean(page)
