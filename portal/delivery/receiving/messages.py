"""A message as it came in, taken apart. Whatever the bytes are, reading them raises nothing: what cannot be read is
left out."""

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses
from hashlib import sha256
from typing import Any

LARGEST = 25_000_000
"""Bytes that are read of a message; what comes after is left out, which is attachments."""
MOST_PARTS, DEEPEST, MOST_ADDRESSES = 300, 12, 200
LONGEST_TEXT, LONGEST_HEADER = 400_000, 4_000
A_LOGO = 20_000
"""Bytes: a picture that the text shows and that is smaller is taken to belong to a signature."""
TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Apparently-To")
NO_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
"""Names by which Python decodes what is no text in a charset; some of them take for ever."""
NOT_ATTACHED = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_CID = re.compile(r"""src\s*=\s*["']?cid:([^"'\s>]{1,200})""", re.IGNORECASE)


@dataclass(slots=True)
class Mail:
    """What we need to know of a message."""

    message: "Message[str, str]"
    key: str
    recipients: tuple[str, ...] = ()
    """Every address that it may have come to, in the order in which they are looked at."""
    texts: list[str] = field(default_factory=list[str])
    """What is written in it as plain text, a part each."""
    pages: list[str] = field(default_factory=list[str])
    """What is written in it as HTML."""
    flowed: bool = False
    """Lines that end with a space go on (RFC 3676)."""
    attachments: int = 0
    reports: list["Message[str, str]"] = field(default_factory=list["Message[str, str]"])
    """The groups of fields of a delivery status (RFC 3464)."""
    complaints: list["Message[str, str]"] = field(default_factory=list["Message[str, str]"])
    """The fields of what someone told their mail provider of a letter (RFC 5965)."""
    returned: list["Message[str, str]"] = field(default_factory=list["Message[str, str]"])
    """The headers of messages in it."""

    def header(self, name: str) -> str:
        """A header on one line, decoded; empty where there is none."""
        return header(self.message, name)


def read(raw: bytes, to: Sequence[str] = ()) -> Mail:
    """Take a message apart. `to`: the recipients of its envelope, where the mail server says them."""
    raw = raw[:LARGEST]
    try:
        message: Message[str, str] = BytesParser(policy=compat32).parsebytes(raw)  # pyright: ignore
    except Exception:  # whatever it is: of what cannot be read nothing becomes
        message = Message()
    recipients = (*to, *_addresses(message))
    named = header(message, "Message-ID")
    said = f"{named}\n{min(recipients, default='').lower()}".encode() if named else raw
    mail = Mail(message, sha256(said).hexdigest(), recipients)
    try:
        _take_apart(mail)
    except Exception:  # likewise
        mail.attachments += 1
    return mail


def header(message: "Message[str, str]", name: str) -> str:
    """A header on one line, decoded as well as it can be."""
    try:
        value = str(message.get(name, ""))[:LONGEST_HEADER]
        parts = (_decoded(part, charset) for part, charset in decode_header(value))
        return " ".join("".join(parts).split())
    except Exception:  # the library knows many ways to fail at what no standard allows
        return ""


def _decoded(part: bytes | str, charset: str | None) -> str:
    return part if isinstance(part, str) else decoded(part, charset or "ascii")


def decoded(data: bytes, charset: str) -> str:
    """Text in a charset that somebody named; in another one where it is not in that, or there is none of that name."""
    for name in (charset, "utf-8", "windows-1252"):
        try:
            if codecs.lookup(name).name not in NO_CHARSETS:
                return data.decode(name, "strict" if name != charset else "replace")
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("latin-1")


def _addresses(message: "Message[str, str]") -> tuple[str, ...]:
    found: list[str] = []
    for name in TO:
        try:
            values = [str(value)[: LONGEST_HEADER * 5] for value in message.get_all(name, [])]
            found += [address for _name, address in getaddresses(values) if "@" in address]
        except Exception:  # noqa: S112 - one header that cannot be read is as good as none
            continue
    return tuple(dict.fromkeys(found))[:MOST_ADDRESSES]


def _take_apart(mail: Mail) -> None:
    parts = [*_parts(mail.message)]
    shown = {name for part in parts if part.get_content_type() == "text/html" for name in _CID.findall(_text(part))}
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            mail.reports += _inside(part)
        elif kind == "message/feedback-report":
            mail.complaints += _inside(part)
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/global-headers", "message/global"):
            mail.returned += _headers_of(part)
            mail.attachments += 1
        elif _is_attached(part):
            mail.attachments += _counts(part, shown)
        elif kind == "text/plain":
            mail.flowed = mail.flowed or str(part.get_param("format", "")).lower() == "flowed"
            mail.texts.append(_text(part))
        elif kind == "text/html":
            mail.pages.append(_text(part))
        elif kind not in NOT_ATTACHED and not kind.startswith("message/"):
            mail.attachments += _counts(part, shown)


def _parts(message: "Message[str, str]") -> Iterator["Message[str, str]"]:
    """The leaves, in order; what is a message itself is one."""
    waiting: list[tuple[Message[str, str], int]] = [(message, 0)]
    seen = 0
    while waiting and seen < MOST_PARTS:
        part, depth = waiting.pop()
        seen += 1
        if part.get_content_maintype() != "multipart":
            yield part
        elif depth < DEEPEST:
            waiting += [(each, depth + 1) for each in reversed(_inside(part))]


def _inside(part: "Message[str, str]") -> "list[Message[str, str]]":
    payload: Any = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []  # pyright: ignore


def _is_attached(part: "Message[str, str]") -> bool:
    return part.get_content_disposition() == "attachment" or (
        part.get_filename() is not None and part.get_content_maintype() != "multipart"
    )


def _counts(part: "Message[str, str]", shown: set[str]) -> bool:
    """Whether it is something that its sender meant to send: not a seal, nor the logo of a signature."""
    if part.get_content_type() in NOT_ATTACHED:
        return False
    is_shown = str(part.get("Content-ID", "")).strip(" <>") in shown
    return not (is_shown and len(str(part.get_payload())) < A_LOGO * 4 // 3)


def _text(part: "Message[str, str]") -> str:
    try:
        data = part.get_payload(decode=True)
        charset = str(part.get_content_charset() or "utf-8")
    except Exception:  # broken base64 and charsets that are no names
        data, charset = str(part.get_payload()).encode("utf-8", "replace"), "utf-8"
    return decoded(data, charset)[:LONGEST_TEXT] if isinstance(data, bytes) else ""


def _headers_of(part: "Message[str, str]") -> list["Message[str, str]"]:
    if inside := _inside(part):
        return inside[:1]
    text = _text(part).encode("utf-8", "replace")
    return [BytesParser(policy=compat32).parsebytes(text, headersonly=True)]  # pyright: ignore
