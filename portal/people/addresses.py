"""E-mail addresses: what one is, and how they are compared."""

from dataclasses import dataclass
from functools import cache, lru_cache
from types import ModuleType

from flask_babel import gettext as _

from portal.core.errors import Invalid

LONGEST = 254


@dataclass(frozen=True, slots=True)
class Address:
    """An address in three ways."""

    email: str
    """As people write it."""
    key: str
    """As it is found and compared."""
    ascii: str
    """As mail servers write it."""


def parsed(typed: str) -> Address:
    """The address that was typed. Raises Invalid(fields={"email": …}).

    The part before the @ is plain ASCII, for not every server takes more, and none of the ways to write one thing as
    another (quotes, comments, encoded words, domain literals): what we check must be what the mail server reads.
    """
    return _parsed(typed.strip())


@lru_cache(maxsize=256)
def _parsed(typed: str) -> Address:
    """The last ones are kept: each letter asks for its address several times."""
    library = _library()
    try:
        found = library.validate_email(
            typed,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            check_deliverability=False,
            strict=True,
        )
    except library.EmailNotValidError:
        raise _refused() from None
    domain = found.ascii_domain.lower()
    if "=?" in found.local_part or "." not in domain or len(found.normalized) > LONGEST:
        raise _refused()
    return Address(
        email=found.normalized, key=f"{found.local_part.lower()}@{domain}", ascii=f"{found.local_part}@{domain}"
    )


def email_key(typed: str) -> str:
    """The key of what somebody typed as an address; what is none is a key that nobody has."""
    try:
        return parsed(typed).key
    except Invalid:
        return typed.strip().casefold()[:LONGEST]


@cache
def _library() -> ModuleType:
    """What knows addresses, loaded when the first is looked at: that takes longer than to load Flask."""
    import email_validator

    # A portal within a company may have its mail at such names.
    for name in {"local", "test"} & set(email_validator.SPECIAL_USE_DOMAIN_NAMES):
        email_validator.SPECIAL_USE_DOMAIN_NAMES.remove(name)
    return email_validator


def _refused() -> Invalid:
    return Invalid(fields={"email": _("Write an e-mail address such as name@example.com.")})
