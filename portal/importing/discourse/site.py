"""Addresses of the old forum, and what they are here."""

import re
from urllib.parse import urlsplit

from portal.importing.discourse.contents import Contents

_TOPIC = re.compile(r"/t/(?:[^/]*[^/0-9][^/]*/|-/)?(?P<topic>[0-9]{1,9})(?:/(?P<number>[0-9]{1,9}))?/?")
_POST = re.compile(r"/p/(?P<post>[0-9]{1,9})(?:/[0-9]+)?/?")
_UPLOAD = "upload://"


class Site:
    """`name` is its host. `contents` knows what came from there."""

    def __init__(self, name: str, contents: Contents) -> None:
        self.name = name
        self._contents = contents

    def topic(self, id_: int) -> str:
        """The address here of a topic of the old forum."""
        return f"/t/{self.name}/{id_}"

    def post(self, id_: int) -> str:
        """The address here of a post of the old forum."""
        return f"{self.post_prefix}{id_}"

    @property
    def post_prefix(self) -> str:
        """How the addresses here of its posts begin."""
        return f"/t/{self.name}/posts/"

    def quoted(self, topic: str, number: str) -> str:
        """The address of the post that a quote names, or '' if it is not there."""
        if not (_is_id(topic) and _is_id(number)):
            return ""
        post = self._contents.post_of(int(topic), int(number))
        return "" if post is None else self.post(post)

    def local(self, address: str) -> str:
        """What an address in a post becomes: the local one of what came in; any other still leads where it did."""
        if address.startswith(self.post_prefix):
            return address
        if address.startswith(_UPLOAD):
            address = f"/uploads/short-url/{address.removeprefix(_UPLOAD)}"
        address = f"https:{address}" if address.startswith("//") else address
        try:
            parts = urlsplit(address)
        except ValueError:
            return address
        is_there = parts.netloc.lower().removeprefix("www.") == self.name or not (parts.scheme or parts.netloc)
        if not is_there or not parts.path.startswith("/"):
            return address
        return self._here(parts.path) or (address if parts.netloc else f"https://{self.name}{address}")

    def _here(self, path: str) -> str:
        """The local address of a path of the old forum, if what it names came in."""
        if found := _POST.fullmatch(path):
            post = int(found["post"])
            return self.post(post) if self._contents.has_post(post) else ""
        found = _TOPIC.fullmatch(path)
        if found is None or not self._contents.has_topic(int(found["topic"])):
            return ""
        number = int(found["number"] or 1)
        post = self._contents.post_of(int(found["topic"]), number) if number > 1 else None
        return self.topic(int(found["topic"])) if post is None else self.post(post)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
