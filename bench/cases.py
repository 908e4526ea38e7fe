"""What is asked of the server: each case gives an endless stream of requests."""

import itertools
import random
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask

from bench.data import PASSWORD, PEOPLE, RARE_WORDS, WORDS, rare_word
from bench.measuring import Ask
from bench.readers import READERS, Reader
from portal.core.db import db
from portal.ideas.models import Idea
from portal.threads.models import Thread

GZIP = {"Accept-Encoding": "gzip"}
BY_SCRIPT = {"HX-Request": "true"}
"""What a part of a page is asked for with, while someone types."""


@dataclass(frozen=True)
class Places:
    """Addresses of the benchmark's community."""

    threads: list[str]
    longest: str
    last_page: int
    replyable: list[int]
    posts: int
    ideas: list[str]
    open_ideas: list[int]
    """Those that can be voted for."""


def places(app: Flask) -> Places:
    with app.app_context(), db.engine.connect() as connection:
        rows = connection.execute(
            sa.select(Thread.id, Thread.kind, Thread.slug, Thread.last_number, Idea.status).outerjoin(
                Idea, Idea.thread_id == Thread.id
            )
        ).all()
        posts = connection.scalar(sa.text("SELECT max(id) FROM post")) or 0
    paths = [f"/{row.kind}s/{row.id}-{row.slug}" for row in rows]
    longest = max(range(len(rows)), key=lambda index: rows[index].last_number)
    return Places(
        threads=paths,
        longest=paths[longest],
        last_page=(rows[longest].last_number - 1) // 20 + 1,
        replyable=[row.id for row in rows if row.last_number < 20],
        posts=posts,
        ideas=[path for path, row in zip(paths, rows, strict=True) if row.kind == "idea"],
        open_ideas=[row.id for row in rows if row.status == "open"],
    )


def cases(found: Places, people: list[Reader], stranger: Reader, seed: int = 7) -> dict[str, Iterator[Ask]]:
    """Every case by name."""
    chance = random.Random(seed)
    return {
        **_lists(people),
        **_threads(chance, found, people),
        **_writing(chance, found, people),
        **_searches(chance, people),
        "signing in": (
            stranger.form("/sign-in", login=f"person{chance.randrange(PEOPLE - READERS - 1)}", password=PASSWORD)
            for _ in itertools.count()
        ),
        "helpful vote": (
            chance.choice(people).form(f"/posts/{chance.randint(1, found.posts)}/vote", on="1")
            for _ in itertools.count()
        ),
        "vote for an idea": (
            chance.choice(people).form(f"/ideas/{chance.choice(found.open_ideas)}/vote", on=chance.choice("110"))
            for _ in itertools.count()
        ),
    }


def _same(path: str, headers: list[dict[str, str]]) -> Iterator[Ask]:
    return (Ask(path, headers=one) for one in itertools.cycle(headers))


def _lists(people: list[Reader]) -> dict[str, Iterator[Ask]]:
    """Each as a visitor and signed in."""
    signed = [one.headers() for one in people]
    lists = {"home": "/", "category": "/c/category-3", "ideas": "/ideas", "roadmap": "/roadmap"}
    who = {"visitor": [GZIP], "signed in": signed}
    return {f"{name}, {seen}": _same(path, of) for name, path in lists.items() for seen, of in who.items()}


def _threads(chance: random.Random, found: Places, people: list[Reader]) -> dict[str, Iterator[Ask]]:
    signed = [one.headers() for one in people]

    def drawn(paths: list[str], headers: list[dict[str, str]]) -> Iterator[Ask]:
        while True:
            yield Ask(chance.choice(paths), headers=chance.choice(headers))

    profiles = [f"/people/person{number}" for number in range(PEOPLE)]
    last = f"{found.longest}?page={found.last_page}"
    return {
        "one hot thread, visitor": _same(found.threads[17], [GZIP]),
        "threads drawn evenly, visitor": drawn(found.threads, [GZIP]),
        "threads drawn evenly, signed in": drawn(found.threads, signed),
        "ideas drawn evenly, visitor": drawn(found.ideas, [GZIP]),
        "ideas drawn evenly, signed in": drawn(found.ideas, signed),
        "first page of the longest, signed in": _same(found.longest, signed),
        "last page of the longest, visitor": _same(last, [GZIP]),
        "last page of the longest, signed in": _same(last, signed),
        "profile, visitor": drawn(profiles, [GZIP]),
        "profile, signed in": drawn(profiles, signed),
    }


def _writing(chance: random.Random, found: Places, people: list[Reader]) -> dict[str, Iterator[Ask]]:
    return {
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
    }


def _searches(chance: random.Random, people: list[Reader]) -> dict[str, Iterator[Ask]]:
    """No two the same, as far as that goes: it is the search that is measured, not what is kept of its pages."""

    def looking(path: str, words: Callable[[], str]) -> Iterator[Ask]:
        return (Ask(f"{path}?{urlencode({'q': words()})}", headers=GZIP) for _ in itertools.count())

    long = [word for word in WORDS if len(word) > 6]

    def mistyped() -> str:
        word, at = chance.choice(long), chance.randint(2, 4)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    def title() -> str:
        return " ".join([*chance.sample(WORDS, 7), rare_word(chance.randrange(RARE_WORDS))])

    def writing() -> Ask:
        form = chance.choice(people).form("/similar", 200, title=title(), body="", language="en", kind="question")
        return replace(form, headers=form.headers | BY_SCRIPT)

    return {
        "search, common word": looking("/search", lambda: chance.choice(WORDS)),
        "search, rare word": looking("/search", lambda: rare_word(chance.randrange(RARE_WORDS))),
        "search, phrase": looking("/search", lambda: f'"{chance.choice(WORDS)} {chance.choice(WORDS)}"'),
        "search, typing error": looking("/search", mistyped),
        "search, a sentence": looking("/search", title),
        "titles while typing": looking("/search/titles", lambda: f"{chance.choice(WORDS)} {chance.choice(WORDS)[:4]}"),
        "similar while writing": (writing() for _ in itertools.count()),
    }


def slug_of(name: str) -> str:
    """A name as a key for results."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
