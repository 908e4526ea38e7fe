"""The headers of a letter, and its two parts."""

from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from portal.config import Settings, in_force
from portal.core.clock import now
from portal.delivery.addresses import bounce_address, reply_address
from portal.delivery.letters.content import Content
from portal.delivery.letters.drawing import Drawn
from portal.delivery.links import unsubscribe_path
from portal.delivery.models import Delivery
from portal.people.addresses import parsed

WHOLE = ("list-unsubscribe", "list-id")
"""Headers that stay on one line: a long address that is folded is written as no program reads it."""


OURS = (
    *("message-id", "date", "to", "in-reply-to", "references", "auto-submitted", "x-auto-response-suppress"),
    *("precedence", "list-unsubscribe-post", "reply-to", "content-language", "mime-version", *WHOLE),
)
"""Headers in which nothing stands that people write."""


class _Policy(EmailPolicy):
    """What is said by us is not parsed: that takes longer than all the rest of a letter."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        if name.lower() in OURS and isinstance(value, str) and value.isascii() and value.isprintable():
            return name, value
        return super().header_store_parse(name, value)

    def fold(self, name: str, value: Any) -> str:
        if name.lower() in WHOLE:
            return f"{name}: {value}{self.linesep}"
        return super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in WHOLE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n")


class Letter(EmailMessage):
    """A message, and what whoever sends it needs to know besides."""

    def __init__(self, policy: "Policy[Any] | None" = None) -> None:
        super().__init__(policy=policy or POLICY)
        self.comes_back_to: str | None = None
        """The sender on its envelope, by which it is known again if it comes back; None: as in From."""
        self.left_out: dict[int, str] = {}
        """Notices that it was to tell of and does not, with the cause for the ledger: they are not told by it."""


def envelope(settings: Settings, name: str, *, to: str, message_id: str) -> Letter:
    """A letter without words. Its id stays the same however often it is sent; no machine shall answer it, but for
    saying that it did not arrive."""
    message = Letter()
    given, sender = parseaddr(settings.sender)
    message["From"] = formataddr((given or name, sender))
    message["To"] = parsed(to).ascii
    message["Date"] = format_datetime(now())
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "DR, RN, NRN, OOF, AutoReply"
    return message


def address_it(message: Letter, letter: Delivery, content: Content) -> None:
    """What makes a thread of letters about a thread, says how to have no more of them, and where answers go."""
    settings = in_force()
    host = urlsplit(settings.address).hostname
    message.comes_back_to = bounce_address(letter.id)
    if content.thread_id is not None:
        message["In-Reply-To"] = message["References"] = f"<thread-{content.thread_id}@{host}>"
    if not content.news:
        return
    path = unsubscribe_path(content.reader.id, thread_id=content.thread_id, sort=content.sort)
    message["List-Id"] = f"<notices.{host}>"
    message["List-Unsubscribe"] = f"<{settings.address}{path}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Precedence"] = "bulk"
    answers = reply_address(letter.id) if content.can_reply else None
    if answers:
        message["Reply-To"] = answers


def fill(message: EmailMessage, said: Drawn, *, language: str = "") -> None:
    """The subject, and the same words twice: as text, and as HTML for who prefers it."""
    message["Subject"] = said.subject
    message.set_content(said.text, cte=_encoding(said.text))
    message.add_alternative(said.html, subtype="html", cte=_encoding(said.html))
    if language:
        message["Content-Language"] = language


def _encoding(text: str) -> str:
    short = all(len(line) < 900 for line in text.split("\n"))
    return "7bit" if text.isascii() and short else "quoted-printable"
