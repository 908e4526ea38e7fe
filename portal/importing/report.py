"""What an import did, in figures."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

COUNTED = (
    "people",
    "questions",
    "discussions",
    "ideas",
    "announcements",
    "answers",
    "replies",
    "comments",
    "accepted",
    "tags",
    "links",
    "duplicates",
    "revisions",
    "imported_votes",
    "comment_votes",
    "views",
    "closed",
    "locked",
    "wiki",
    "deleted_owners",
)


@dataclass(slots=True)
class Report:
    """`counts` is what of the source is here now, whether this run brought it or an earlier one."""

    counts: Counter[str] = field(default_factory=Counter[str])
    new: int = 0
    """Rows written by this run (or, in a dry run, that would be)."""
    skipped: Counter[str] = field(default_factory=Counter[str])
    """What the source itself leaves dangling or Rondo has no place for, by cause."""
    errors: list[str] = field(default_factory=list[str])
    """Rows that could not be read: file, line, and why."""

    def as_json(self) -> dict[str, Any]:
        counts = {name: self.counts[name] for name in COUNTED}
        skipped = {cause: count for cause, count in sorted(self.skipped.items()) if count}
        return {**counts, "new": self.new, "skipped": skipped, "errors": self.errors}
