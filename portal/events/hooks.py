"""Where an event that people are to be told of wakes whoever tells them. Filled in create_app."""

from collections.abc import Callable

due: list[Callable[[], None]] = []
"""Called in the transaction that recorded it."""
