"""Which addresses may stand in a link or an image, and which of them are ours."""

import re
from urllib.parse import urlsplit

SCHEMES = frozenset({"http", "https", "mailto"})
REL = "nofollow ugc noopener"

_WHOLE = re.compile(r"https?://[^/?#]|mailto:", re.IGNORECASE)
_HEAD = re.compile(r"[/?#]")
_STATIC = re.compile(r"/static/(?!.*(?:\.|%2e){2})[\w./%~-]+", re.IGNORECASE | re.ASCII)
_UPLOAD = re.compile(r"(/uploads/[0-9a-f]{32})-([1-9]\d{0,3})x([1-9]\d{0,3})\.webp", re.ASCII)
_WIDE = 800
"""Pixels: an upload that is wider is also there in this width. See portal/uploads/pictures.py; a test compares them."""
_ROOM = 640
"""Pixels: about what stands beside an avatar on a desk."""
SIZES = "(max-width: 50rem) 100vw, 45rem"
"""How wide an image is on the page: a phone's whole width, or the measure of the text."""


def allowed(url: str) -> bool:
    """Whether a link may lead there: http or https with a host, mailto, or an address with nothing like a scheme."""
    try:
        urlsplit(url)
    except ValueError:
        return False
    return _WHOLE.match(url) is not None or ":" not in _HEAD.split(url)[0]


def ours(address: str) -> bool:
    """Whether an address is a path or a place on this page, so on this portal whatever its name is."""
    return address.startswith("#") or (address.startswith("/") and address[1:2] not in {"/", "\\"})


def own_image(address: str) -> bool:
    """Whether an image may be shown: only our own, so that reading a post tells nobody else about the reader."""
    return _UPLOAD.fullmatch(address) is not None or _STATIC.fullmatch(address) is not None


def size_of(address: str) -> dict[str, str]:
    """The attributes that an upload's address tells: how wide and high it is, and where the size for phones lies.

    So the page keeps its place while images load, and nobody has to ask the database when it is rendered."""
    found = _UPLOAD.fullmatch(address)
    if found is None:
        return {}
    start, width, height = found[1], int(found[2]), int(found[3])
    sized = {"width": str(width), "height": str(height)}
    if width <= _WIDE:
        return sized
    small = f"{start}-{_WIDE}x{max(1, round(height * _WIDE / width))}.webp"
    return sized | {"srcset": f"{small} {_WIDE}w, {address} {width}w", "sizes": SIZES}


def is_large(address: str) -> bool:
    """Whether an upload has more to show than a page has room for."""
    found = _UPLOAD.fullmatch(address)
    return found is not None and int(found[2]) > _ROOM


def own_set(srcset: str) -> bool:
    """Whether a `srcset` is one that `size_of` writes."""
    large = srcset.rpartition(", ")[2].partition(" ")[0]
    return size_of(large).get("srcset") == srcset
