"""What hooks, their messages and their states are called."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

FORMATS: dict[str, LazyString] = {
    "standard": _("A system of yours (Standard Webhooks)"),
    "slack": _("A channel in Slack"),
}
KIND_WORDS: dict[str, LazyString] = {
    "thread.created": _("New questions and discussions"),
    "reply.created": _("New replies and comments"),
    "answer.accepted": _("Accepted answers"),
    "idea.created": _("New ideas"),
    "idea.voted": _("Votes, bundled every five minutes"),
    "idea.outcome": _("Decisions on ideas"),
    "idea.merged": _("Merged ideas"),
    "announcement.published": _("Announcements"),
    "loop.told": _("How many were told"),
    "loop.undelivered": _("How many could not be told, and why"),
    "loop.confirmed": _("Whether it solved their need"),
}
HOOK_STATES: dict[str, tuple[str, str, LazyString]] = {
    "working": ("check", "good", _("Works")),
    "new": ("clock", "", _("Nothing sent yet")),
    "failing": ("alert", "warn", _("Fails")),
    "paused": ("clock", "", _("Paused")),
    "given-up": ("alert", "bad", _("Paused after five days of failure")),
    "gone": ("alert", "bad", _("Paused: the receiver is gone")),
}
"""The icon, the class of the pill, and the words."""
MESSAGE_STATES: dict[str, tuple[str, str, LazyString]] = {
    "due": ("clock", "", _("Waits")),
    "leased": ("clock", "", _("Is being sent")),
    "deferred": ("clock", "warn", _("Is tried again")),
    "sent": ("check", "good", _("Taken")),
    "failed": ("alert", "bad", _("Failed")),
    "suppressed": ("hidden", "", _("Not sent")),
    "held": ("clock", "", _("Held")),
}
