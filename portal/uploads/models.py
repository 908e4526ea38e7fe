"""What was uploaded, and which posts show it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model

KINDS = ("image", "file", "avatar")


class Upload(Model):
    """One file in the storage, named there by its random key: nobody can guess it, nothing of its name is in it."""

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        Index("ix_upload_person_at", "person_id", "created_at"),
        Index("ix_upload_created_at", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(6))
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(120), default="")
    """As it was called where it came from; for the reader only."""
    media_type: Mapped[str] = mapped_column(String(60))
    ending: Mapped[str] = mapped_column(String(8))
    bytes: Mapped[int]
    """Of all its sizes together."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime]
    dropped_at: Mapped[datetime | None] = mapped_column(index=True)
    """Nobody gets it any more: its files go next, and then this row, so that no file is ever left without one."""


class UploadUse(Model):
    """A post shows an upload: whoever may read the post may fetch it. What no row names is swept after a day."""

    __tablename__ = "upload_use"

    upload_id: Mapped[int] = mapped_column(BigInt, ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(BigInt, ForeignKey("post.id"), primary_key=True, index=True)
