"""Which community a dump is of, and how its own addresses become local ones."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from portal.core.text import slug_of

_HOST = re.compile(
    r"(?:[a-z0-9-]+\.)*(?:stackexchange\.com|stackoverflow\.com|superuser\.com|serverfault\.com|askubuntu\.com"
    r"|stackapps\.com|mathoverflow\.net)"
)
_PATH = re.compile(
    r"/(?:questions/(?P<question>[0-9]{1,10})(?:/[^/]*(?:/(?P<answer>[0-9]{1,10}))?)?|[qa]/(?P<short>[0-9]{1,10})(?:/[0-9]+)?)/?"
)
_ANCHOR = re.compile(r"(?:comment[0-9]+_)?(?P<post>[0-9]{1,10})(?:_[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Site:
    """`name` is what the rows of this community are known by: its host, or a name of the operator's choice."""

    name: str
    hosts: frozenset[str]

    @classmethod
    def of(cls, folder: Path, given: str = "") -> "Site":
        """The site that a folder is named after, as the dumps' folders are, unless one is given."""
        words = (given or folder.resolve().name).lower()
        host = _HOST.match(words)
        if host is None:
            return cls(re.sub(r"[^a-z0-9.]+", "-", words).strip("-.")[:100] or "import", frozenset())
        first, _, rest = host[0].partition(".")
        child, _, parent = rest.partition(".")
        # The metas were at meta.x before they were at x.meta, and old posts link there.
        old = f"meta.{first}.{parent}" if child == "meta" else host[0]
        return cls(host[0], frozenset({host[0], old}))

    @property
    def slug(self) -> str:
        """The name as part of an address."""
        return slug_of(self.name, otherwise="import")

    def local(self, address: str, imported: Callable[[int], bool]) -> str:
        """The local address of what an address names, if that was imported; else one that leads where it did."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return address
        if (parts.scheme or parts.netloc) and parts.netloc.lower().removeprefix("www.") not in self.hosts:
            return address
        if not parts.path.startswith("/"):
            return address
        for id_ in _ids(parts):
            if imported(id_):
                return f"/t/{self.name}/{id_}"
        return address if parts.netloc or not self.hosts else f"https://{self.name}{address}"


def _ids(parts: SplitResult) -> Iterator[int]:
    """The posts that an address names, the most exact one first."""
    path = _PATH.fullmatch(parts.path)
    if path is None:
        return
    anchor = _ANCHOR.fullmatch(parts.fragment)
    for part in (anchor and anchor["post"], path["answer"], path["question"], path["short"]):
        if part:
            yield int(part)
