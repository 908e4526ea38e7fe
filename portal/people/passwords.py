"""Passwords: which are good enough, how they are kept, and how they are checked in the same time for everyone."""

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any, cast

from flask_babel import gettext as _
from werkzeug.security import check_password_hash, generate_password_hash

from portal.core.errors import Invalid

METHOD = "scrypt:32768:8:1"
SHORTEST, LONGEST = 8, 1000
GOOD_ENOUGH = 3
"""Of zxcvbn's 0 to 4: more than 10^8 guesses."""
JUDGED = 72
"""Characters that are judged: zxcvbn refuses more, and that many are enough to tell."""


def chosen(password: str, *, about: Iterable[str] = ()) -> str:
    """What is kept of a new password. Raises Invalid(fields={"password": …}) with advice when it is easy to guess.

    `about`: what others know of the person (names, address), which makes a bad password. Takes a tenth of a second, so
    never within a transaction.
    """
    password = _same(password)
    if len(password) < SHORTEST:
        raise _refused(_("A password has at least %(least)s characters.", least=SHORTEST))
    if len(password) > LONGEST:
        raise _refused(_("A password has at most %(most)s characters.", most=LONGEST))
    from zxcvbn import zxcvbn  # its lists take twelve megabytes, and few processes ever choose a password

    known = [part[:JUDGED] for text in about for part in (text, *text.replace("@", ".").split(".")) if part]
    found = cast(Any, zxcvbn(password[:JUDGED], user_inputs=known))
    if found["score"] < GOOD_ENOUGH:
        said: list[str] = [found["feedback"]["warning"] or "", *found["feedback"]["suggestions"]]
        sentences = _advice()
        advice = " ".join(sentences.get(words, words) for words in said if words)
        raise _refused(_("This password is easy to guess.") + (f" {advice}" if advice else ""))
    return hashed(password)


def hashed(password: str) -> str:
    """What is kept of a password, whatever it is."""
    return generate_password_hash(_same(password), METHOD)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. Takes as long, and says no, where there is none."""
    right = check_password_hash(password_hash or _nobody(), _same(password)[:LONGEST])
    return right and password_hash is not None


def _refused(words: str) -> Invalid:
    return Invalid(fields={"password": words})


def _same(password: str) -> str:
    """The same letters are the same password, whichever keyboard wrote them."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobody() -> str:
    return generate_password_hash("nobody has this password", METHOD)


def _advice() -> dict[str, str]:
    """zxcvbn's sentences in the reader's language."""
    return {
        "Use a few words, avoid common phrases.": _("Use a few words, avoid common phrases."),
        "No need for symbols, digits, or uppercase letters.": _("No need for symbols, digits, or uppercase letters."),
        "Add another word or two. Uncommon words are better.": _("Add another word or two. Uncommon words are better."),
        "Straight rows of keys are easy to guess.": _("Straight rows of keys are easy to guess."),
        "Short keyboard patterns are easy to guess.": _("Short keyboard patterns are easy to guess."),
        "Use a longer keyboard pattern with more turns.": _("Use a longer keyboard pattern with more turns."),
        'Repeats like "aaa" are easy to guess.': _('Repeats like "aaa" are easy to guess.'),
        'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': _(
            'Repeats like "abcabcabc" are only slightly harder to guess than "abc".'
        ),
        "Avoid repeated words and characters.": _("Avoid repeated words and characters."),
        'Sequences like "abc" or "6543" are easy to guess.': _('Sequences like "abc" or "6543" are easy to guess.'),
        "Avoid sequences.": _("Avoid sequences."),
        "Recent years are easy to guess.": _("Recent years are easy to guess."),
        "Avoid recent years.": _("Avoid recent years."),
        "Avoid years that are associated with you.": _("Avoid years that are associated with you."),
        "Dates are often easy to guess.": _("Dates are often easy to guess."),
        "Avoid dates and years that are associated with you.": _("Avoid dates and years that are associated with you."),
        "This is a top-10 common password.": _("This is one of the ten most common passwords."),
        "This is a top-100 common password.": _("This is one of the hundred most common passwords."),
        "This is a very common password.": _("This is a very common password."),
        "This is similar to a commonly used password.": _("This is similar to a commonly used password."),
        "A word by itself is easy to guess.": _("A word by itself is easy to guess."),
        "Names and surnames by themselves are easy to guess.": _("Names and surnames by themselves are easy to guess."),
        "Common names and surnames are easy to guess.": _("Common names and surnames are easy to guess."),
        "Capitalization doesn't help very much.": _("Capital letters do not help very much."),
        "All-uppercase is almost as easy to guess as all-lowercase.": _(
            "All capitals are almost as easy to guess as all small letters."
        ),
        "Reversed words aren't much harder to guess.": _("Reversed words are not much harder to guess."),
        "Predictable substitutions like '@' instead of 'a' don't help very much.": _(
            "Replacing letters as many do, such as @ for a, does not help very much."
        ),
    }
