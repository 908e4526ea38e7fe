"""What may stay, on bleach: elements, attributes and schemes that are on the list. Bare addresses become links."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import BleachSanitizerFilter

from .addresses import REL, SCHEMES, allowed
from .colours import CLASSES, LANGUAGES
from .pieces import Piece

_ALIGNED = frozenset({"left", "center", "right"})
ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset({"href", "title", "rel"}),
    "img": frozenset({"src", "alt", "title", "loading", "decoding", "width", "height", "srcset", "sizes"}),
    "ol": frozenset({"start"}),
    "pre": frozenset({"tabindex"}),
    "div": frozenset({"tabindex"}),
    "li": frozenset({"id"}),
    "sup": frozenset({"id"}),
}
CLASS_NAMES: dict[str, frozenset[str]] = {
    "a": frozenset({"mention", "image", "footnote-back"}),
    "code": frozenset(f"language-{name}" for name in LANGUAGES),
    "div": frozenset({"table"}),
    "li": frozenset({"task"}),
    "p": frozenset({"quote-source"}),
    "section": frozenset({"footnotes"}),
    "span": CLASSES | {"image"},
    "td": _ALIGNED,
    "th": _ALIGNED,
}
TAGS = frozenset(
    [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "div",
        "em",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "section",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)

_BARE = re.compile(
    r"""(?<![\w@/.:-])(?:https?://|www\.(?=\w))[^\s<>"`{}|\\^]{0,2000}"""
    r"""[^\s<>"`{}|\\^'.,;:!?*_~\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f]""",
    re.IGNORECASE,
)
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def readable(data: str) -> str:
    """Text without control characters, halves of characters, and marks that turn the direction of what follows."""
    return _UNREADABLE.sub(lambda found: "" if "\u202a" <= found[0] <= "\u202e" else "\ufffd", data)


class Cleaned(BleachSanitizerFilter):
    """bleach's cleaning, on text that is text: there are no entities in it to look for."""

    def sanitize_characters(self, token: Piece) -> Piece:
        """Leave text alone but for what no reader should meet."""
        token["data"] = readable(token["data"])
        return token

    def sanitize_uri_value(self, value: str, allowed_protocols: Iterable[str]) -> str | None:
        """The address if it is allowed. (bleach would look for entities in it first, but an address is an address.)"""
        return value if allowed(value) else None


class Linked(LinkifyFilter):
    """bleach's linking of bare addresses, on text that is text."""

    def extract_entities(self, token: Piece) -> Iterator[Piece]:
        """There are none."""
        yield token


def _attribute(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return value in CLASS_NAMES.get(tag, frozenset())
    return name in ATTRIBUTES.get(tag, frozenset())


def clean(
    pieces: Iterable[Piece], *, address: Callable[[str], str | None], local: Callable[[str], bool]
) -> Iterable[Piece]:
    """Only allowed elements, attributes and schemes; bare addresses linked."""
    cleaned = Cleaned(
        pieces, allowed_tags=TAGS, attributes=_attribute, allowed_protocols=SCHEMES, strip_html_comments=False
    )
    return Linked(cleaned, callbacks=[partial(_new_link, address, local)], skip_tags={"pre", "code"}, url_re=_BARE)


def _new_link(
    address: Callable[[str], str | None], local: Callable[[str], bool], attributes: dict[Any, str], is_new: bool
) -> dict[Any, str] | None:
    if not is_new:
        return attributes
    href = address(attributes[(None, "href")])
    if href is None:
        return None
    attributes[(None, "href")] = href
    if not local(href):
        attributes[(None, "rel")] = REL
    return attributes
