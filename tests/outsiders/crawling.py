"""Asking for everything as one person, and looking at what comes back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import tried
from tests.outsiders.addresses import Address
from tests.outsiders.planted import MARK, WORTH

SECRETS = re.compile(MARK + r"[a-z]*", re.IGNORECASE)
WORTHS = tuple(f"{WORTH:,}".replace(",", sign) for sign in ("", ",", ".", " ", "\xa0", "\u202f"))
LINK = re.compile(r"""\b(?:href|hx-get)=["']([^"']*)["']""")
HOPS = 4
Headers = tuple[tuple[str, str], ...]
PLAIN: Headers = ()
BY_HTMX: Headers = (("HX-Request", "true"), ("HX-Current-URL", "http://localhost/"))
CHANGES = (
    # What differs between two answers that are the same: numbers of requests, tokens, kept acts, times.
    (re.compile(r"\b[0-9a-f]{16}\b"), "number"),
    (re.compile(r'(name="(?:csrf_token|key|act)"[^>]* value=")[^"]*'), r"\1"),
    (re.compile(r'("X-CSRFToken": ")[^"]*'), r"\1"),
    (re.compile(r"\bact=[\w.-]+"), "act"),
    (re.compile(r"<time[^>]*>[^<]*</time>"), "time"),
    # The bodies are compared themselves; an address in one may be longer than in the other.
    (re.compile(r"Content-Length: \d+"), "length"),
)


@dataclass(frozen=True)
class Answer:
    """What came back, redirects followed: every status, header and body on the way."""

    statuses: tuple[int, ...]
    text: str

    @property
    def secrets(self) -> set[str]:
        found = {word.lower() for word in SECRETS.findall(self.text)}
        return found | {f"{MARK}worth" for worth in WORTHS if worth in self.text}

    def normalised(self, path: str = "", missing: str = "") -> str:
        """Without what differs anyway; with the address of what is missing in place of its own."""
        text = f"{self.statuses} {self.text}"
        for pattern, word in CHANGES:
            text = pattern.sub(word, text)
        if path and missing:
            # A link to the sign-in page carries where one wanted to go: the address itself, as it was asked for.
            text = text.replace(path, missing).replace(quote(path, safe=""), quote(missing, safe=""))
        return text


MANY = 2
"""Parameters of a list: what it is narrowed by is asked for alone and in pairs, not all of it times each other."""
SIGNING_IN = ("/sign-in", "/sign-up")


def _is_more_of_the_same(path: str, target: str, query: str) -> bool:
    """Whether a page that the crawl need not follow: it differs from others in nothing that matters here."""
    here = path.partition("?")[0]
    if here == "/search" and target in ("/search", "/questions/new"):
        return True
    if target in SIGNING_IN:
        return here != "/"  # it differs in where one goes on to, which stands in the link
    return query.count("&") >= MANY and target == here


@cache
def _target(link: str, path: str) -> SplitResult:
    """What a link on the page at this path leads to."""
    return urlsplit(urljoin(f"http://localhost{path}", unescape(link)))


@dataclass
class Crawler:
    """One browser. What it changes is undone after each request."""

    app: Flask
    client: FlaskClient
    form: dict[str, str]
    seen: set[str] = field(default_factory=set)
    linked: set[str] = field(default_factory=set)

    def ask(self, address: Address, how: Headers = PLAIN) -> Answer:
        """The answer to a page or a form; what the form changed is undone."""
        if address.method == "GET":
            return self._follow("GET", address.path)
        with self._undone():
            return self._follow(address.method, address.path, how)

    def wander(self) -> Iterator[tuple[str, Answer]]:
        """Every page that the pages seen so far link to, and those that these link to."""
        while waiting := sorted(self.linked - self.seen):
            for path in waiting:
                answer = self._follow("GET", path)
                self.note(path, answer)
                yield path, answer

    def get(self, path: str) -> Answer:
        answer = self._follow("GET", path)
        self.note(path, answer)
        return answer

    def note(self, path: str, answer: Answer) -> None:
        """This page was seen; what it links to will be."""
        self.seen.add(path)
        for link in set(LINK.findall(answer.text)):
            target = _target(link, "" if link.startswith("/") else path)
            if _is_more_of_the_same(path, target.path, target.query):
                continue
            if target.netloc == "localhost" and not target.path.startswith("/static/"):
                self.linked.add(f"{target.path}?{target.query}" if target.query else target.path)

    def _follow(self, method: str, path: str, headers: Headers = PLAIN) -> Answer:
        statuses: list[int] = []
        texts: list[str] = []
        for _hop in range(HOPS):
            data = self.form if method == "POST" else None
            answer = self.client.open(path, method=method, headers=list(headers), data=data)
            about = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers) if name != "Set-Cookie")
            statuses.append(answer.status_code)
            texts.append(f"{about}\n\n{answer.get_data().decode(errors='replace')}")
            answer.close()  # a static file, to which the icon of the portal leads, is open until then
            if answer.status_code // 100 != 3:
                break
            place = urlsplit(answer.headers["Location"])
            method, path = "GET", f"{place.path}?{place.query}" if place.query else place.path
        return Answer(tuple(statuses), "\n".join(texts))

    @contextmanager
    def _undone(self) -> Iterator[None]:
        before = self.client._cookies.copy()
        with tried(self.app):
            yield
        self.client._cookies = before
