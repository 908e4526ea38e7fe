"""E-mail addresses: what one is, and how they are compared."""

from dataclasses import dataclass
from functools import lru_cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from flask_babel import gettext as _

from portal.core.errors import Invalid

LONGEST = 254

# A portal within a company may have its mail at such names.
for _name in {"local", "test"} & set(SPECIAL_USE_DOMAIN_NAMES):
    SPECIAL_USE_DOMAIN_NAMES.remove(_name)


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
    try:
        found = validate_email(
            typed,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            check_deliverability=False,
            strict=True,
        )
    except EmailNotValidError:
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


def _refused() -> Invalid:
    return Invalid(fields={"email": _("Write an e-mail address such as name@example.com.")})
