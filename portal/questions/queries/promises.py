"""What categories promise their askers."""

from collections.abc import Mapping

from sqlalchemy import select

from portal.core.db import ask, param
from portal.core.errors import NotFound
from portal.people.policy import can_administer
from portal.people.viewer import Viewer
from portal.questions.models import CategoryTarget
from portal.questions.policy import Promise
from portal.site.queries import site
from portal.threads.models import Category

_ONE = select(CategoryTarget.first_reply, CategoryTarget.waiting).where(CategoryTarget.category_id == param("category"))
_BY_NAME = (
    select(Category.id, Category.name, CategoryTarget.first_reply, CategoryTarget.waiting)
    .outerjoin(CategoryTarget, CategoryTarget.category_id == Category.id)
    .order_by(Category.position, Category.id)
)
_ALL = select(CategoryTarget.category_id, CategoryTarget.first_reply, CategoryTarget.waiting)


def promise_of(category_id: int) -> Promise:
    """What holds in a category, in two statements."""
    row = ask(_ONE, {"category": category_id}).first()
    return Promise(site().hours, row.first_reply if row else None, row.waiting if row else None)


class Promises:
    """What holds in each category, in two statements."""

    def __init__(self) -> None:
        self.hours = site().hours
        self._made: Mapping[int, Promise] = {row[0]: Promise(self.hours, row[1], row[2]) for row in ask(_ALL)}
        self._none = Promise(self.hours)

    def of(self, category_id: int) -> Promise:
        """What holds in this one."""
        return self._made.get(category_id, self._none)


def promised(viewer: Viewer) -> list[tuple[int, str, int | None, int | None]]:
    """What each category promises, by id and name in their order, for admins. Raises NotFound."""
    if not can_administer(viewer):
        raise NotFound
    return [(row[0], row[1], row[2], row[3]) for row in ask(_BY_NAME)]


def targets_of(viewer: Viewer, category_id: int) -> tuple[int | None, int | None]:
    """Minutes until the first reply, and until someone on the team writes, for admins. Raises NotFound."""
    if not can_administer(viewer):
        raise NotFound
    row = ask(_ONE, {"category": category_id}).first()
    return (row.first_reply, row.waiting) if row else (None, None)
