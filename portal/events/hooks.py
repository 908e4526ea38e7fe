"""Where rooms above hear of an event, in the transaction that records it. Filled in create_app."""

from collections.abc import Callable

from portal.events.models import Event

due: list[Callable[[], None]] = []
"""Called for one that people are to be told of: wakes whoever tells them."""
recorded: list[Callable[[Event], None]] = []
"""Called for each."""
