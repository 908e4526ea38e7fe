"""Who is looking: a plain value that every query and policy takes. No table row, so it can be kept and compared."""

from dataclasses import dataclass, field
from datetime import datetime

from portal.people.models import STAFF


@dataclass(frozen=True, slots=True)
class Viewer:
    """A visitor (`id` is None) or someone signed in."""

    id: int | None = None
    role: str = "visitor"
    username: str = ""
    name: str = ""
    is_confirmed: bool = False
    organisation_id: int | None = None
    group_ids: frozenset[int] = field(default_factory=frozenset[int])
    language: str = ""
    time_zone: str = "UTC"
    colour_scheme: str = "auto"
    rows_per_list: int = 30
    avatar: str = ""
    """The key of their picture, if they have one."""
    read_since: datetime | None = None
    """What was active before this counts as read; None for visitors, who have read nothing."""
    is_welcomed: bool = True
    """Whether they were told what one can do here."""

    @property
    def is_signed_in(self) -> bool:
        return self.id is not None

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def is_manager(self) -> bool:
        return self.role in ("manager", "admin")

    @property
    def is_moderator(self) -> bool:
        return self.role in ("moderator", "admin")

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


VISITOR = Viewer()
