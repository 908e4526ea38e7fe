"""What the index keeps, worked out again from the posts."""

from collections.abc import Sequence

from sqlalchemy import exists, func, select

from portal.core.db import ask, param
from portal.search.models import SearchEntry
from portal.search.queries.texts import Entry, entries, entry_of, sources, text_of
from portal.threads.models import Post
from portal.threads.queries.proof import Difference

BATCH = 500
NOTHING = Entry(0, "", "", "")


def differences(thread_ids: Sequence[int]) -> list[Difference]:
    """Posts of these threads whose words the index does not have as they are."""
    posts: list[int] = list(ask(_POSTS, {"threads": thread_ids}).scalars())
    found: list[Difference] = []
    for start in range(0, len(posts), BATCH):
        found += _of(posts[start : start + BATCH])
    return found


def unindexed() -> int:
    """How many posts the index knows nothing of: all of them after an upgrade from a portal that had no search."""
    return ask(_UNKNOWN).scalar_one()


def _of(post_ids: Sequence[int]) -> list[Difference]:
    indexed = entries(post_ids)
    found: list[Difference] = []
    for source in sources(post_ids):
        wanted, there = entry_of(text_of(source)), indexed.get(source.post_id, NOTHING)
        if wanted != there:
            kept = "missing" if there is NOTHING else "outdated"  # the words themselves are too many for a line
            found.append(Difference("post", source.post_id, "search_entry", kept, "as the post is now"))
    return found


_POSTS = select(Post.id).where(Post.thread_id.in_(param("threads", many=True))).order_by(Post.thread_id, Post.id)
_UNKNOWN = select(func.count()).select_from(Post).where(~exists().where(SearchEntry.post_id == Post.id))
