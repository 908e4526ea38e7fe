"""Letters of a test: sent into the outbox, and read there."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

from flask import Flask

from portal.delivery import sending


def sent(app: Flask) -> list[EmailMessage]:
    """Send what is due, and return the letters that went out since last asked, the oldest first."""
    folder = Path(app.config["RONDO"].data_dir) / "outbox"
    for old in folder.glob("*.eml"):
        old.unlink()
    sending.deliver_due()
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [cast(EmailMessage, message_from_bytes(path.read_bytes(), policy=default)) for path in paths]


def text(letter: EmailMessage) -> str:
    """A letter as text."""
    return cast(EmailMessage, letter.get_body(("plain",))).get_content().replace("\r\n", "\n")


def html(letter: EmailMessage) -> str:
    """A letter as HTML."""
    return cast(EmailMessage, letter.get_body(("html",))).get_content()


def links(letter: EmailMessage) -> list[str]:
    """The addresses in a letter, but for the portal's own at its end."""
    return re.findall(r"https?://\S+/\S+", text(letter))


def path_of(letter: EmailMessage) -> str:
    """Where the first link of a letter leads, within the portal."""
    return "/" + links(letter)[0].split("/", 3)[3]
