"""Where rooms above act in the transaction of a change to the portal. Filled in create_app."""

from collections.abc import Callable

on_hours: list[Callable[[], None]] = []
"""The business hours or the time zone they are in are others now."""


def hours_changed() -> None:
    """Tell whoever counts in business hours."""
    for hook in on_hours:
        hook()
