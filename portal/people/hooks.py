"""Where people let higher rooms act in their transaction. Filled once, when the application is made."""

from typing import Any, Protocol

from portal.people.models import Person


class SendLetter(Protocol):
    """Writes a letter: the name of its template, the person, and the address if it is not the person's own."""

    def __call__(self, kind: str, person: Person | None, *, address: str | None = None) -> Any: ...


class Erased(Protocol):
    """Forgets what the room keeps of a person who is being erased."""

    def __call__(self, person: Person) -> None: ...


letters: list[SendLetter] = []
erased: list[Erased] = []


def send_letter(kind: str, person: Person | None, *, address: str | None = None) -> None:
    """Ask for a letter; it leaves when the transaction has ended.

    Without a person it goes to whoever has the address, if anyone does: only the worker looks.
    """
    for send in letters:
        send(kind, person, address=address)
