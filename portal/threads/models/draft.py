"""What someone began to write and did not post yet."""

from datetime import datetime
from typing import Any, NamedTuple, Self

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Model


class FormPlace(NamedTuple):
    """What a form is for: a new `question`, `discussion` or `idea`, a `reply` to a thread, a `comment` on a post, an
    `edit`.

    Written as `question` or `reply:7`."""

    kind: str
    id: int = 0

    @classmethod
    def read(cls, written: str) -> Self | None:
        """The place of that name, if it can be one. Whether there is such a thread or post, it does not know."""
        kind, colon, number = written.partition(":")
        if kind in NEW:
            return None if colon else cls(kind)
        known = kind in ABOUT and number.isascii() and number.isdigit() and len(number) < 19 and int(number) > 0
        return cls(kind, int(number)) if known else None

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind


NEW = ("question", "discussion", "idea")
ABOUT = ("reply", "comment", "edit")


class Draft(Model):
    """The fields of one form, as far as they were filled. It goes when the form is posted."""

    __tablename__ = "draft"

    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(40), primary_key=True)
    """A FormPlace, written out."""
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime] = mapped_column(index=True)
