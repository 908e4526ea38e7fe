"""The order of a thread: numbers of replies, the activity that comments share, and the counters that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.importing.growing import NewPost
from portal.threads.models import Thread


@dataclass(slots=True)
class Counters:
    """A thread's counters, which grow with what comes in. They begin at nothing, or where a thread stands."""

    author: tuple[int | None, str]
    last_number: int = 0
    activity: int = 0
    replies: int = 0
    last_activity_at: datetime | None = None
    last_poster: tuple[int | None, str] = (None, "")
    first_reply_at: datetime | None = None

    @classmethod
    def of(cls, thread: Thread) -> "Counters":
        return cls(
            (thread.author_id, thread.author_name),
            thread.last_number,
            thread.activity,
            thread.replies,
            thread.last_activity_at,
            (thread.last_poster_id, thread.last_poster_name),
            thread.first_reply_at,
        )

    def place(self, posts: Sequence[NewPost], comments: Sequence[NewPost]) -> None:
        """Give everything its place, in the order of time; the posts are in that order already."""
        for post in posts:
            self.last_number += 1
            post.values["number"] = self.last_number
        opening = [post for post in posts if post.values["number"] == 1]
        later = [post for post in posts if post.values["number"] > 1]
        for post in opening + sorted(later + list(comments), key=_time):
            self.activity += 1
            post.values["activity"] = self.activity
            self._see(post)

    def _see(self, post: NewPost) -> None:
        at, author = post.values["created_at"], (post.values["author_id"], post.values["author_name"])
        if self.last_activity_at is None or at >= self.last_activity_at:
            self.last_activity_at, self.last_poster = at, author
        if post.parent is None and post.values["number"] > 1:
            self.replies += 1
            if author != self.author:
                self.first_reply_at = min(at, self.first_reply_at or at)

    def values(self) -> dict[str, Any]:
        """The columns of a thread."""
        return {
            "last_number": self.last_number,
            "activity": self.activity,
            "replies": self.replies,
            "last_activity_at": self.last_activity_at,
            "last_poster_id": self.last_poster[0],
            "last_poster_name": self.last_poster[1],
            "first_reply_at": self.first_reply_at,
        }


def _time(post: NewPost) -> datetime:
    moment: datetime = post.values["created_at"]
    return moment
