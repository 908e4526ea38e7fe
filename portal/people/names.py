"""Usernames and display names: what they may be, and how they are compared."""

from portal.core.markup import mention_key


def username_key(username: str) -> str:
    """The form in which usernames are compared: NFKC, case folded."""
    return mention_key(username)
