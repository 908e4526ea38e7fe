"""Who may change the portal."""

from typing import Protocol


class Actor(Protocol):
    """Whoever acts: in practice a Viewer, whose room is above this one."""

    @property
    def id(self) -> int | None: ...
    @property
    def is_admin(self) -> bool: ...


def can_change(viewer: Actor) -> bool:
    """Admins only."""
    return viewer.is_admin
