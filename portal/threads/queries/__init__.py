"""What pages and actions ask about threads."""

from portal.threads.queries.doors import (
    POSTS_PER_PAGE,
    Place,
    get_visible,
    get_visible_post,
    merged_into,
    page_of,
    place_of,
    thread_place,
)

__all__ = [
    "POSTS_PER_PAGE",
    "Place",
    "get_visible",
    "get_visible_post",
    "merged_into",
    "page_of",
    "place_of",
    "thread_place",
]
