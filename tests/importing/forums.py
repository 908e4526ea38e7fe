"""Small archives of a Discourse forum that does not exist."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SITE = "forum.kettles.example"
USERS = {1: ("ada", "Ada Oolong"), 2: ("Bob_B_", ""), 3: ("admin", "The Admin")}

MAP = f"""
site = "{SITE}"
language = "de"

[categories.5]
name = "Help"
kind = "question"
description = "Ask here"

[categories.6]
name = "Talk"
kind = "discussion"
visibility = "members"
colour = "blue"
"""


def post(id_: int, number: int, cooked: str = "<p>So.</p>", user: int = 1, **given: Any) -> dict[str, Any]:
    username, name = USERS[user]
    values: dict[str, Any] = {"id": id_, "post_number": number, "user_id": user, "username": username, "name": name}
    values |= {"cooked": cooked, "created_at": f"2016-03-0{number % 9 + 1}T10:00:00.000Z", "post_type": 1, "version": 1}
    return values | {"actions_summary": [], "reply_to_post_number": None, "accepted_answer": False} | given


def likes(count: int) -> list[dict[str, int]]:
    return [{"id": 2, "count": count}, {"id": 4, "count": 99}]


def topic(id_: int, title: str, posts: Sequence[Any], category: int = 5, **given: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"id": id_, "title": title, "category_id": category, "views": 10, "closed": False}
    return values | {"archived": False, "pinned": False, "post_stream": {"posts": posts}} | given


def write_map(folder: Path, text: str = MAP, name: str = "map.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def write_topics(folder: Path, topics: Sequence[Any], name: str = "topics.jsonl.gz") -> Path:
    """One topic a line; a string stands in the file as it is."""
    lines = [item if isinstance(item, str) else json.dumps(item) for item in topics]
    data = "\n".join(lines).encode()
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return folder


def quote_of(topic_: int, number: int, name: str = "ada") -> str:
    return (
        f'<aside class="quote" data-username="{name}" data-post="{number}" data-topic="{topic_}"><div class="title">'
        f'<img class="avatar" src="//cdn.example/a.png"> {name}:</div><blockquote><p>Hot?</p></blockquote></aside>'
    )


def kettles(folder: Path) -> Path:
    """A bit of everything that an archive can hold."""
    asked = [
        post(901, 1, "<p>Too hot, @Bob_B_?</p>", likes=1, actions_summary=likes(3), version=2, updated_at="2016-04-01"),
        post(902, 2, "<p>No.</p>", user=2, reply_to_post_number=1, actions_summary=likes(2)),
        post(905, 5, quote_of(41, 2, "Bob_B_") + "<p>Why?</p>", reply_to_post_number=2, accepted_answer=True, user=3),
        post(906, 6, "", user=3, post_type=3, action_code="closed.enabled"),
    ]
    talked = [
        post(911, 1, '<p>See <a href="/t/hot/41/5">there</a> and <a href="/t/hot/77">here</a>.</p>', user=2),
        post(912, 2, quote_of(41, 1) + "<p>Quoted.</p>", user=2, accepted_answer=False),
    ]
    topics = [
        topic(41, "Why so :rocket:?", asked, closed=True, accepted_answer={"post_number": 5}),
        topic(42, "Kettles we love", talked, 6, archived=True, pinned_globally=True, views=7),
    ]
    return write_topics(folder / "archive", topics)
