"""What is asked of the server: each case gives an endless stream of requests."""

import itertools
import random
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, session
from flask_wtf.csrf import generate_csrf

from bench.data import PASSWORD, PEOPLE, RARE_WORDS, WORDS, rare_word
from bench.measuring import Ask
from portal.core.clock import now
from portal.core.db import db
from portal.people.models import LoginSession
from portal.threads.models import Thread

READERS = 50


@dataclass(frozen=True)
class Reader:
    """A signed-in person: the cookie and the CSRF token that goes with it."""

    cookie: str
    token: str

    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "Accept-Encoding": "gzip"}

    def form(self, path: str, expect: int = 303, **fields: str) -> Ask:
        """A form as the browser sends it."""
        headers = self.headers() | {"Content-Type": "application/x-www-form-urlencoded"}
        return Ask(path, "POST", urlencode({"csrf_token": self.token, **fields}), headers, expect=(expect,))


def stranger(app: Flask) -> Reader:
    """A visitor at the form to sign in."""
    return _reader(app)


def readers(app: Flask) -> list[Reader]:
    """Sign people in by rows and cookies of our own, as if they had come by the sign-in page."""
    keys = {secrets.token_urlsafe(32): PEOPLE - number for number in range(1, READERS + 1)}
    with app.app_context(), db.engine.begin() as connection:
        rows = [{"id": key, "person_id": person, "created_at": now(), "seen_at": now()} for key, person in keys.items()]
        connection.execute(sa.insert(LoginSession), rows)
    return [_reader(app, key) for key in keys]


def _reader(app: Flask, key: str = "") -> Reader:
    """A context for each: the token of a form is kept there. Without a key, a visitor with the form to sign in."""
    with app.test_request_context():
        if key:
            session["_user_id"] = key
            session["_fresh"] = True
        token = generate_csrf()
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        return Reader(f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(dict(session))}", token)


@dataclass(frozen=True)
class Places:
    """Addresses of the benchmark's community."""

    threads: list[str]
    longest: str
    last_page: int
    replyable: list[int]
    posts: int


def places(app: Flask) -> Places:
    with app.app_context(), db.engine.connect() as connection:
        rows = connection.execute(sa.select(Thread.id, Thread.kind, Thread.slug, Thread.last_number)).all()
        posts = connection.scalar(sa.text("SELECT max(id) FROM post")) or 0
    paths = [f"/{row.kind}s/{row.id}-{row.slug}" for row in rows]
    longest = max(range(len(rows)), key=lambda index: rows[index].last_number)
    short = [row.id for row in rows if row.last_number < 20]
    return Places(paths, paths[longest], (rows[longest].last_number - 1) // 20 + 1, short, posts)


def cases(found: Places, people: list[Reader], stranger: Reader, seed: int = 7) -> dict[str, Iterator[Ask]]:
    """Every case by name."""
    chance = random.Random(seed)
    gzip = {"Accept-Encoding": "gzip"}

    def drawn(headers: list[dict[str, str]]) -> Iterator[Ask]:
        while True:
            yield Ask(chance.choice(found.threads), headers=chance.choice(headers))

    def same(path: str, headers: list[dict[str, str]]) -> Iterator[Ask]:
        return (Ask(path, headers=one) for one in itertools.cycle(headers))

    signed = [one.headers() for one in people]
    hot = found.threads[17]
    last = f"{found.longest}?page={found.last_page}"
    return {
        "home, visitor": same("/", [gzip]),
        "home, signed in": same("/", signed),
        "category, visitor": same("/c/category-3", [gzip]),
        "category, signed in": same("/c/category-3", signed),
        "one hot thread, visitor": same(hot, [gzip]),
        "threads drawn evenly, visitor": drawn([gzip]),
        "threads drawn evenly, signed in": drawn(signed),
        "first page of the longest, signed in": same(found.longest, signed),
        "last page of the longest, visitor": same(last, [gzip]),
        "last page of the longest, signed in": same(last, signed),
        "profile, visitor": (Ask(f"/people/person{chance.randrange(PEOPLE)}", headers=gzip) for _ in itertools.count()),
        "profile, signed in": (
            Ask(f"/people/person{chance.randrange(PEOPLE)}", headers=chance.choice(signed)) for _ in itertools.count()
        ),
        "preview": (
            chance.choice(people).form("/preview", 200, body="Some **words** and `code`.\n\n- one\n- two")
            for _ in itertools.count()
        ),
        "post a reply": (
            chance.choice(people).form(
                f"/threads/{chance.choice(found.replyable)}/replies",
                body=f"A reply with **some** words, number {number}.",
                form_key=secrets.token_hex(8),
            )
            for number in itertools.count()
        ),
        **_searches(chance, people),
        "signing in": (
            stranger.form("/sign-in", login=f"person{chance.randrange(PEOPLE - READERS - 1)}", password=PASSWORD)
            for _ in itertools.count()
        ),
        "helpful vote": (
            chance.choice(people).form(f"/posts/{chance.randint(1, found.posts)}/vote", on="1")
            for _ in itertools.count()
        ),
    }


def _searches(chance: random.Random, people: list[Reader]) -> dict[str, Iterator[Ask]]:
    """No two the same, as far as that goes: it is the search that is measured, not what is kept of its pages."""

    def looking(path: str, words: Callable[[], str]) -> Iterator[Ask]:
        return (
            Ask(f"{path}?{urlencode({'q': words()})}", headers={"Accept-Encoding": "gzip"}) for _ in itertools.count()
        )

    long = [word for word in WORDS if len(word) > 6]

    def mistyped() -> str:
        word, at = chance.choice(long), chance.randint(2, 4)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    def title() -> str:
        return " ".join([*chance.sample(WORDS, 7), rare_word(chance.randrange(RARE_WORDS))])

    return {
        "search, common word": looking("/search", lambda: chance.choice(WORDS)),
        "search, rare word": looking("/search", lambda: rare_word(chance.randrange(RARE_WORDS))),
        "search, phrase": looking("/search", lambda: f'"{chance.choice(WORDS)} {chance.choice(WORDS)}"'),
        "search, typing error": looking("/search", mistyped),
        "search, a sentence": looking("/search", title),
        "titles while typing": looking("/search/titles", lambda: f"{chance.choice(WORDS)} {chance.choice(WORDS)[:4]}"),
        "similar while writing": (
            chance.choice(people).form("/similar", 200, title=title(), body="", language="en", kind="question")
            for _ in itertools.count()
        ),
    }


def slug_of(name: str) -> str:
    """A name as a key for results."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
