"""Reads an archive of a Discourse forum: topics as its `/t/<id>.json` has them, one a file or one a line.

Every topic is read, checked and let go: memory is that of the longest one.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

from portal.importing.problems import NotADumpError, Problems, RowError

LIKE = 2
LONGEST = 64 << 20
"""Bytes of a topic."""
ENDINGS = (".jsonl", ".jsonl.gz", ".json", ".json.gz")

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """A topic or a post as the archive has it. A value that is missing is None."""

    file: str
    line: int
    values: Values

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise RowError(f"{name} is not a text")
        return value

    def number(self, name: str) -> int | None:
        """A whole number that fits a database's integer."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**31 - 1:
            raise RowError(f"{name} is not a number: {str(value)[:40]}")
        return value

    def needed_number(self, name: str) -> int:
        number = self.number(name)
        if number is None:
            raise RowError(f"{name} is missing")
        return number

    def is_on(self, name: str) -> bool:
        return self.values.get(name) is True

    def needed_time(self, name: str) -> datetime:
        written = self.text(name)
        if not written:
            raise RowError(f"{name} is missing")
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            raise RowError(f"{name} is not a time: {written[:40]!r}") from None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    @property
    def likes(self) -> int:
        """How many liked a post; who, no archive tells."""
        actions = self.values.get("actions_summary")
        total = 0
        for each in cast(list[Any], actions) if isinstance(actions, list) else []:
            action: Values = cast(Values, each) if isinstance(each, dict) else {}
            count = action.get("count")
            total += count if action.get("id") == LIKE and isinstance(count, int) else 0
        return total


@dataclass(frozen=True, slots=True)
class Topic(Item):
    """With its posts in the order of their numbers. At least the opening post is there."""

    id: int
    category: int
    posts: list["Written"]


@dataclass(frozen=True, slots=True)
class Written(Item):
    """A post: what nothing can be made without is checked."""

    id: int
    number_there: int
    at: datetime
    user_id: int
    username: str


@dataclass(slots=True)
class Archive:
    """A folder of topics. What could not be read is collected in `problems`."""

    folder: Path
    problems: Problems = field(default_factory=Problems)
    step: Callable[[int], None] = lambda _bytes: None
    """Hears how many bytes of a file were read."""
    _quiet: bool = False

    def __post_init__(self) -> None:
        if not self.folder.is_dir():
            raise NotADumpError(f"{self.folder} is not a folder")
        if not self.files:
            raise NotADumpError(f"{self.folder} has no topics: files that end in {', '.join(ENDINGS)}")

    @property
    def files(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if path.name.lower().endswith(ENDINGS))

    @property
    def size(self) -> int:
        return sum(path.stat().st_size for path in self.files)

    def topics(self, *, again: bool = False) -> Iterator[Topic]:
        """All topics in the order of the files; what cannot be read is told of the first time only."""
        self._quiet = again
        for path in self.files:
            for line, text in self._lines(path):
                if not text.strip():
                    continue
                try:
                    yield self._topic(path.name, line, text)
                except RowError as error:
                    self._tell(path.name, line, str(error))

    def _tell(self, file: str, line: int, message: str) -> None:
        if not self._quiet:
            self.problems.report(file, line, message)

    def _lines(self, path: Path) -> Iterator[tuple[int, bytes]]:
        is_lines = ".jsonl" in path.name.lower()
        line = 0
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            content = cast(IO[bytes], gzip.GzipFile(fileobj=raw) if packed else raw)
            done = 0
            try:
                while text := content.readline(LONGEST) if is_lines else content.read(LONGEST):
                    line += 1
                    yield line, text
                    self.step(raw.tell() - done)
                    done = raw.tell()
            except (EOFError, OSError, zlib.error) as error:
                self._tell(path.name, line + 1, f"the file cannot be read further: {error}")

    def _topic(self, file: str, line: int, text: bytes) -> Topic:
        try:
            values = json.loads(text.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise RowError(f"the topic is not JSON: {error}") from None
        if not isinstance(values, dict):
            raise RowError("the topic is not an object")
        item = Item(file, line, cast(Values, values))
        id_, title = item.needed_number("id"), item.text("title")
        if not title.strip():
            raise RowError(f"topic {id_}: title is missing")
        stream = item.values.get("post_stream")
        written = cast(Values, stream).get("posts") if isinstance(stream, dict) else None
        posts = list(self._posts(item, id_, cast(list[Any], written) if isinstance(written, list) else []))
        if not posts:
            raise RowError(f"topic {id_}: it has no posts")
        for heavy in ("suggested_topics", "details", "post_stream"):
            item.values.pop(heavy, None)
        posts.sort(key=lambda post: post.number_there)
        return Topic(file, line, item.values, id_, item.needed_number("category_id"), posts)

    def _posts(self, topic: Item, id_: int, written: list[Any]) -> Iterator[Written]:
        for each in written:
            values: Values = cast(Values, each) if isinstance(each, dict) else {}
            post = Item(topic.file, topic.line, values)
            try:
                yield _checked(post)
            except RowError as error:
                self._tell(topic.file, topic.line, f"topic {id_}, post {values.get('id', '?')}: {error}")


def _checked(post: Item) -> Written:
    for name in ("reply_to_post_number", "version", "post_type"):
        post.number(name)
    for name in ("name", "edit_reason", "action_code", "cooked"):
        post.text(name)
    if not post.text("username"):
        raise RowError("username is missing")
    if post.number(
        "version",
    ) not in (None, 1):
        post.needed_time("updated_at")
    return Written(
        post.file,
        post.line,
        post.values,
        post.needed_number("id"),
        post.needed_number("post_number"),
        post.needed_time("created_at"),
        post.needed_number("user_id"),
        post.text("username"),
    )
