"""What posts say, as the index wants it, and what the index has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.core.db import ask, param
from portal.search.models import SearchEntry, entry_id
from portal.search.models.index import IN_TITLE
from portal.search.words import Words, plain, words_of
from portal.threads.models import Post, Tag, Thread, ThreadTag


@dataclass(frozen=True, slots=True)
class Source:
    """What the words of a post come from."""

    post_id: int
    thread_id: int
    language: str
    title: str
    """Of an opening post: the title of the thread, and its tags."""
    html: str

    @property
    def id(self) -> int:
        return entry_id(self.thread_id, self.post_id)


@dataclass(frozen=True, slots=True)
class Text:
    """A post with its words."""

    source: Source
    title: Words
    body: Words


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index keeps of a post."""

    id: int
    language: str
    title: str
    body: str


def sources(post_ids: Sequence[int]) -> list[Source]:
    """These posts as they are, in the order of their entries' ids."""
    rows = ask(_POSTS, {"posts": post_ids}).all()
    tags: dict[int, list[str]] = {}
    openings = [row.thread_id for row in rows if row.number == 1]
    if openings:
        for thread_id, name in ask(_TAGS, {"threads": openings}):
            tags.setdefault(thread_id, []).append(name)

    def title(row: Any) -> str:
        return "\n".join([row.title, *tags.get(row.thread_id, ())]) if row.number == 1 else ""

    return [Source(row.id, row.thread_id, row.language, title(row), row.html) for row in rows]


def text_of(source: Source) -> Text:
    """Its words."""
    title = words_of(source.title, source.language) if source.title else Words()
    return Text(source, title, words_of(plain(source.html), source.language))


def entry_of(text: Text) -> Entry:
    """What the index is to keep of it."""
    title = " ".join(f"{IN_TITLE}{stem}" for stem in text.title.stems)
    return Entry(text.source.id, text.source.language, title, " ".join(text.body.stems))


def entries(post_ids: Sequence[int]) -> dict[int, Entry]:
    """What the index keeps of these posts, by post."""
    return {row.post_id: Entry(row.id, row.language, row.title, row.body) for row in ask(_ENTRIES, {"posts": post_ids})}


def indexed(post_ids: Iterable[int]) -> list[int]:
    """The ids of the entries of these posts."""
    return list(ask(_IDS, {"posts": list(post_ids)}).scalars())


_POSTS = (
    select(Post.id, Post.thread_id, Post.number, Post.html, Thread.title, Thread.language)
    .join(Thread, Thread.id == Post.thread_id)
    .where(Post.id.in_(param("posts", many=True)))
    .order_by(Post.thread_id, Post.id)
)
_TAGS = (
    select(ThreadTag.thread_id, Tag.name)
    .join(Tag, Tag.id == ThreadTag.tag_id)
    .where(ThreadTag.thread_id.in_(param("threads", many=True)))
    .order_by(Tag.name)
)
_ENTRIES = select(SearchEntry.id, SearchEntry.post_id, SearchEntry.language, SearchEntry.title, SearchEntry.body).where(
    SearchEntry.post_id.in_(param("posts", many=True))
)
_IDS = select(SearchEntry.id).where(SearchEntry.post_id.in_(param("posts", many=True)))
