"""What an archive holds, noted on disk in a first reading: who wrote, and which post has which id.

A quote says whom it quotes by name, topic and number, and a link to a post has a topic and a number: both may be read
before the post that they mean.
"""

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from portal.core.markup import mention_key
from portal.importing.discourse.reading import Archive, Topic, Written

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE topic (id INTEGER PRIMARY KEY, category INTEGER, file TEXT, line INTEGER);
CREATE TABLE post (topic INTEGER, number INTEGER, id INTEGER, PRIMARY KEY (topic, number)) WITHOUT ROWID;
CREATE TABLE post_id (id INTEGER PRIMARY KEY, topic INTEGER);
CREATE TABLE person (id INTEGER PRIMARY KEY, username TEXT, key TEXT, name TEXT, at TEXT);
CREATE INDEX person_key ON person (key);
"""


@dataclass(frozen=True, slots=True)
class Someone:
    """Who wrote there; `since` is when we first hear of them."""

    id: int
    username: str
    name: str
    since: datetime


@contextmanager
def noting() -> Generator["Contents"]:
    """A place on disk to note it in, gone afterwards."""
    with (
        TemporaryDirectory(prefix="rondo-import-") as folder,
        closing(sqlite3.connect(Path(folder) / "contents.db")) as db,
    ):
        db.isolation_level = None
        db.executescript(_TABLES)
        yield Contents(db)


class Contents:
    """Of all topics, what the others refer to."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def fill(self, archive: Archive) -> None:
        """Read the archive. A topic or a post that is there twice counts the first time; the second is a problem."""
        self._db.execute("BEGIN")
        for topic in archive.topics():
            if self._is_new("topic", (topic.id, topic.category, topic.file, topic.line)):
                for post in topic.posts:
                    self._note(archive, topic, post)
            else:
                archive.problems.report(topic.file, topic.line, f"topic {topic.id} is there twice")
        self._db.execute("COMMIT")

    def _note(self, archive: Archive, topic: Topic, post: Written) -> None:
        if not self._is_new("post_id", (post.id, topic.id)):
            archive.problems.report(topic.file, topic.line, f"topic {topic.id}: post {post.id} is there twice")
            return
        self._is_new("post", (topic.id, post.number_there, post.id))
        row = (post.user_id, post.username, _key(post.username), post.text("name"), post.at.isoformat())
        self._db.execute(
            "INSERT INTO person VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET at = min(at, excluded.at)", row
        )

    def _is_new(self, table: str, row: Sequence[object]) -> bool:
        marks = ", ".join("?" for _ in row)
        return self._db.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row).rowcount > 0  # noqa: S608

    @property
    def categories(self) -> set[int]:
        return {row[0] for row in self._db.execute("SELECT DISTINCT category FROM topic")}

    @property
    def posts(self) -> int:
        """How many there are."""
        return self._db.execute("SELECT count(*) FROM post_id").fetchone()[0]

    def people(self) -> Iterator[Someone]:
        """Everyone who wrote, in the order of their ids."""
        for id_, username, name, at in self._db.execute("SELECT id, username, name, at FROM person ORDER BY id"):
            yield Someone(id_, username, name, datetime.fromisoformat(at))

    def home(self, post_id: int) -> int | None:
        """The topic in which a post was found first."""
        found = self._db.execute("SELECT topic FROM post_id WHERE id = ?", (post_id,)).fetchone()
        return found[0] if found else None

    def is_first(self, topic: Topic) -> bool:
        """Whether this is the place where the topic was found first."""
        found = self._db.execute("SELECT file, line FROM topic WHERE id = ?", (topic.id,)).fetchone()
        return found == (topic.file, topic.line)

    def has_topic(self, topic: int) -> bool:
        return self._db.execute("SELECT 1 FROM topic WHERE id = ?", (topic,)).fetchone() is not None

    def has_post(self, post_id: int) -> bool:
        return self.home(post_id) is not None

    def post_of(self, topic: int, number: int) -> int | None:
        """The id of a post by its place."""
        found = self._db.execute("SELECT id FROM post WHERE topic = ? AND number = ?", (topic, number)).fetchone()
        return found[0] if found else None

    def ids_of(self, keys: Sequence[str]) -> dict[str, int]:
        """The ids of people by their usernames, as mention_key compares them."""
        marks = ", ".join("?" for _ in keys)
        rows = self._db.execute(f"SELECT key, id FROM person WHERE key IN ({marks})", tuple(keys))  # noqa: S608
        return dict(rows.fetchall())


def _key(username: str) -> str:
    """A username as a mention of it is read: without marks at its end."""
    return mention_key(username.rstrip("_.-"))
