"""A letter as it is handed over: its headers, and its two parts."""

import secrets
from binascii import b2a_qp
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from urllib.parse import urlsplit

from portal.config import Settings, in_force
from portal.core.clock import now
from portal.delivery.addresses import bounce_address, reply_address
from portal.delivery.letters.content import Content
from portal.delivery.letters.drawing import Drawn
from portal.delivery.models import Delivery
from portal.people.addresses import parsed

WRITTEN = ("From", "Subject")
"""Headers in which words of people stand: the library folds and encodes them. All others are ours, short or never to be
folded, and written as they are: taking them apart and together again takes longer than all the rest of a letter."""
LONGEST_LINE = 900
"""Bytes of a line that is sent as it is; RFC 5321 allows 998."""
POLICY = EmailPolicy(linesep="\r\n")


class Letter:
    """A message of two parts, and what whoever sends it needs to know besides."""

    def __init__(self, *, sender: str, to: str, message_id: str) -> None:
        self.sender, self.to, self.message_id = sender, to, message_id
        """Who it is from and whom it goes to, as bare addresses; and its id, which stays however often it is sent."""
        self.comes_back_to: str | None = None
        """The sender on its envelope, by which it is known again if it comes back; None: as in From."""
        self.left_out: dict[int, str] = {}
        """Notices that it was to tell of and does not, with the cause for the ledger: they are not told by it."""
        self.head: list[str] = []
        self.body = b""

    def say(self, name: str, value: str) -> None:
        """One header. Raises ValueError for what would be more than one."""
        if name in WRITTEN:
            self.head.append(_folded(name, value))
        elif value.isascii() and value.isprintable():
            self.head.append(f"{name}: {value}\r\n")
        else:
            raise ValueError(f"{name}: {value!r}")

    def as_bytes(self) -> bytes:
        """As it goes to a mail server."""
        return "".join(self.head).encode("ascii") + self.body


def envelope(settings: Settings, name: str, *, to: str, message_id: str) -> Letter:
    """A letter without words. Its id stays the same however often it is sent; no machine shall answer it, but for
    saying that it did not arrive."""
    given, sender = parseaddr(settings.sender)
    letter = Letter(sender=sender, to=parsed(to).ascii, message_id=message_id)
    letter.say("From", formataddr((given or name, sender)))
    letter.say("To", letter.to)
    letter.say("Date", format_datetime(now()))
    letter.say("Message-ID", message_id)
    letter.say("Auto-Submitted", "auto-generated")
    letter.say("X-Auto-Response-Suppress", "DR, RN, NRN, OOF, AutoReply")
    return letter


def address_it(message: Letter, letter: Delivery, content: Content, *, off: str = "") -> None:
    """What makes a thread of letters about a thread, says how to have no more of them (at the address `off`, for news),
    and where answers go."""
    settings = in_force()
    host = urlsplit(settings.address).hostname
    message.comes_back_to = bounce_address(letter.id)
    if content.thread_id is not None:
        message.say("In-Reply-To", f"<thread-{content.thread_id}@{host}>")
        message.say("References", f"<thread-{content.thread_id}@{host}>")
    if not off:
        return
    message.say("List-Id", f"<notices.{host}>")
    message.say("List-Unsubscribe", f"<{off}>")
    message.say("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    message.say("Precedence", "bulk")
    answers = reply_address(letter.id) if content.can_reply else None
    if answers:
        message.say("Reply-To", answers)


def fill(message: Letter, said: Drawn, *, language: str = "") -> None:
    """The subject, and the same words twice: as text, and as HTML for who prefers it."""
    message.say("Subject", said.subject)
    if language:
        message.say("Content-Language", language)
    # Nobody who has something quoted in a letter must be able to guess it, and to write where a part ends.
    boundary = f"=-{secrets.token_hex(16)}"
    message.say("MIME-Version", "1.0")
    message.say("Content-Type", f'multipart/alternative; boundary="{boundary}"')
    cut = f"\r\n--{boundary}".encode("ascii")
    parts = _part(said.text, "plain"), _part(said.html, "html")
    message.body = cut + b"\r\n" + (cut + b"\r\n").join(parts) + cut + b"--\r\n"


def _part(words: str, kind: str) -> bytes:
    lines = words.encode().splitlines()
    if words.isascii() and max(map(len, lines), default=0) < LONGEST_LINE:
        encoding, body = "7bit", b"\r\n".join((*lines, b""))
    else:
        encoding, body = "quoted-printable", b2a_qp(b"\n".join((*lines, b""))).replace(b"\n", b"\r\n")
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode("ascii") + body


@lru_cache(maxsize=256)
def _folded(name: str, value: str) -> str:
    """A whole header, in lines that are short enough and ASCII. Many letters have the same. Raises ValueError."""
    return POLICY.fold(*POLICY.header_store_parse(name, value))
