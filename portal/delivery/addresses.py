"""Addresses that say of themselves which letter they belong to: where a reply to it goes, and where it comes back to.

They are the address of the setting MAIL_REPLIES with something after a plus, signed: whoever holds one was sent it, and
nobody can make one up. All in small letters and digits, for there are mail servers that do not keep capitals.
"""

import hmac
from base64 import b32encode
from hashlib import sha256

from portal.config import in_force

PURPOSES = {"r": "reply", "b": "bounce"}
LONGEST = 64
"""Characters before the @ (RFC 5321)."""
SIGNED = 10
"""Bytes of the signature: 80 bits, for a guess costs a whole letter."""


def reply_address(delivery_id: int) -> str | None:
    """Where a reply to this letter goes; None where none can come in."""
    return _address("r", delivery_id)


def bounce_address(delivery_id: int) -> str | None:
    """Where this letter comes back to if it cannot be delivered: the sender of its envelope. None where the server's
    own answer is all there is."""
    return _address("b", delivery_id)


def delivery_of(address: str) -> tuple[str, int] | None:
    """What an address is for, "reply" or "bounce", and of which letter; None if it is none of ours."""
    local, at, _host = address.strip().lower().rpartition("@")
    _name, plus, said = local.rpartition("+")
    number, dash, signature = said.partition("-")
    letter, digits = number[:1], number[1:]
    if not (at and plus and dash and local.isascii()) or len(local) > LONGEST or letter not in PURPOSES:
        return None
    if not digits.isdigit() or len(digits) > 19:
        return None
    if not hmac.compare_digest(signature.encode(), _signature(number).encode()):
        return None
    return PURPOSES[letter], int(digits)


def _address(letter: str, delivery_id: int) -> str | None:
    settings = in_force()
    if not settings.mail_replies:
        return None
    name, _at, host = settings.mail_replies.rpartition("@")
    number = f"{letter}{delivery_id}"
    return f"{name}+{number}-{_signature(number)}@{host}"


def _signature(number: str) -> str:
    key = sha256(b"addresses of letters" + in_force().secret_key.encode()).digest()
    return b32encode(hmac.digest(key, number.encode(), "sha256")[:SIGNED]).decode().lower()
