"""Which addresses may stand in a link or an image, and which of them are ours."""

import re

SCHEMES = frozenset({"http", "https", "mailto"})
REL = "nofollow ugc noopener"

_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_OWN_IMAGE = re.compile(r"/(?:uploads|static)/(?!.*(?:\.|%2e){2})[\w./%~-]+", re.IGNORECASE | re.ASCII)


def allowed(url: str) -> bool:
    """Whether a link may lead there: http, https, mailto, or an address without a scheme."""
    scheme = _SCHEME.match(url)
    return scheme is None or scheme[1].lower() in SCHEMES


def ours(address: str) -> bool:
    """Whether an address is a path or a place on this page, so on this portal whatever its name is."""
    return address.startswith("#") or (address.startswith("/") and address[1:2] not in {"/", "\\"})


def own_image(address: str) -> bool:
    """Whether an image may be shown: only our own, so that reading a post tells nobody else about the reader."""
    return _OWN_IMAGE.fullmatch(address) is not None
