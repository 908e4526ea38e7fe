"""The index is written with the post, in its transaction. What is hidden or deleted stays in it: every question that
is put to it asks who may read what."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, text

from portal.core.db import ask, db, param
from portal.people.viewer import Viewer
from portal.search.models import SearchEntry, entry_id
from portal.search.models.index import IN_TITLE, WAITING
from portal.search.queries.texts import Text, entry_of, indexed, sources, text_of
from portal.threads import hooks
from portal.threads.models import Post, Thread, ThreadTag

BATCH = 500


def register() -> None:
    """Called once an application is made."""
    hooks.register(hooks.text_written, _text_written)
    hooks.register(hooks.threads_merged, _threads_merged)
    hooks.register(hooks.posts_split, _posts_split)
    hooks.register(hooks.tag_changed, _tag_changed)


def index_posts(post_ids: Sequence[int]) -> None:
    """Write the entries of these posts anew."""
    for start in range(0, len(post_ids), BATCH):
        put([text_of(source) for source in sources(post_ids[start : start + BATCH])])


def put(written: Sequence[Text]) -> None:
    """Write these entries, in place of the posts' old ones."""
    if written:
        remove([each.source.post_id for each in written])
        add(written)


def remove(post_ids: Sequence[int]) -> None:
    """Take these posts out of the index."""
    there = indexed(post_ids)
    if not there:
        return
    if _is_sqlite():
        # FTS5 is told what it had: it keeps no texts of its own.
        ask(_FORGET, {"ids": there})
    db.session.execute(delete(SearchEntry).where(SearchEntry.id.in_(there)))


def add(written: Iterable[Text]) -> None:
    """Write entries of posts that have none."""
    rows = [_row(each) for each in written]
    if _is_sqlite():
        connection = db.session.connection()
        connection.execute(_INSERT, rows)
        connection.execute(_REMEMBER, [{"id": row["id"], "title": row["title"], "body": row["body"]} for row in rows])
    else:
        vectors = [{**row, "vector": vector(each)} for row, each in zip(rows, written, strict=True)]
        db.session.connection().execute(_INSERT, vectors)


def vector(each: Text) -> str:
    """The words with their places, as PostgreSQL writes them; those of the title also as words of their own.

    A gap keeps a phrase from running from the title into the text."""
    places: dict[str, list[str]] = {}
    for place, stem in enumerate(each.title.stems, 1):
        places.setdefault(stem, []).append(str(place))
        places.setdefault(IN_TITLE + stem, []).append(str(place))
    for place, stem in enumerate(each.body.stems, len(each.title.stems) + GAP):
        places.setdefault(stem, []).append(str(place))
    return " ".join(f"'{stem}':{','.join(found[:MOST_PLACES])}" for stem, found in places.items())


GAP = 10
MOST_PLACES = 250
"""Of one word in one text: PostgreSQL keeps 255."""


def _row(each: Text) -> dict[str, Any]:
    entry = entry_of(each)
    return {
        "id": entry.id,
        "thread_id": each.source.thread_id,
        "post_id": each.source.post_id,
        "language": entry.language,
        "title": entry.title,
        "body": entry.body,
        "vector": None,
        "counted": WAITING,
    }


def _is_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"


_INSERT = insert(SearchEntry)
_REMEMBER = text("INSERT INTO search_index (rowid, title, body) VALUES (:id, :title, :body)")
_FORGET = text(
    "INSERT INTO search_index (search_index, rowid, title, body)"
    " SELECT 'delete', id, title, body FROM search_entry WHERE id IN :ids"
).bindparams(param("ids", many=True))


# What happens in the rooms below


def _text_written(viewer: Viewer, thread: Thread, post: Post) -> None:
    index_posts([post.id])


def _threads_merged(viewer: Viewer, source: Thread, target: Thread, keep: int | None) -> None:
    _moved_out(source.id)


def _posts_split(viewer: Viewer, source: Thread, post_ids: Sequence[int]) -> None:
    _moved_out(source.id)


def _moved_out(thread_id: int) -> None:
    """What the index has in this thread, but is in another one now."""
    db.session.flush()
    first, last = entry_id(thread_id, 0), entry_id(thread_id + 1, 0)
    index_posts(list(ask(_ELSEWHERE, {"first": first, "last": last}).scalars()))


def _tag_changed(tag_id: int) -> None:
    """The threads with this tag have its name in their words."""
    db.session.flush()
    index_posts(list(ask(_TAGGED, {"tag": tag_id}).scalars()))


_ELSEWHERE = (
    select(Post.id)
    .join(SearchEntry, SearchEntry.post_id == Post.id)
    .where(SearchEntry.id >= param("first"), SearchEntry.id < param("last"), Post.thread_id != SearchEntry.thread_id)
)
_TAGGED = (
    select(Post.id)
    .join(ThreadTag, ThreadTag.thread_id == Post.thread_id)
    .where(ThreadTag.tag_id == param("tag"), Post.number == 1)
)
