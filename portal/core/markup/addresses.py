"""Which addresses may stand in a link or an image, and which of them are ours."""

import re
from urllib.parse import urlsplit

SCHEMES = frozenset({"http", "https", "mailto"})
REL = "nofollow ugc noopener"

_WHOLE = re.compile(r"https?://[^/?#]|mailto:", re.IGNORECASE)
_HEAD = re.compile(r"[/?#]")
_OWN_IMAGE = re.compile(r"/(?:uploads|static)/(?!.*(?:\.|%2e){2})[\w./%~-]+", re.IGNORECASE | re.ASCII)


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
    return _OWN_IMAGE.fullmatch(address) is not None
