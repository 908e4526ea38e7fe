"""The dump sorted by thread, in a temporary file: a question with its answers, their comments and their history.

The tables come in the order of their ids, so what belongs together is far apart. Sorted on disk, a conversation of
any dump can be taken out whole, and memory stays the same whatever the size.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from portal.importing.problems import RowError
from portal.importing.report import Report
from portal.importing.stackexchange.reading import Dump, Row
from portal.importing.stackexchange.statuses import Moderators

QUESTION, ANSWER, EXCERPT, WIKI = 1, 2, 4, 5
_ACCEPTING = 1

TABLES = ("Posts", "Comments", "PostHistory", "Votes")

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE post (
  id INTEGER PRIMARY KEY, kind INTEGER, parent INTEGER, at TEXT, file TEXT, line INTEGER, data TEXT
);
CREATE TABLE comment (id INTEGER PRIMARY KEY, parent INTEGER, at TEXT, file TEXT, line INTEGER, data TEXT);
CREATE TABLE history (id INTEGER PRIMARY KEY, parent INTEGER, at TEXT, file TEXT, line INTEGER, data TEXT);
CREATE TABLE accepted (parent INTEGER PRIMARY KEY, at TEXT);
CREATE TABLE link (origin INTEGER, target INTEGER, kind TEXT, PRIMARY KEY (origin, target, kind)) WITHOUT ROWID;
CREATE INDEX post_parent ON post (parent);
CREATE INDEX post_kind ON post (kind);
CREATE INDEX comment_parent ON comment (parent);
CREATE INDEX history_parent ON history (parent);
"""


@dataclass(slots=True)
class Contribution:
    """A question or an answer as the dump has it, with what hangs on it."""

    id: int
    row: Row
    comments: list[tuple[int, Row]] = field(default_factory=list[tuple[int, Row]])
    history: list[Row] = field(default_factory=list[Row])
    accepted_at: datetime | None = None


@dataclass(slots=True)
class Conversation:
    """A question and its answers, in the order of time."""

    question: Contribution
    answers: list[Contribution] = field(default_factory=list[Contribution])

    @property
    def contributions(self) -> list[Contribution]:
        return [self.question, *self.answers]


@contextmanager
def sorting(dump: Dump, report: Report) -> Generator["SortedDump"]:
    """A place on disk to sort the dump in, gone afterwards."""
    with (
        TemporaryDirectory(prefix="rondo-import-") as folder,
        closing(sqlite3.connect(Path(folder) / "sorted.db")) as db,
    ):
        db.isolation_level = None
        db.executescript(_TABLES)
        yield SortedDump(db, dump, report)


