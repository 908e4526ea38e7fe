"""What the statuses of ideas are called: by the admin, else in the reader's language."""

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

STATUSES: dict[str, LazyString] = {
    "open": _("Open"),
    "under-review": _("Under review"),
    "planned": _("Planned"),
    "in-progress": _("In progress"),
    "partly-shipped": _("Partly shipped"),
    "shipped": _("Shipped"),
    "deferred": _("Deferred"),
    "declined": _("Declined"),
    "already-possible": _("Already possible"),
    "duplicate": _("Duplicate"),
}
LOOKS = {
    "open": ("unanswered", ""),
    "under-review": ("review", ""),
    "planned": ("planned", "plan"),
    "in-progress": ("progress", "plan"),
    "partly-shipped": ("partly", "good"),
    "shipped": ("check", "good"),
    "deferred": ("clock", "warn"),
    "declined": ("close", "bad"),
    "already-possible": ("done", "good"),
    "duplicate": ("merge", ""),
}
"""The sign and the colour of each; the word is always there, too."""


def mount(app: Flask) -> None:
    """Give templates `status_words(status, name)` and `status_look(status)`."""
    app.add_template_global(status_words)
    app.add_template_global(status_look)


def status_words(status: str, called: str = "") -> str:
    """`called`: what the admin calls it."""
    return called or str(STATUSES[status])


def status_look(status: str) -> tuple[str, str]:
    """The icon, and the class of pills and notes."""
    return LOOKS[status]
