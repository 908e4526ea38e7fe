"""Who may do what with an announcement. The same functions serve the button and the write."""

from portal.people.viewer import Viewer

UNPUBLISHED = ("draft", "scheduled", "waiting")
PRIVACIES = {"everyone": "none", "members": "members", "groups": "groups"}
"""What an audience makes of the thread's privacy."""


def can_announce(viewer: Viewer) -> bool:
    """Write announcements, and see to those of others."""
    return viewer.is_manager


def can_draft(viewer: Viewer, state: str) -> bool:
    """Change it, publish it or throw it away: nobody has been told yet."""
    return can_announce(viewer) and state in UNPUBLISHED


def can_amend(viewer: Viewer, state: str) -> bool:
    """Correct it, add to it, withdraw it: people were told, or are being told."""
    return can_announce(viewer) and state == "published"
