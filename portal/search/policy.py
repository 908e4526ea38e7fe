"""Who may know what people look for."""

from portal.people.viewer import Viewer


def can_read_searches(viewer: Viewer) -> bool:
    """Staff: whoever answers questions should know what is looked for and not found."""
    return viewer.is_staff
