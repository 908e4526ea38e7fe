"""What of a source could not be read, and where it stands."""

from dataclasses import dataclass

from portal.core.errors import RondoError

MOST_PROBLEMS = 10_000


class NotADumpError(RondoError):
    """What was given, or a file in it, cannot be imported at all; the message says why."""


class RowError(Exception):
    """One row cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was left out: where it stands, and why."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class Problems(list[Problem]):
    """All of them; a folder of nothing but bad rows must not fill the memory."""

    def report(self, file: str, line: int, message: str) -> None:
        """Note what was left out."""
        if len(self) < MOST_PROBLEMS:
            self.append(Problem(file, line, message))
