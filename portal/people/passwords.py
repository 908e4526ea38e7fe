"""Passwords: kept as scrypt, checked in the same time whether or not there is such an account."""

import unicodedata
from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

METHOD = "scrypt:32768:8:1"


def hashed(password: str) -> str:
    """What is kept of a password."""
    return generate_password_hash(_same(password), METHOD)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. Takes as long, and says no, where there is no account."""
    right = check_password_hash(password_hash or _nobody(), _same(password))
    return right and password_hash is not None


def _same(password: str) -> str:
    """The same letters give the same password, whichever keyboard wrote them."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobody() -> str:
    return generate_password_hash("nobody has this password", METHOD)
