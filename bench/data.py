"""Make the database of the benchmark: an invented community of any size, the same for the same size.

Rows go in by bulk, without the actions, because a million posts through them would take hours; the counters that
actions keep are set to what they would be, and `flask recount --check` agrees.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from portal.core.db import db
from portal.core.markup import RENDERER, render
from portal.ideas.models import Idea, IdeaVote, Supporter
from portal.ideas.policy import rising
from portal.people.models import Person
from portal.people.passwords import hashed
from portal.questions.models import Question
from portal.questions.policy import NO_TARGET
from portal.search.rebuilding import rebuild
from portal.threads.models import COLOURS, Category, Post, Tag, Thread, ThreadTag

PEOPLE, CATEGORIES, TAGS, BODIES = 2_000, 8, 40, 400
LONGEST = 5_000
TABLES: dict[str, Any] = {
    "thread": Thread,
    "tag": ThreadTag,
    "question": Question,
    "idea": Idea,
    "vote": IdeaVote,
    "supporter": Supporter,
    "post": Post,
}
"""In the order in which they refer to each other."""
PASSWORD = "a ferry at the harbour"
START = datetime(2024, 1, 1, tzinfo=UTC)
WORDS = (
    "ledger export boarding list printer deck plan booking invoice harbour tablet crew layout update column page "
    "passenger vehicle timetable ticket refund webhook token backup report filter search season price route ferry "
    "error message after before when where change setting default version restart cache queue order row copy"
).split()
RARE_WORDS, RARE_EVERY = 300, 97
"""Words that few posts have: one in every 97th, each of them in turn. The others are everywhere."""


def rare_word(number: int) -> str:
    """Pronounceable, and unlike the others."""
    parts = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu")
    return "".join(parts[int(digit)] for digit in f"{number * 37 % 1000:03}") + "x"


def make(app: Flask, posts: int) -> None:
    """Fill an empty, migrated database with `posts` posts in a tenth as many threads, one with 5,000, a tenth of
    them ideas."""
    chance = random.Random(posts)
    with app.app_context(), db.engine.begin() as connection:
        _people(connection)
        connection.execute(
            sa.insert(Category),
            [
                {"id": n + 1, "slug": f"category-{n}", "name": f"Category {n}", "position": n, "colour": COLOURS[n]}
                for n in range(CATEGORIES)
            ],
        )
        connection.execute(sa.insert(Tag), [{"id": n + 1, "name": f"tag-{n}"} for n in range(TAGS)])
        sources = [_body(chance) for _ in range(BODIES)]
        bodies = [render(source) for source in sources]
        sizes = _sizes(chance, posts)
        _threads(connection, chance, sizes, bodies, sources)
    with app.app_context():
        rebuild()
    _after_bulk(app)


def _people(connection: sa.Connection) -> None:
    password_hash = hashed(PASSWORD)  # one for all: making 2,000 would take minutes
    connection.execute(
        sa.insert(Person),
        [
            {
                "id": n + 1,
                "username": f"person{n}",
                "username_key": f"person{n}",
                "name": f"Person Number {n}",
                "email": f"person{n}@example.com",
                "email_key": f"person{n}@example.com",
                "email_confirmed_at": START,
                "password_hash": password_hash,
                "created_at": START,
            }
            for n in range(PEOPLE)
        ],
    )


def _body(chance: random.Random) -> str:
    """A post as people write them: a paragraph or three, now and then code or a list."""
    parts = [" ".join(chance.choices(WORDS, k=chance.randint(12, 70))).capitalize() + "."]
    for _ in range(chance.randint(0, 2)):
        kind = chance.random()
        if kind < 0.15:
            parts.append(
                "```python\n" + "\n".join(f"{w} = {n}" for n, w in enumerate(chance.choices(WORDS, k=4))) + "\n```"
            )
        elif kind < 0.3:
            parts.append("\n".join(f"- {w}" for w in chance.choices(WORDS, k=3)))
        else:
            parts.append(" ".join(chance.choices(WORDS, k=chance.randint(10, 60))).capitalize() + ".")
    return "\n\n".join(parts)


def _sizes(chance: random.Random, posts: int) -> list[int]:
    """How many posts each thread has: as in real forums many short ones, few long, the first one very long."""
    count = posts // 10
    longest = min(LONGEST, posts // 4)
    weights = [chance.paretovariate(1.3) for _ in range(count - 1)]
    left, total = posts - longest - (count - 1), sum(weights)
    sizes = [1 + int(left * weight / total) for weight in weights]
    sizes[0] += posts - longest - sum(sizes)
    return [longest, *sizes]


def _threads(connection: sa.Connection, chance: random.Random, sizes: list[int], bodies: Any, sources: Any) -> None:
    post_id = 0
    batch: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    for index, size in enumerate(sizes):
        thread = _thread(chance, index, size)
        batch["thread"].append(thread)
        batch["tag"] += [
            {"thread_id": thread["id"], "tag_id": tag}
            for tag in chance.sample(range(1, TAGS + 1), chance.randint(0, 3))
        ]
        if thread["kind"] == "question":
            batch["question"].append(_question(thread))
        elif thread["kind"] == "idea":
            _idea(chance, thread, batch)
        for row in _posts(chance, thread, size, post_id, bodies, sources):
            batch["post"].append(row)
        post_id += size
        if len(batch["post"]) > 10_000:
            _flush(connection, batch)
    _flush(connection, batch)


def _thread(chance: random.Random, index: int, size: int) -> dict[str, Any]:
    began = START + timedelta(minutes=11 * index)
    author = chance.randint(1, PEOPLE)
    title = " ".join(chance.choices(WORDS, k=chance.randint(5, 11))).capitalize()
    last = began + timedelta(minutes=7 * (size - 1))
    return {
        "id": index + 1,
        "kind": chance.choices(("question", "discussion", "idea"), (65, 25, 10))[0],
        "category_id": chance.randint(1, CATEGORIES),
        "author_id": author,
        "title": title,
        "slug": title.lower().replace(" ", "-")[:80],
        "created_at": began,
        "last_activity_at": last,
        "last_poster_id": author,
        "first_reply_at": began + timedelta(minutes=7) if size > 1 else None,
        "last_number": size,
        "activity": size,
        "replies": size - 1,
    }


def _question(thread: dict[str, Any]) -> dict[str, Any]:
    """Waiting, without a target."""
    since = thread["created_at"]
    waits, answered = since + NO_TARGET, thread["first_reply_at"]
    dues = {"first_reply_due_at": None if answered else waits, "waiting_due_at": waits, "due_at": waits}
    return {"thread_id": thread["id"], "waiting_since": since, **dues}


def _idea(chance: random.Random, thread: dict[str, Any], batch: dict[str, list[dict[str, Any]]]) -> None:
    """Open, with the votes of up to a quarter of all people; most with few."""
    id_, author = thread["id"], thread["author_id"]
    voters = {author, *chance.sample(range(1, PEOPLE + 1), min(int(chance.paretovariate(0.9)), PEOPLE // 4))}
    counts = dict.fromkeys(("votes", "supporters", "wanted"), len(voters))
    weight = rising(len(voters), thread["created_at"])
    batch["idea"].append({"thread_id": id_, "root_id": id_, **counts, "rising": weight})
    batch["vote"] += [{"idea_id": id_, "person_id": voter, "at": thread["created_at"]} for voter in voters]
    batch["supporter"] += [{"root_id": id_, "person_id": voter} for voter in voters]


def _posts(
    chance: random.Random, thread: dict[str, Any], size: int, before: int, bodies: Any, sources: Any
) -> Iterator[dict[str, Any]]:
    for number in range(1, size + 1):
        which = chance.randrange(BODIES)
        author = thread["author_id"] if number in (1, size) else chance.randint(1, PEOPLE)
        if number == 2 and author == thread["author_id"]:
            author = author % PEOPLE + 1
        id_ = before + number
        rare = rare_word(id_ // RARE_EVERY % RARE_WORDS) if id_ % RARE_EVERY == 0 else ""
        yield {
            "id": id_,
            "thread_id": thread["id"],
            "number": number,
            "activity": number,
            "author_id": author,
            "source": sources[which] + f"\n\n{rare}" * bool(rare),
            "html": bodies[which].html + f"<p>{rare}</p>\n" * bool(rare),
            "renderer": RENDERER,
            "created_at": thread["created_at"] + timedelta(minutes=7 * (number - 1)),
        }


def _flush(connection: sa.Connection, batch: dict[str, list[dict[str, Any]]]) -> None:
    for name, table in TABLES.items():
        if batch[name]:
            connection.execute(sa.insert(table), batch[name])
            batch[name].clear()


def _after_bulk(app: Flask) -> None:
    """What the database does by itself after a while: figures for its planner, and sequences past our ids."""
    with app.app_context(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            for table in ("person", "category", "tag", "thread", "post"):
                connection.exec_driver_sql(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
            connection.exec_driver_sql("VACUUM ANALYZE")
        else:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
