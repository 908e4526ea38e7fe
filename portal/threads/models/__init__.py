"""The tables of conversations."""

from portal.threads.models.category import COLOURS, VISIBILITIES, Category, CategoryGroup, Tag
from portal.threads.models.post import FormKey, Mention, Post, PostRevision, PostVote
from portal.threads.models.thread import KINDS, PRIVACIES, Thread, ThreadLink, ThreadTag, Watch

__all__ = [
    "COLOURS",
    "KINDS",
    "PRIVACIES",
    "VISIBILITIES",
    "Category",
    "CategoryGroup",
    "FormKey",
    "Mention",
    "Post",
    "PostRevision",
    "PostVote",
    "Tag",
    "Thread",
    "ThreadLink",
    "ThreadTag",
    "Watch",
]
