"""Where uploads lie: a folder of ours, or any place that obstore knows. The names of files tell nothing.

Nothing is imported from obstore, and none of its threads run, where the folder is enough.
"""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from portal.config import Settings, in_force

if TYPE_CHECKING:
    from obstore.store import ObjectStore

SHARDS = tuple(f"{number:02x}" for number in range(256))
"""The folders that files are spread over, by the beginning of their key."""
PIECE = 256 * 1024
"""Bytes of a file that are held at once."""
_PROBE = "00/check-by-flask-doctor"


class Unreachable(Exception):
    """The place cannot be used; its text says why, for operators."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A file, piece by piece; it is opened when the first one is asked for."""

    size: int
    pieces: Iterator[bytes]


class Storage(Protocol):
    """What a place for files can do. Every one of them may raise Unreachable."""

    def put(self, name: str, data: bytes, media_type: str) -> None:
        """Keep a file; one of that name is replaced as a whole."""
        ...

    def open(self, name: str) -> Stream | None:
        """The file, or None where there is none."""
        ...

    def remove(self, names: Iterable[str]) -> None:
        """Throw files away; those that are not there are no trouble."""
        ...

    def names(self, shard: str) -> Iterator[tuple[str, datetime]]:
        """The files of one of the SHARDS, each with when it was kept."""
        ...

    def check(self) -> str:
        """Keep something and throw it away again; says where."""
        ...


def name_of(key: str, rest: str) -> str:
    """The name of a file in the storage."""
    return f"{key[:2]}/{key}{rest}"


def key_of(name: str) -> str:
    """The key in the name of a file."""
    return name.partition("/")[2][:32]


def storage(settings: Settings | None = None) -> Storage:
    """The one that the settings name."""
    settings = settings or in_force()
    return _remote(settings.uploads_url, os.getpid()) if settings.uploads_url else Folder(settings.uploads_folder)


@lru_cache(maxsize=4)
def _remote(address: str, _process: int) -> "Elsewhere":
    """One a process: its connections and threads are not shared by those that were forked."""
    return Elsewhere(address)


class Folder:
    """Files on this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, data: bytes, media_type: str) -> None:
        path = self.root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(file.name, path)
        except OSError as error:
            raise Unreachable(f"{path}: {error.strerror}") from None

    def open(self, name: str) -> Stream | None:
        path = self.root / name
        try:
            return Stream(path.stat().st_size, _pieces(path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unreachable(f"{path}: {error.strerror}") from None

    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            try:
                (self.root / name).unlink(missing_ok=True)
            except OSError as error:
                raise Unreachable(f"{self.root / name}: {error.strerror}") from None

    def names(self, shard: str) -> Iterator[tuple[str, datetime]]:
        folder = self.root / shard
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            yield f"{shard}/{path.name}", datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def check(self) -> str:
        self.put(_PROBE, b"", "")
        self.remove([_PROBE])
        return f"{self.root} ({shutil.disk_usage(self.root).free / 1024**3:.1f} GB free)"


class Elsewhere:
    """Files in S3 or another store, by its address. Keys and regions come from the environment that the store knows."""

    def __init__(self, address: str) -> None:
        from obstore.store import from_url

        self.address = address
        with _said(address):
            self.store: ObjectStore = from_url(address, mkdir=True) if self.is_local else from_url(address)

    @property
    def is_local(self) -> bool:
        """A folder all the same, which keeps no media types."""
        return self.address.startswith("file:")

    def put(self, name: str, data: bytes, media_type: str) -> None:
        import obstore

        attributes = {"Content-Type": media_type} if media_type and not self.is_local else None
        with _said(self.address):
            obstore.put(self.store, name, data, attributes=attributes)

    def open(self, name: str) -> Stream | None:
        import obstore

        with _said(self.address):
            try:
                found = obstore.get(self.store, name)
            except FileNotFoundError:
                return None
            size = found.meta["size"]
            return Stream(size, (bytes(piece) for piece in found.stream(min_chunk_size=PIECE)))

    def remove(self, names: Iterable[str]) -> None:
        import obstore

        for name in names:
            with _said(self.address):
                try:
                    obstore.delete(self.store, name)
                except FileNotFoundError:
                    continue

    def names(self, shard: str) -> Iterator[tuple[str, datetime]]:
        import obstore

        with _said(self.address):
            for some in obstore.list(self.store, shard, return_arrow=False):  # pyright: ignore[reportUnknownMemberType]
                for each in some:
                    yield each["path"], each["last_modified"]

    def check(self) -> str:
        self.put(_PROBE, b"", "")
        self.remove([_PROBE])
        return self.address


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


@contextmanager
def _said(address: str) -> Generator[None]:
    """Trouble with the store, said in one way: obstore has a class of its own for each kind of it."""
    try:
        yield
    except Exception as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise Unreachable(f"{address}: {first}") from error
