"""What a page made from what people wrote may hold, said once more and in other words than the renderer says it."""

import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

_UPLOAD = r"/uploads/[0-9a-f]{32}-[1-9]\d*x[1-9]\d*\.webp"
_ATTRIBUTES = {
    "a": "href title rel class",
    "code": "class",
    "div": "class tabindex",
    "img": "src alt title loading decoding width height srcset sizes",
    "li": "class id",
    "ol": "start",
    "p": "class",
    "pre": "tabindex",
    "section": "class",
    "span": "class",
    "sup": "id",
    "td": "class",
    "th": "class",
    **dict.fromkeys("blockquote br em h3 h4 h5 h6 hr kbd s strong sub table tbody thead tr ul".split(), ""),  # noqa: SIM905
}
_VALUES = {
    "class": r"|mention|image|footnote-back|footnotes|quote-source|task|table|left|right|center"
    r"|language-[a-z-]+|[a-z]{1,3}[0-9]?",
    "id": r"fn(ref)?-[a-z0-9-]+",
    "decoding": "async",
    "height": r"[1-9]\d{0,3}",
    "loading": "lazy",
    "rel": "nofollow ugc noopener",
    "sizes": r"\(max-width: 50rem\) 100vw, 45rem",
    "src": rf"/static/[\w./%~-]+|{_UPLOAD}",
    "srcset": rf"{_UPLOAD} 800w, {_UPLOAD} \d{{3,4}}w",
    "start": r"\d{1,9}",
    "tabindex": "0",
    "width": r"[1-9]\d{0,3}",
}


def wrongs(page: str) -> list[str]:
    """What is in the page and may not be, in words; an empty list is the aim."""
    found: list[str] = []
    soup = BeautifulSoup(page, "html.parser")
    found += [
        f"not text: {string!r}" for string in soup.find_all(string=lambda s: type(s).__name__ != "NavigableString")
    ]
    for tag in soup.find_all(True):
        if tag.name not in _ATTRIBUTES:
            found.append(f"element {tag.name}")
            continue
        allowed = _ATTRIBUTES[tag.name].split()
        found += [
            f"{tag.name} {name}={value!r}" for name, value in _values(tag) if name not in allowed or _wrong(name, value)
        ]
        if (
            tag.name == "a"
            and _outside(str(tag.get("href", "//")))
            and tag.get("rel") != ["nofollow", "ugc", "noopener"]
        ):
            found.append(f"link outside without rel: {tag}")
        if tag.name == "a" and tag.find_parent("a"):
            found.append(f"link in a link: {tag}")
    return found


def _values(tag: Tag) -> list[tuple[str, str]]:
    return [(name, " ".join(value) if isinstance(value, list) else str(value)) for name, value in tag.attrs.items()]


def _wrong(name: str, value: str) -> bool:
    if name == "href":
        scheme = re.match(r"[^/?#]*?:", re.sub(r"[\s\x00-\x20]", "", value))
        return re.search(r"[\x00-\x20<>\"`]", value) is not None or (
            scheme is not None and scheme[0].lower() not in {"http:", "https:", "mailto:"}
        )
    if name == "src" and (".." in value or "%2e" in value.lower()):
        return True
    return name in _VALUES and re.fullmatch(_VALUES[name], value) is None


def _outside(href: str) -> bool:
    """Whether an address leaves the site as a browser reads it: a backslash is a slash to it."""
    parts = urlsplit(href.replace("\\", "/"))
    return bool(parts.netloc) or parts.scheme in {"http", "https"}
