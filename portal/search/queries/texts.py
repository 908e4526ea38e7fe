"""What posts say, as the index wants it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.core.db import ask, param
from portal.search.models import entry_id
from portal.search.words import Words, plain, words_of
from portal.threads.models import Post, Tag, Thread, ThreadTag


@dataclass(frozen=True, slots=True)
class Text:
    """A post with its words."""

    id: int
    thread_id: int
    post_id: int
    language: str
    title: Words
    body: Words


def texts(post_ids: Sequence[int]) -> Iterator[Text]:
    """The words of these posts, in the order of their entries' ids."""
    rows = ask(_POSTS, {"posts": post_ids}).all()
    tags: dict[int, list[str]] = {}
    openings = [row.thread_id for row in rows if row.number == 1]
    if openings:
        for thread_id, name in ask(_TAGS, {"threads": openings}):
            tags.setdefault(thread_id, []).append(name)
    for row in rows:
        title = "\n".join([row.title, *tags.get(row.thread_id, ())]) if row.number == 1 else ""
        yield Text(
            entry_id(row.thread_id, row.id),
            row.thread_id,
            row.id,
            row.language,
            words_of(title, row.language),
            words_of(plain(row.html), row.language),
        )


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
