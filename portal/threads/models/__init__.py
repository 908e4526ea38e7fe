"""The tables of conversations."""

from portal.threads.models.category import COLOURS, VISIBILITIES, Category, CategoryGroup, Tag
from portal.threads.models.draft import Draft, FormPlace
from portal.threads.models.post import FormKey, Mention, Post, PostRevision, PostVote
from portal.threads.models.reading import CategoryWatch, ReadMark, TagWatch
from portal.threads.models.thread import (
    ASKED_PRIVACIES,
    KINDS,
    LEVELS,
    PRIVACIES,
    Thread,
    ThreadGroup,
    ThreadLink,
    ThreadTag,
    Watch,
    path_of,
)

__all__ = [
    "ASKED_PRIVACIES",
    "COLOURS",
    "KINDS",
    "LEVELS",
    "PRIVACIES",
    "VISIBILITIES",
    "Category",
    "CategoryGroup",
    "CategoryWatch",
    "Draft",
    "FormKey",
    "FormPlace",
    "Mention",
    "Post",
    "PostRevision",
    "PostVote",
    "ReadMark",
    "Tag",
    "TagWatch",
    "Thread",
    "ThreadGroup",
    "ThreadLink",
    "ThreadTag",
    "Watch",
    "path_of",
]
