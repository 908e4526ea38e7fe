"""How the statuses of ideas look; what they are called stands in the room of ideas."""

from flask import Flask

from portal.ideas.statuses import STATUSES, status_words

__all__ = ["STATUSES", "mount", "status_look", "status_words"]

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


def status_look(status: str) -> tuple[str, str]:
    """The icon, and the class of pills and notes."""
    return LOOKS[status]
