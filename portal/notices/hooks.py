"""Where rooms above say how people are told of an event, and act once they were. Filled in create_app."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.events.models import Event


@dataclass(frozen=True, slots=True)
class Span:
    """The people of one step, by their ids: above the one, up to the other. None: no one is left above it."""

    above: int
    up_to: int | None


Teller = Callable[[Event, int], int | None]
"""Tells the next people of an event, those above this id, in the transaction under way. Returns up to which id everyone
has been seen to now; None once that is all of them."""

tellers: dict[str, Teller] = {}
"""By the kind of event."""
made: list[Callable[[Event, Span], None]] = []
"""These people have their notices of it, in the same transaction."""
