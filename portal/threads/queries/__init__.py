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
from portal.threads.queries.lists import ORDERS, ThreadRow, rows, tags_by_thread
from portal.threads.queries.page import links, thread_page
from portal.threads.queries.places import (
    CategoryRow,
    TagRow,
    categories_for,
    categories_to_write_in,
    find_category,
    find_tag,
    top_tags,
)
from portal.threads.queries.publishing import published_at, publishing
from portal.threads.queries.shown import Author, CommentShown, LinkShown, PostShown, State, ThreadPage
from portal.threads.queries.states import states
from portal.threads.queries.texts import (
    Editing,
    History,
    Version,
    editing,
    editing_of,
    history,
    preview,
    quotation,
    tags_of,
    unreached,
)

__all__ = [
    "ORDERS",
    "POSTS_PER_PAGE",
    "Author",
    "CategoryRow",
    "CommentShown",
    "Editing",
    "History",
    "LinkShown",
    "Place",
    "PostShown",
    "State",
    "TagRow",
    "ThreadPage",
    "ThreadRow",
    "Version",
    "categories_for",
    "categories_to_write_in",
    "editing",
    "editing_of",
    "find_category",
    "find_tag",
    "get_visible",
    "get_visible_post",
    "history",
    "links",
    "merged_into",
    "page_of",
    "place_of",
    "preview",
    "published_at",
    "publishing",
    "quotation",
    "rows",
    "states",
    "tags_by_thread",
    "tags_of",
    "thread_page",
    "thread_place",
    "top_tags",
    "unreached",
]
