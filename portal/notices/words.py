"""What is said of a notice, in the inbox and in letters, in the reader's language: who did what, and why they hear."""

from flask_babel import LazyString, lazy_gettext, ngettext
from flask_babel import gettext as _

from portal.notices.queries import InboxRow

WHY: dict[str, LazyString] = {
    "author": lazy_gettext("You suggested “%(title)s”"),
    "on-behalf": lazy_gettext("Asked for on your behalf: “%(title)s”"),
    "voter": lazy_gettext("You voted for “%(title)s”"),
    "linked": lazy_gettext("You asked a question that led to “%(title)s”"),
    "merged": lazy_gettext("You asked for “%(title)s”"),
}
BECAUSE: dict[str, LazyString] = {
    "author": lazy_gettext("because you suggested it"),
    "on-behalf": lazy_gettext("because it was asked for on your behalf"),
    "voter": lazy_gettext("because you voted for it"),
    "linked": lazy_gettext("because your question was linked to it"),
    "merged": lazy_gettext("because you asked for much the same"),
    "mentioned": lazy_gettext("because it mentions you"),
    "follower": lazy_gettext("because you follow it"),
    "subscriber": lazy_gettext("because you follow announcements, or what this is marked with"),
}


def sentence(row: InboxRow) -> str:
    """Who did what, or what became of it."""
    name = row.actor or _("Someone who left")
    if row.kind == "reply" and row.is_opening:
        return _("%(name)s began this", name=name)
    if row.kind == "reply" and row.replies > 1:
        return ngettext("%(num)s reply", "%(num)s replies", row.replies)
    by_kind = {
        "reply": lambda: _("%(name)s replied", name=name),
        "mention": lambda: _("%(name)s mentioned you", name=name),
        "accepted": lambda: _("Your answer was accepted") if row.reason == "wrote" else _("An answer was accepted"),
        "verified": lambda: (
            _("The team says that your answer is right")
            if row.reason == "wrote"
            else _("The team says that an answer is right")
        ),
        "outcome": lambda: _("There is a decision"),
        "merged": lambda: _("What you asked for was merged into this") if row.reason != "follower" else _("Merged"),
        "unmerged": lambda: _("It stands by itself again: the merging was taken back"),
        "announcement": lambda: _("Announced"),
        "corrected": lambda: _said_then(_("Corrected"), row),
        "withdrawn": lambda: _said_then(_("Taken back"), row),
        "asked": lambda: _("Does this solve your need?"),
        "answered": lambda: _("The team answers what you said"),
        "offered": lambda: offered(row),
        "owned": lambda: _("This is yours to see to"),
        "waiting": lambda: (
            _("It was not published: an idea in it has changed since. Look at it again")
            if row.thread_kind == "announcement"
            else _("Shipped, but not announced: those who asked still wait for word")
        ),
    }
    return by_kind[row.kind]()


def offered(row: InboxRow) -> str:
    """What a question's link to an idea means for whoever asked it, or has it too."""
    if row.reason == "asked":
        if row.data.get("now"):
            return _("Your question was linked to this idea, and there is a decision on it")
        return _("Your question was linked to this idea: you will hear what becomes of it")
    if row.data.get("closed"):
        return _("A question that you have too was linked to this idea, and there is a decision on it")
    return _("A question that you have too was linked to this idea: vote for it to hear what becomes of it")


def _said_then(words: str, row: InboxRow) -> str:
    given = str(row.data.get("said") or "")
    return f"{words}: {given}" if given else words