class SortedDump:
    """What the dump holds, by thread. Rows that belong nowhere are counted in the report, by cause."""

    def __init__(self, connection: sqlite3.Connection, dump: Dump, report: Report) -> None:
        self._db = connection
        self._dump = dump
        self._report = report
        self._moderators = Moderators()

    def fill(self) -> None:
        """Take the tables in."""
        self._db.execute("BEGIN")
        takers = (self._take_post, self._take_comment, self._take_history, self._take_vote)
        for table, take in zip(TABLES, takers, strict=True):
            self._each(table, take)
            if table == "Posts":
                self._leave_out_orphans()
        self._db.execute("COMMIT")

    @property
    def moderators(self) -> Collection[str]:
        """The ids there of those whom the history shows at work as moderators."""
        return self._moderators.ids

    @property
    def contributions(self) -> int:
        """How many questions and answers there are."""
        return self._db.execute("SELECT count(*) FROM post WHERE kind IN (?, ?)", (QUESTION, ANSWER)).fetchone()[0]

    def thread_of(self, post_id: int) -> int | None:
        """The id of the question that a question or an answer belongs to."""
        found = self._db.execute(
            "SELECT coalesce(parent, id) FROM post WHERE id = ? AND kind IN (?, ?)", (post_id, QUESTION, ANSWER)
        ).fetchone()
        return found[0] if found else None

    def excerpt(self, post_id: int) -> str:
        """The body of a tag's excerpt, in HTML."""
        found = self._db.execute("SELECT data FROM post WHERE id = ? AND kind = ?", (post_id, EXCERPT)).fetchone()
        return json.loads(found[0]).get("Body", "") if found else ""

    def is_first_link(self, origin: int, target: int, kind: str) -> bool:
        """Whether no link of this kind between these two was asked about before."""
        done = self._db.execute("INSERT OR IGNORE INTO link VALUES (?, ?, ?)", (origin, target, kind))
        return done.rowcount > 0

    def batches(self, size: int) -> Iterator[list[Conversation]]:
        """All conversations in the order of their questions' ids, some at a time."""
        last = -(2**63)
        while questions := self._contributions("kind = ? AND id > ? ORDER BY id LIMIT ?", QUESTION, last, size):
            last = questions[-1].id
            batch = {question.id: Conversation(question) for question in questions}
            for answer in self._contributions(f"parent IN ({_marks(batch)}) ORDER BY at, id", *batch):
                batch[answer.row.needed_number("ParentId")].answers.append(answer)
            self._hang_on({post.id: post for thread in batch.values() for post in thread.contributions})
            yield list(batch.values())

    def _contributions(self, where: str, *values: object) -> list[Contribution]:
        rows = self._db.execute(f"SELECT id, file, line, data FROM post WHERE {where}", values)  # noqa: S608
        return [Contribution(id_, _row(*rest)) for id_, *rest in rows]

    def _hang_on(self, posts: dict[int, Contribution]) -> None:
        for parent, id_, *rest in self._of("id, file, line, data", "comment", posts, "at, id"):
            posts[parent].comments.append((id_, _row(*rest)))
        for parent, *rest in self._of("file, line, data", "history", posts, "id"):
            posts[parent].history.append(_row(*rest))
        for parent, at in self._of("at", "accepted", posts, "at"):
            posts[parent].accepted_at = datetime.fromisoformat(at)

    def _of(self, columns: str, table: str, posts: Sequence[int] | dict[int, Any], order: str) -> sqlite3.Cursor:
        return self._db.execute(
            f"SELECT parent, {columns} FROM {table} WHERE parent IN ({_marks(posts)}) ORDER BY {order}",  # noqa: S608
            tuple(posts),
        )

    def _each(self, table: str, take: Callable[[Row], None]) -> None:
        for row in self._dump.rows(table):
            try:
                take(row)
            except RowError as error:
                self._dump.problems.report(row.file, row.line, str(error))

    def _take_post(self, row: Row) -> None:
        kind = row.needed_number("PostTypeId")
        if kind not in (QUESTION, ANSWER, EXCERPT):
            self._report.skipped["tag_wikis" if kind == WIKI else f"posts_of_type_{kind}"] += 1
        if kind == QUESTION and not row.text("Title"):
            raise RowError("Title is missing")
        parent = row.needed_number("ParentId") if kind == ANSWER else None
        _check(
            row,
            numbers=("Score", "ViewCount", "OwnerUserId", "LastEditorUserId", "AcceptedAnswerId"),
            times=("LastEditDate", "ClosedDate", "CommunityOwnedDate"),
        )
        self._insert("post", row, row.needed_time("CreationDate"), kind, parent)

    def _take_comment(self, row: Row) -> None:
        at, parent = row.needed_time("CreationDate"), row.needed_number("PostId")
        _check(row, numbers=("Score", "UserId"))
        if not row.text("Text"):
            raise RowError("Text is missing")
        if self._belongs("comments", parent):
            self._insert("comment", row, at, parent)

    def _take_history(self, row: Row) -> None:
        at, parent = row.needed_time("CreationDate"), row.needed_number("PostId")
        row.needed_number("PostHistoryTypeId")
        _check(row, numbers=("UserId",))
        self._moderators.see(row)
        if self._belongs("history", parent):
            self._insert("history", row, at, parent)

    def _take_vote(self, row: Row) -> None:
        parent, kind = row.needed_number("PostId"), row.needed_number("VoteTypeId")
        if self._belongs("votes", parent) and kind == _ACCEPTING:
            self._db.execute(
                "INSERT OR REPLACE INTO accepted VALUES (?, ?)", (parent, row.needed_time("CreationDate").isoformat())
            )

    def _belongs(self, what: str, post_id: int) -> bool:
        """Whether a post is a question or an answer; if not, what hangs on it is counted as left out."""
        found = self._db.execute("SELECT kind FROM post WHERE id = ?", (post_id,)).fetchone()
        if found is None or found[0] not in (QUESTION, ANSWER):
            self._report.skipped[f"{what}_on_{'posts_of_other_kinds' if found else 'missing_posts'}"] += 1
            return False
        return True

    def _insert(self, table: str, row: Row, at: datetime, *key: int | None) -> None:
        values = (row.needed_number("Id"), *key, at.isoformat(), row.file, row.line, json.dumps(row.values))
        try:
            self._db.execute(f"INSERT INTO {table} VALUES ({_marks(values)})", values)  # noqa: S608
        except sqlite3.IntegrityError:
            raise RowError(f"Id {values[0]} is there twice") from None

    def _leave_out_orphans(self) -> None:
        """Answers whose question is not there: what hangs on them then is left out too."""
        orphans = "kind = ? AND parent NOT IN (SELECT id FROM post WHERE kind = ?)"
        gone = self._db.execute(f"DELETE FROM post WHERE {orphans}", (ANSWER, QUESTION)).rowcount  # noqa: S608
        if gone:
            self._report.skipped["answers_to_missing_questions"] = gone


def _check(row: Row, *, numbers: Iterable[str], times: Iterable[str] = ()) -> None:
    """RowError if one of these is there and is not what it should be."""
    for name in numbers:
        row.number(name)
    for name in times:
        row.time(name)


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)


def _row(file: str, line: int, data: str) -> Row:
    return Row(file, line, json.loads(data))
