"""Reads the tables of a Stack Exchange dump, one row at a time, whatever their size.

A table is one XML file of `<row .../>` elements. The files differ: with a byte order mark or without, CRLF or LF,
gzipped or plain, `Posts.xml` or `posts.xml`, with columns that other years do not have. In well-formed XML a raw `<`
cannot stand inside an attribute, so every `<row` begins a row: the text is cut there, and each row is parsed as a
document of its own. One bad row is then one bad row, and no row can declare an entity.
"""

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, TextIO, cast
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring

from portal.importing.problems import NotADumpError, Problems, RowError

CHUNK = BEGINNING = 1 << 16
LONGEST_ROW = 8 << 20
TABLES = ("Posts", "Users", "Comments", "Tags", "Votes", "PostLinks", "PostHistory")

_ROW = re.compile(r"<row(?=[\s/>])")
_CONTROLS = re.compile(r"&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));", re.IGNORECASE)
_LONE_SURROGATES = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. An attribute that is missing or empty is None."""

    file: str
    line: int
    values: dict[str, str]

    def text(self, name: str) -> str | None:
        return self.values.get(name) or None

    def number(self, name: str) -> int | None:
        """A whole number that fits a database's integer; RowError if it is neither that nor missing."""
        value = self.text(name)
        if value is None:
            return None
        try:
            number = int(value)
        except ValueError:
            raise RowError(f"{name} is not a number: {value[:40]!r}") from None
        if abs(number) > 2**31 - 1:
            raise RowError(f"{name} is out of range: {value[:40]}")
        return number

    def needed_number(self, name: str) -> int:
        number = self.number(name)
        if number is None:
            raise RowError(f"{name} is missing")
        return number

    def time(self, name: str) -> datetime | None:
        """A point in time, in UTC; dumps write it without a zone."""
        value = self.text(name)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise RowError(f"{name} is not a time: {value[:40]!r}") from None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def needed_time(self, name: str) -> datetime:
        moment = self.time(name)
        if moment is None:
            raise RowError(f"{name} is missing")
        return moment


@dataclass(slots=True)
class Dump:
    """A folder of tables. What could not be read is collected in `problems`."""

    folder: Path
    problems: Problems = field(default_factory=Problems)
    step: Callable[[int], None] = lambda _bytes: None
    """Hears how many bytes of a file were read."""

    def __post_init__(self) -> None:
        if not self.folder.is_dir():
            raise NotADumpError(f"{self.folder} is not a folder")
        if self.find("Posts") is None:
            packed = any(path.suffix.lower() == ".7z" for path in self.folder.iterdir())
            hint = "; unpack the .7z archives first" if packed else ""
            raise NotADumpError(f"{self.folder} has no Posts.xml or Posts.xml.gz{hint}")
        for table in TABLES:
            if (path := self.find(table)) is not None and not _holds(path, table):
                raise NotADumpError(f"{path.name} is no table of a dump: it does not begin with <{table.lower()}>")

    def find(self, table: str) -> Path | None:
        """The file of a table, whatever its case; the plain one if it is there gzipped too."""
        wanted = (f"{table}.xml".lower(), f"{table}.xml.gz".lower())
        found = {path.name.lower(): path for path in sorted(self.folder.iterdir(), reverse=True)}
        return next((found[name] for name in wanted if name in found), None)

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table in the order of the file; none if the dump does not have the table."""
        path = self.find(table)
        if path is None:
            return
        for line, text in self._cut(path):
            try:
                yield Row(path.name, line, _parse(text))
            except RowError as error:
                self.problems.report(path.name, line, str(error))

    def size(self, *tables: str) -> int:
        """The bytes of these tables' files."""
        return sum(path.stat().st_size for path in map(self.find, tables) if path)

    def _cut(self, path: Path) -> Iterator[tuple[int, str]]:
        cutter = _Cutter(path.name)
        with path.open("rb") as raw:
            try:
                text = _decoded(raw)
                done = 0
                while chunk := text.read(CHUNK):
                    yield from cutter.feed(chunk)
                    self.step(raw.tell() - done)
                    done = raw.tell()
            except (EOFError, OSError, zlib.error) as error:
                self.problems.report(path.name, cutter.line, f"the file cannot be read further: {error}")
        yield from cutter.finish()


def _holds(path: Path, table: str) -> bool:
    """Whether a file begins as this table does. One that breaks off there is found when its rows are read."""
    try:
        with path.open("rb") as raw, _decoded(raw) as text:
            return bool(re.search(rf"<(row|{table})(?=[\s/>])|<!ENTITY", text.read(BEGINNING), re.IGNORECASE))
    except (EOFError, OSError, zlib.error):
        return True


def _decoded(raw: BinaryIO) -> TextIO:
    zipped = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    binary = gzip.GzipFile(fileobj=raw) if zipped else raw
    return io.TextIOWrapper(cast(BinaryIO, binary), encoding="utf-8-sig", errors="surrogateescape", newline="")


def _parse(text: str) -> dict[str, str]:
    if len(text) >= LONGEST_ROW:
        raise RowError(f"the row is longer than {LONGEST_ROW >> 20} MB")
    if _LONE_SURROGATES.search(text):
        raise RowError("the row is not UTF-8")
    # Old dumps hold references to control characters, which XML forbids and no reader would miss.
    text = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)
    try:
        return dict(fromstring(text).attrib)
    except ParseError as error:
        raise RowError(f"the row is not well-formed: {error}") from None


class _Cutter:
    """Cuts a stream of text into rows, and knows the line on which each begins."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.line = 1
        self._rest = ""

    def feed(self, chunk: str) -> Iterator[tuple[int, str]]:
        seen = max(len(self._rest) - len("<row"), 1)
        text = self._rest + chunk
        start = 0
        while found := _ROW.search(text, max(start + 1, seen)):
            yield from self._piece(text[start : found.start()])
            start = found.start()
        self._keep(text[start:])

    def finish(self) -> Iterator[tuple[int, str]]:
        yield from self._piece(self._rest)

    def _piece(self, piece: str) -> Iterator[tuple[int, str]]:
        """What stands between two beginnings of rows: the header, or one row and what follows it."""
        if _ROW.match(piece):
            text, closing, _ = piece.partition("</row>")
            end = text.find("<", 1)
            yield self.line, text + closing if end < 0 else text[:end]
        elif "<!ENTITY" in piece:
            raise NotADumpError(f"{self.name} declares XML entities; no dump does")
        self.line += piece.count("\n")

    def _keep(self, rest: str) -> None:
        """Holds what waits for its end; of a row that is too long, only as much as shows that it is."""
        if len(rest) > LONGEST_ROW + CHUNK:
            dropped = rest[LONGEST_ROW : -len("<row")]
            self.line += dropped.count("\n")
            rest = rest[:LONGEST_ROW] + rest[-len("<row") :]
        self._rest = rest
