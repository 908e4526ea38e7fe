"""Usernames and display names: what they may be, and which of them look alike."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from flask_babel import gettext as _

from portal.core.errors import Invalid
from portal.core.markup import mention_key
from portal.core.text import one_line

SHORTEST, LONGEST = 3, 40
LONGEST_NAME = 80
_FORM = re.compile(r"\w+(?:[.-]\w+)*")
_FORBIDDEN = re.compile(r"__|_[.-]|[.-]_")

# Words that would let someone pass for the portal itself or for those who run it.
# fmt: off
RESERVED = frozenset({
    "about", "abuse", "account", "accounts", "admin", "administration", "administrator", "admins", "agent", "all",
    "anonymous", "answer", "answers", "api", "bot", "channel", "community", "contact", "deleted", "everybody",
    "everyone", "guest", "help", "helpdesk", "here", "home", "hostmaster", "info", "mailer-daemon", "manager", "me",
    "member", "members", "mod", "moderator", "moderators", "nobody", "noreply", "no-reply", "none", "null",
    "official", "operator", "owner", "postmaster", "privacy", "root", "rondo", "security", "settings", "sign-in",
    "sign-out", "sign-up", "staff", "superuser", "support", "sysadmin", "system", "team", "undefined", "user",
    "users", "visitor", "webmaster", "www", "you",
})
# fmt: on


def username_key(username: str) -> str:
    """The form in which usernames are compared: NFKC, case folded."""
    return mention_key(username)


def well_formed(username: str) -> str:
    """The username as it is kept: letters and digits of one script, and . - _ between them. Raises Invalid."""
    name = unicodedata.normalize("NFKC", username.strip().removeprefix("@"))
    if not SHORTEST <= len(name) <= LONGEST or len(username_key(name)) > 60:
        raise _refused(_("A username has %(least)s to %(most)s characters.", least=SHORTEST, most=LONGEST))
    if not _FORM.fullmatch(name) or _FORBIDDEN.search(name) or name.startswith("_") or name.endswith("_"):
        raise _refused(_("A username has letters and digits, with single dots, hyphens or underscores between them."))
    if not any(char.isalnum() and not char.isdecimal() for char in name):
        raise _refused(_("A username needs a letter."))
    if _mixes_scripts(name):
        raise _refused(_("A username has letters of one script: mixed ones can be mistaken for other names."))
    return name


def is_reserved(username: str) -> bool:
    """Whether the name is kept for the portal, or can be mistaken for one that is."""
    return any(shape in _reserved() for shape in shapes(username))


def display_name(name: str) -> str:
    """A display name as it is kept: one line, nothing invisible, perhaps empty. Raises Invalid when it is too long."""
    cleaned = one_line(name)
    if len(cleaned) > LONGEST_NAME:
        raise Invalid(fields={"name": _("A name has at most %(most)s characters.", most=LONGEST_NAME)})
    return cleaned


def shapes(name: str) -> frozenset[str]:
    """What the name looks like, as typed, in small letters, in capitals: names that share one look alike."""
    plain = unicodedata.normalize("NFKC", name)
    ways = (plain, plain.casefold(), plain.upper())
    return frozenset(shape for way in ways if (shape := "".join(_shape(char) for char in _letters(way))))


def looks_like(name: str, others: Iterable[str]) -> bool:
    """Whether the name can be mistaken for one of these."""
    mine = shapes(name)
    return any(mine & shapes(other) for other in others)


def _refused(words: str) -> Invalid:
    return Invalid(fields={"username": words})


def _letters(text: str) -> str:
    """The letters and digits alone, without their accents: a dot or a space more does not make another name."""
    return "".join(
        char for char in unicodedata.normalize("NFKD", text.replace("rn", "m").replace("vv", "w")) if char.isalnum()
    )


@cache
def _shape(char: str) -> str:
    """The plainest character that looks like this one."""
    from confusable_homoglyphs import confusables  # reads long tables

    found = confusables.is_confusable(char, greedy=True)
    alike = [char] + [other["c"] for each in found or [] for other in each["homoglyphs"]]
    single = [other.strip("\u200e").casefold() for other in alike]
    plainest = min((other for other in single if len(other) == 1), default=char)
    return _LOOKS.get(plainest, plainest)


# What the table of lookalikes leaves apart, but the eye does not: 0 and o, 1 and l and i.
_LOOKS = {"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "$": "s"}


@cache
def _reserved() -> frozenset[str]:
    return frozenset(shape for word in RESERVED for shape in shapes(word))


def _mixes_scripts(name: str) -> bool:
    """Japanese and Korean mix scripts as they are; everyone else writes a name in one."""
    from confusable_homoglyphs import categories

    scripts = categories.unique_aliases(name) - {"COMMON", "INHERITED"}
    return len(scripts) > 1 and not any(
        scripts <= together for together in ({"HAN", "HIRAGANA", "KATAKANA"}, {"HAN", "HANGUL"}, {"HAN", "BOPOMOFO"})
    )
