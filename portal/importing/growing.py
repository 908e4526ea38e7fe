"""What an import adds, made from what the source says: nothing is written here."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Values = dict[str, Any]


@dataclass(slots=True)
class NewPost:
    """A post or comment to be; `values` lacks the ids of what it hangs on, and its place in the thread."""

    external: int
    parent: int | None
    """The id there of the post that a comment is under."""
    values: Values
    revisions: list[Values] = field(default_factory=list[Values])


@dataclass(slots=True)
class Growth:
    """What a thread gains: all of it, when it is new; else what an earlier run did not find."""

    external: int
    thread_id: int | None
    """The thread here; None while it is not."""
    posts: list[NewPost] = field(default_factory=list[NewPost])
    comments: list[NewPost] = field(default_factory=list[NewPost])
    # Of a new thread only:
    values: Values = field(default_factory=dict[str, Any])
    tags: tuple[str, ...] = ()
    accepted: int | None = None
    """The id there of the accepted answer."""
    accepted_at: datetime | None = None
    events: dict[str, Values] = field(default_factory=dict[str, Values])
    """What began the states that hold, by the thread's column."""
    outcomes: list[Values] = field(default_factory=list[Values])
    """What was decided on an idea, in the order of time."""
    response: int | None = None
    """The id there of the post that says why."""

    @property
    def is_something(self) -> bool:
        return self.thread_id is None or bool(self.posts or self.comments)

    @property
    def rows(self) -> int:
        """How many rows it takes to write this, the notes of where they came from left out."""
        rows = len(self.posts) + len(self.comments) + sum(len(post.revisions) for post in self.posts)
        if self.thread_id is None:
            has_more = self.values["kind"] != "discussion"
            rows += 1 + has_more + len(self.tags) + len(self.events) + (self.accepted is not None) + len(self.outcomes)
        return rows
