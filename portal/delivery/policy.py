"""Who may see what leaves the house. It shows addresses, and what mail servers say about them."""

from portal.people.viewer import Viewer


def can_see_deliveries(viewer: Viewer) -> bool:
    """See every letter and hook, and have one tried again: managers and admins. For everyone else there is no page."""
    return viewer.is_manager
