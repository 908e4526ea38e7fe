"""What a question adds to a thread."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model


class Question(Model):
    """Shares the id of its thread."""

    __tablename__ = "question"
    __table_args__ = (
        Index(
            "ix_question_waiting",
            "waiting_since",
            "thread_id",
            sqlite_where=text("waiting_since IS NOT NULL"),
            postgresql_where=text("waiting_since IS NOT NULL"),
        ),
    )

    thread_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"), primary_key=True)
    same: Mapped[int] = mapped_column(default=0)
    """How many have this too: a kept count of same_question."""
    waiting_since: Mapped[datetime | None]
    """Since when it waits for us. A staff reply or an accepted answer stops it; it starts again when the asker
    writes last."""
    quiet_until: Mapped[datetime | None]
    """What was written before starts no clock: an import sets it, as old questions wait for nobody."""
    choice_locked_event_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("event.id"))
    """Staff locked which answer is the accepted one."""


class SameQuestion(Model):
    """Someone has this question too."""

    __tablename__ = "same_question"

    thread_id: Mapped[int] = mapped_column(BigInt, ForeignKey("question.thread_id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True, index=True)
    at: Mapped[datetime]


class Acceptance(Model):
    """An answer was accepted; `ended_at` once that no longer holds. At most one in force a question."""

    __tablename__ = "acceptance"
    __table_args__ = (
        Index(
            "uq_acceptance_in_force",
            "thread_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_acceptance_post_id", "post_id"),
    )

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"))
    post_id: Mapped[int] = mapped_column(BigInt, ForeignKey("post.id"))
    by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    ended_because: Mapped[str] = mapped_column(String(20), default="")
    """changed, cleared, deleted, hidden, moved."""


class Verification(Model):
    """Staff say that an answer is right; `ended_at` once that no longer holds. At most one in force a question."""

    __tablename__ = "verification"
    __table_args__ = (
        Index(
            "uq_verification_in_force",
            "thread_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"))
    post_id: Mapped[int] = mapped_column(BigInt, ForeignKey("post.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    ended_because: Mapped[str] = mapped_column(String(20), default="")
