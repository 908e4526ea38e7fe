"""The pages of admins: the portal, its people, and the places for conversations."""

from portal.web.admin import (
    categories,
    groups,
    hooks,
    hours,
    loops,
    organisations,
    pages,
    people,
    person,
    site,
    statuses,
    tags,
)
from portal.web.admin.frame import bp

__all__ = [
    "bp",
    "categories",
    "groups",
    "hooks",
    "hours",
    "loops",
    "organisations",
    "pages",
    "people",
    "person",
    "site",
    "statuses",
    "tags",
]
