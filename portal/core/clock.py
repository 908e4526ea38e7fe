"""What time it is. Everything that asks goes through here, so that tests can set the clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """Now, in UTC, with its zone."""
    return datetime.now(UTC)
