"""Where people let higher rooms act in their transaction. Filled once, when the application is made."""

from collections.abc import Mapping
from typing import Any, Protocol

from portal.people.models import Person


class SendLetter(Protocol):
    """Writes a letter: the name of its template, the person, the address if it is not the person's own, and what it
    says besides."""

    def __call__(
        self, kind: str, person: Person | None, *, address: str | None = None, data: Mapping[str, Any] | None = None
    ) -> Any: ...


class Erased(Protocol):
    """Forgets what the room keeps of a person who is being erased."""

    def __call__(self, person: Person) -> None: ...


class Claimed(Protocol):
    """Gives what the room keeps of a contact to the account that has confirmed the contact's address."""

    def __call__(self, person: Person, contact: Person) -> None: ...


letters: list[SendLetter] = []
erased: list[Erased] = []
claimed: list[Claimed] = []
address_gone: list[Erased] = []
"""A person has this address no longer, though they stay: called while the row still says which."""
address_set: list[Erased] = []
"""Staff gave a person another address."""
moved: list[Erased] = []
"""A person has another time zone."""
address_proved: list[Erased] = []
"""A person followed a link that went to their address."""


def send_letter(
    kind: str, person: Person | None, *, address: str | None = None, data: Mapping[str, Any] | None = None
) -> None:
    """Ask for a letter; it leaves when the transaction has ended.

    Without a person it goes to whoever has the address, if anyone does: only the worker looks.
    """
    for send in letters:
        send(kind, person, address=address, data=data)
