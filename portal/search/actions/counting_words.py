"""How common each word is, kept by the worker: of what every visitor may read, and a little late.

A search that is a few words behind ranks as well; a reply that had to count its words would be slower to post."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.core.db import ask, db, param
from portal.search.grams import grams, worth_grams
from portal.search.models import SearchEntry, SearchGram, SearchWord
from portal.search.models.index import COUNTED, LEFT_OUT
from portal.search.queries.public import public, waiting
from portal.search.queries.texts import Text, sources, text_of
from portal.search.stems import base

Pair = tuple[str, str]
"""A word as it is written, and its stem."""
BATCH = 200
AT_ONCE = 500
"""Rows that one statement writes."""


def pairs_of(text: Text) -> set[Pair]:
    """What a post adds one to: each of its words, and the language that it is in (as a word without letters)."""
    written, stems = text.title.written + text.body.written, text.title.stems + text.body.stems
    return {*zip(written, stems, strict=True), ("", base(text.source.language))}


def count_waiting() -> int:
    """Count the next posts that wait for it."""
    posts = waiting(BATCH)
    if posts:
        seen = public(posts)
        _tally([post for post in posts if post in seen], 1)
        mark(seen, COUNTED)
        mark(set(posts) - seen, LEFT_OUT)
    return len(posts)


def recount(more: Sequence[int], less: Sequence[int]) -> None:
    """Count these posts, and count those no more."""
    _tally(more, 1)
    _tally(less, -1)
    mark(more, COUNTED)
    mark(less, LEFT_OUT)


def mark(posts: Iterable[int], counted: int) -> None:
    """Note whether these posts are counted."""
    wanted = list(posts)
    if wanted:
        db.session.execute(update(SearchEntry).where(SearchEntry.post_id.in_(wanted)).values(counted=counted))


def _tally(posts: Sequence[int], sign: int) -> None:
    found: Counter[Pair] = Counter()
    for source in sources(posts) if posts else ():
        found.update(pairs_of(text_of(source)))
    add_counts({pair: sign * count for pair, count in found.items()})


def add_counts(found: Mapping[Pair, int]) -> None:
    """Add to what is kept; words that are new get what they are found by when they are typed wrong."""
    make = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(SearchWord)
    statement = statement.on_conflict_do_update(
        index_elements=["word", "stem"], set_={"posts": SearchWord.posts + statement.excluded.posts}
    )
    rows = [
        {"word": word, "stem": stem, "posts": count, "has_grams": False}
        for (word, stem), count in sorted(found.items())
    ]
    for start in range(0, len(rows), AT_ONCE):
        db.session.connection().execute(statement, rows[start : start + AT_ONCE])
    give_grams(sorted({word for word, _ in found}))


def give_grams(words: Sequence[str]) -> None:
    """Make these words ones that can be found by parts of them, where that is worth it."""
    total = db.session.scalar(select(func.sum(SearchWord.posts)).where(SearchWord.word == "")) or 0
    for start in range(0, len(words), AT_ONCE):
        wanted = [word for word in words[start : start + AT_ONCE] if worth_grams(word)]
        new: list[Any] = ask(_NEW, {"words": wanted, "least": 2 if total > FEW_POSTS else 1}).all() if wanted else []
        if new:
            rows = [{"gram": gram, "word_id": row.id} for row in new for gram in sorted(grams(row.word))]
            db.session.connection().execute(insert(SearchGram), rows)
            done = update(SearchWord).where(SearchWord.id.in_([row.id for row in new]))
            db.session.execute(done.values(has_grams=True))


FEW_POSTS = 20_000
"""On a larger portal, a word that a single post has is mostly a mistake itself, or a string of signs."""
_NEW = select(SearchWord.id, SearchWord.word).where(
    SearchWord.word.in_(param("words", many=True)), SearchWord.has_grams.is_(False), SearchWord.posts >= param("least")
)
