"""What a letter is made of, before it is drawn."""

from dataclasses import dataclass, field
from typing import Any

from portal.people.models import Person


class NotAnyMore(Exception):
    """What the letter is about is no longer so, and it is not sent; why. `cause`: as the ledger says it."""

    def __init__(self, why: str, *, cause: str = "") -> None:
        super().__init__(why)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Content:
    """Which template, in whose language, and what it needs beside the name and the address of the portal."""

    template: str
    reader: Person
    links: tuple[tuple[str, str], ...] = ()
    """For each a username, if it is to be told apart from others, and a path."""
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    """What else the template says."""
    news: bool = False
    """Whether it can be switched off: all but what concerns the account itself."""
    sort: str = ""
    """Which sort of news it is; empty where it is of several."""
    thread_id: int | None = None
    """The thread it is about: in the mail program, its letters stand together."""
    can_reply: bool = False
    """Whether what is answered to it becomes a post there."""
    left_out: dict[int, str] = field(default_factory=dict[int, str])
    """Notices that it was to tell of and does not, and why, as the ledger says it."""


def unlinked(name: str) -> str:
    """A name that people chose, so that no mail program takes it for an address of the web and makes it a link."""
    return name.replace(".", ".\u2060").replace(":", ":\u2060")
