"""HTML of what people wrote, for readers who are not on this portal: every address in it is whole."""

import re
from urllib.parse import urljoin

_TAG = re.compile(r'<[a-z][a-z0-9]*(?: [a-z-]+="[^"]*")+>')
_ADDRESS = re.compile(r' (href|src)="([^"]*)"')
_SET = re.compile(r' srcset="([^"]*)"')
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def reaching(html: str, *, address: str, here: str) -> str:
    """The HTML that `render` made, with its addresses made whole: those of this portal begin with `address`, and a
    place on the page is one on the page `here` (a path)."""

    def whole(value: str) -> str:
        if value.startswith("//") or _SCHEME.match(value):
            return value
        if value.startswith("/"):
            return address + value
        if value.startswith("#"):
            return f"{address}{here}{value}"
        try:
            return urljoin(f"{address}{here}", value)
        except ValueError:
            return value

    def tag(found: re.Match[str]) -> str:
        made = _ADDRESS.sub(lambda each: f' {each[1]}="{whole(each[2])}"', found[0])
        return _SET.sub(lambda each: f' srcset="{", ".join(whole(one) for one in each[1].split(", "))}"', made)

    return _TAG.sub(tag, html)
