"""What someone began to write and did not post yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Model


class Draft(Model):
    """The fields of one form, as far as they were filled. It goes when the form is posted."""

    __tablename__ = "draft"

    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(40), primary_key=True)
    """What the form is for: question, discussion, reply:<thread>, comment:<post>, edit:<post>."""
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime] = mapped_column(index=True)
