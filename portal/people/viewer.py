"""Who is looking: a plain value that every query and policy takes. No table row, so it can be kept and compared."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, select

from portal.core.db import UtcDateTime, param
from portal.people.models import STAFF, Membership


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
    mail_stopped: bool = False
    """Whether letters to their address come back, so that none is sent there any more."""

    @property
    def in_groups(self) -> bool:
        return bool(self.group_ids)

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


class _StandIn(Viewer):
    """What tells viewers apart is a parameter of the statement."""

    __slots__ = ()

    @property
    def in_groups(self) -> bool:
        return self.group_ids is not NO_GROUPS


NO_GROUPS: frozenset[int] = frozenset()
NEVER = datetime.min.replace(tzinfo=UTC)


def stand_in(viewer: Viewer) -> Viewer:
    """A viewer of the same sort, for statements that are built once for all of them and asked with `particulars`."""
    return _stand_in(viewer.is_signed_in, viewer.is_staff, viewer.organisation_id is not None, viewer.in_groups)


def particulars(viewer: Viewer) -> dict[str, Any]:
    """The values of the parameters that `stand_in` leaves open."""
    return {
        "viewer_id": viewer.id,
        "viewer_organisation": viewer.organisation_id,
        "viewer_groups": list(viewer.group_ids),
        "viewer_since": viewer.read_since or NEVER,
    }


def by_sort(viewers: Iterable[Viewer]) -> dict[Viewer, list[int]]:
    """The ids of these people by who stands in for them: each sort takes one statement with `of_row`."""
    found: dict[Viewer, list[int]] = {}
    for viewer in viewers:
        if viewer.id is not None:
            found.setdefault(stand_in(viewer), []).append(viewer.id)
    return found


def of_row(sort: Viewer, person: Any) -> Viewer:
    """A viewer of this sort who is the person of each row (Person, or an alias of it): so one statement asks for many
    people what each of them may see. Who builds it lets in people of this sort only."""
    groups = select(Membership.group_id).where(Membership.person_id == person.id).correlate(person)
    parts: Any = {
        "id": person.id,
        "organisation_id": person.organisation_id if sort.organisation_id is not None else None,
        "group_ids": groups if sort.in_groups else NO_GROUPS,
    }
    return _StandIn(role=sort.role, **parts)


@cache
def _stand_in(signed_in: bool, staff: bool, organisation: bool, groups: bool) -> Viewer:
    parts: Any = {
        "id": param("viewer_id", BigInteger()) if signed_in else None,
        "organisation_id": param("viewer_organisation", BigInteger()) if organisation else None,
        "read_since": param("viewer_since", UtcDateTime()) if signed_in else None,
        "group_ids": param("viewer_groups", BigInteger(), many=True) if groups else NO_GROUPS,
    }
    return _StandIn(role="admin" if staff else "member" if signed_in else "visitor", **parts)
