"""The table of what happened. It is the moderation log, the story behind a state, and what later work starts from."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model


class Event(Model):
    """One thing that happened. `kind` is `noun.verb`, such as `thread.locked`; `reason` is what the actor said."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_thread_id_kind", "thread_id", "kind"),
        Index("ix_event_person_id_kind", "person_id", "kind"),
        Index("ix_event_log", "logged", "id"),
        # What someone is still to be told of.
        Index(
            "ix_event_due",
            "due_at",
            "id",
            sqlite_where=text("due_at IS NOT NULL AND done_at IS NULL"),
            postgresql_where=text("due_at IS NOT NULL AND done_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    # What it happened to. No foreign keys to rooms above: a row outlives what it tells of.
    thread_id: Mapped[int | None] = mapped_column(BigInt)
    post_id: Mapped[int | None] = mapped_column(BigInt)
    person_id: Mapped[int | None] = mapped_column(BigInt)
    reason: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    logged: Mapped[bool] = mapped_column(default=False)
    """Whether staff did it as staff: these rows are the moderation log."""
    due_at: Mapped[datetime | None]
    """From when on people are to be told of it; None: nobody is. Until then it can be undone without a trace."""
    reached: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    """Everyone up to this id has been seen to: a worker that comes after a crash goes on from here."""
    done_at: Mapped[datetime | None]
    """When the last one had been."""
