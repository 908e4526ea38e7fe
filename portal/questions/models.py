"""What a question adds to a thread."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model


class Question(Model):
    """Shares the id of its thread."""

    __tablename__ = "question"
    __table_args__ = (
        # The staff inbox: what is due next, and what is due to those whom nobody answered. Keyset on (value, id).
        Index(
            "ix_question_due",
            "due_at",
            "thread_id",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_question_first_reply_due",
            "first_reply_due_at",
            "thread_id",
            sqlite_where=text("first_reply_due_at IS NOT NULL"),
            postgresql_where=text("first_reply_due_at IS NOT NULL"),
        ),
        Index(
            "ix_question_assignee",
            "assignee_id",
            "due_at",
            "thread_id",
            sqlite_where=text("assignee_id IS NOT NULL"),
            postgresql_where=text("assignee_id IS NOT NULL"),
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
    first_reply_due_at: Mapped[datetime | None]
    """When someone should have replied; None when someone did, or nobody can. Where the category has no target: long
    after all that has one (portal/questions/policy.py)."""
    waiting_due_at: Mapped[datetime | None]
    """When it should wait for us no longer; None while it does not."""
    due_at: Mapped[datetime | None]
    """The earlier of the two, while it waits for us."""
    assignee_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    """Who on the team sees to it."""
    assigned_event_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("event.id"))
    """Who said so, when, and with which note."""
    snoozed_until: Mapped[datetime | None]
    """It stays out of the inbox until then, or until its asker writes."""
    snoozed_event_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("event.id"))


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


class CategoryTarget(Model):
    """What a category promises, in minutes of business time; None where it promises nothing."""

    __tablename__ = "category_target"

    category_id: Mapped[int] = mapped_column(BigInt, ForeignKey("category.id", ondelete="CASCADE"), primary_key=True)
    first_reply: Mapped[int | None]
    waiting: Mapped[int | None]


class SavedView(Model):
    """A choice of the staff inbox under a name, for whoever saved it or for all of staff."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person_id", "name_key"), Index("ix_saved_view_shared", "shared"))

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    name_key: Mapped[str] = mapped_column(String(60))
    """As names are compared: a person has one view of a name."""
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
    chosen: Mapped[dict[str, Any]]
    """What the address of the inbox asks for."""
    at: Mapped[datetime]
