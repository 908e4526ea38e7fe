"""The category that threads go into: one that the operator names, or one of the site's own, made when it is needed."""

from sqlalchemy import func, select

from portal.core.db import db, write
from portal.core.errors import NotFound
from portal.importing.queries import known
from portal.importing.running import CATEGORY, add_external
from portal.importing.stackexchange.site import Site
from portal.threads.models import Category

OWN = 0
"""What stands for the site's own category among the ids there, which begin at 1."""


class Place:
    """Where to put threads. Raises NotFound if the operator names a category that is not there."""

    def __init__(self, site: Site, slug: str = "") -> None:
        self._site = site
        self._id = _find(slug) if slug else _own(site)
        self.made = 0
        """How many categories were made (or, in a dry run, would be)."""

    def category_id(self, *, dry: bool) -> int | None:
        """The category's id. Makes the site's own if it is not there yet, but not in a dry run."""
        if self._id is None:
            self.made = 1
            self._id = None if dry else write(_make, self._site)
        return self._id


def _find(slug: str) -> int:
    found = db.session.scalar(select(Category.id).where(Category.slug == slug))
    if found is None:
        raise NotFound(f"there is no category with the address {slug}")
    return found


def _own(site: Site) -> int | None:
    """The one made before, whatever it is called now, or one of that address."""
    before = known(site.name, CATEGORY, [OWN]).get(str(OWN))
    query = select(Category.id).where((Category.id == before) | (Category.slug == site.slug))
    return db.session.scalar(query.order_by(Category.id != before).limit(1))


def _make(site: Site) -> int:
    last = db.session.scalar(select(func.max(Category.position))) or 0
    category = Category(slug=site.slug, name=site.name[:80], position=last + 1)
    db.session.add(category)
    db.session.flush()
    if not known(site.name, CATEGORY, [OWN]):
        add_external(site.name, CATEGORY, {OWN: category.id})
    return category.id
