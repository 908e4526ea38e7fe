"""What time it is. Everything that asks goes through here, so that tests and the demonstration can set the clock."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """Now, in UTC, with its zone."""
    return _standing.get() or datetime.now(UTC)


@contextmanager
def standing(moment: datetime) -> Generator[None]:
    """Let the clock stand at a moment, for whoever asks from within."""
    token = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(token)
