"""The whole index anew, while the portal runs: what is right stays as it is, so that people find all the time what
they found before, and the database belongs to others again after each few hundred posts."""

import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text, tuple_, update

from portal.core.db import ask, db, param, write
from portal.search.actions import indexing
from portal.search.actions.counting_words import Pair, add_counts, give_grams, mark, pairs_of
from portal.search.models import SearchWord
from portal.search.models.index import COUNTED, LEFT_OUT
from portal.search.queries.public import public
from portal.search.queries.texts import Text, entries, entry_of, sources, text_of
from portal.threads.models import Post

BATCH = 300
WORDS = 2_000
"""Rows of words that one transaction writes."""
IN_MEMORY = 60_000
"""Different words that are counted in memory before they go to a file."""
BREATH = 0.002
"""Seconds between two transactions in which others come to write."""


@dataclass(slots=True)
class Rebuilt:
    """What was done."""

    posts: int = 0
    written: int = 0
    words: int = 0


def posts() -> int:
    """How many posts there are."""
    return db.session.scalar(select(func.count()).select_from(Post)) or 0


def rebuild(step: Callable[[int], None] = lambda _posts: None) -> Rebuilt:
    """Index every post whose entry is not what it says, and count the words of all. Call it outside of write()."""
    done = Rebuilt()
    _mend()
    with tempfile.TemporaryDirectory() as folder:
        tally = _Tally(Path(folder))
        for ids in _batches():
            done.written += _index(ids, tally)
            done.posts += len(ids)
            step(len(ids))
            time.sleep(BREATH)
        done.words = _put_counts(tally)
        tally.close()
    return done


def _mend() -> None:
    """SQLite's own part of the index, if it is broken, from what our tables have."""
    if db.session.get_bind().dialect.name == "sqlite":
        try:
            write(_check)
        except Exception as error:
            if "malformed" not in str(error):
                raise
            write(lambda: ask(text("INSERT INTO search_index (search_index) VALUES ('rebuild')")))


def _check() -> None:
    ask(text("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"))


def _batches() -> Iterator[list[int]]:
    """The ids of all posts in the order of their entries."""
    after = (0, 0)
    while True:
        rows: list[Any] = ask(_NEXT, {"thread": after[0], "post": after[1], "most": BATCH}).all()
        db.session.rollback()
        if not rows:
            return
        yield [row.id for row in rows]
        after = (rows[-1].thread_id, rows[-1].id)


def _index(ids: Sequence[int], tally: "_Tally") -> int:
    """Index these posts; their words are made before anybody has to wait for us."""
    before = {source.post_id: text_of(source) for source in sources(ids)}
    kept, seen = entries(ids), public(list(ids))
    wrong = {post_id: each for post_id, each in before.items() if kept.get(post_id) != entry_of(each)}
    db.session.rollback()
    write(_write, ids, wrong, seen)
    for post_id, each in before.items():
        if post_id in seen:
            tally.add(pairs_of(each))
    return len(wrong)


def _write(ids: Sequence[int], wrong: Mapping[int, Text], seen: set[int]) -> None:
    if wrong:
        # Whoever changed a post since has indexed it.
        now = sources(list(wrong))
        indexing.put([wrong[source.post_id] for source in now if source == wrong[source.post_id].source])
    mark(seen, COUNTED)
    mark(set(ids) - seen, LEFT_OUT)


class _Tally:
    """Counts more words than there is memory for."""

    def __init__(self, folder: Path) -> None:
        self._found: Counter[Pair] = Counter()
        self._file = sqlite3.connect(folder / "words.db", isolation_level=None)
        self._file.execute("PRAGMA journal_mode=OFF")
        self._file.execute("PRAGMA synchronous=OFF")
        self._file.execute(
            "CREATE TABLE word (word TEXT, stem TEXT, posts INT, PRIMARY KEY (word, stem)) WITHOUT ROWID"
        )

    def add(self, found: set[Pair]) -> None:
        self._found.update(found)
        if len(self._found) > IN_MEMORY:
            self._spill()

    def _spill(self) -> None:
        rows = [(*pair, posts) for pair, posts in sorted(self._found.items())]
        self._file.execute("BEGIN")
        self._file.executemany(
            "INSERT INTO word VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET posts = posts + excluded.posts", rows
        )
        self._file.execute("COMMIT")
        self._found.clear()

    def take(self, pairs: Sequence[Pair]) -> dict[Pair, int]:
        """The counts of these; what is left afterwards are words that nobody knew."""
        found: dict[Pair, int] = {}
        for pair in pairs:
            row = self._file.execute("SELECT posts FROM word WHERE word = ? AND stem = ?", pair).fetchone()
            found[pair] = row[0] if row else 0
            self._file.execute("DELETE FROM word WHERE word = ? AND stem = ?", pair)
        return found

    def finish(self) -> None:
        self._spill()

    def left(self) -> Iterator[dict[Pair, int]]:
        """The rest, some at a time."""
        rows = self._file.execute("SELECT word, stem, posts FROM word ORDER BY word, stem")
        while batch := rows.fetchmany(WORDS):
            yield {(word, stem): count for word, stem, count in batch}

    def close(self) -> None:
        self._file.close()


def _put_counts(tally: _Tally) -> int:
    """Words that are known get the count that was found, the others are added."""
    tally.finish()
    after = words = 0
    while True:
        rows: list[Any] = ask(_KNOWN, {"after": after, "most": WORDS}).all()
        db.session.rollback()
        if not rows:
            break
        found = tally.take([(row.word, row.stem) for row in rows])
        write(_set, [{"b_id": row.id, "b_posts": found[row.word, row.stem]} for row in rows])
        write(give_grams, [row.word for row in rows if found[row.word, row.stem]])
        words, after = words + len(rows), rows[-1].id
    for new in tally.left():
        write(add_counts, new)
        words += len(new)
        time.sleep(BREATH)
    return words


def _set(rows: list[dict[str, int]]) -> None:
    db.session.connection().execute(_SET, rows)


_NEXT = (
    select(Post.id, Post.thread_id)
    .where(tuple_(Post.thread_id, Post.id) > tuple_(param("thread"), param("post")))
    .order_by(Post.thread_id, Post.id)
    .limit(param("most"))
)
_KNOWN = (
    select(SearchWord.id, SearchWord.word, SearchWord.stem)
    .where(SearchWord.id > param("after"))
    .order_by(SearchWord.id)
    .limit(param("most"))
)
_SET = update(SearchWord).where(SearchWord.id == param("b_id")).values(posts=param("b_posts"))
