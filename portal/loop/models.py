"""The ledger: who is owed word of which outcome, what became of that, and whether it solved their need."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model

STATES = ("pending", "told", "undeliverable")
CAUSES = ("no-address", "bounced", "suspended", "erased", "muted", "opted-out", "no-access", "withdrawn")
"""Why someone was not told. opted-out: "don't tell me", or the whole sort of news is switched off. withdrawn: the
announcement was, before they were told."""
REASONS = ("author", "on-behalf", "voter", "linked", "merged")
"""Why it is owed: the first of these that holds."""
ANSWERS = ("solved", "partly", "no")
WANTS = ("defect", "part-missing", "cannot-find", "documentation", "too-slow", "price", "other")
"""What is wrong, where it is not solved."""


class Debt(Model):
    """One person is owed word of one outcome."""

    __tablename__ = "debt"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"reason IN {REASONS}", name="reason"),
        CheckConstraint(f"cause IS NULL OR cause IN {CAUSES}", name="known_cause"),
        CheckConstraint("(state = 'undeliverable') = (cause IS NOT NULL)", name="cause"),
        CheckConstraint("(state = 'told') = (told_at IS NOT NULL)", name="told"),
        UniqueConstraint("outcome_id", "person_id"),
        Index("ix_debt_person", "person_id", "outcome_id"),
        # Everything that is counted of an idea or of an outcome, out of the index alone.
        Index("ix_debt_idea", "idea_id", "outcome_id", "state", "told_at"),
        Index("ix_debt_notice", "notice_id"),
        Index("ix_debt_event", "event_id", "person_id"),
        Index(
            "ix_debt_undeliverable",
            "outcome_id",
            "cause",
            "person_id",
            sqlite_where=text("cause IS NOT NULL"),
            postgresql_where=text("cause IS NOT NULL"),
        ),
        # Those whom an event `loop.asked` is for, until they have their notice.
        Index(
            "ix_debt_asked",
            "person_id",
            "asked_at",
            sqlite_where=text("asked_at IS NOT NULL AND ask_notice_id IS NULL"),
            postgresql_where=text("asked_at IS NOT NULL AND ask_notice_id IS NULL"),
        ),
        Index(
            "ix_debt_ask",
            "ask_at",
            "person_id",
            sqlite_where=text("ask_at IS NOT NULL AND asked_at IS NULL"),
            postgresql_where=text("ask_at IS NOT NULL AND asked_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    outcome_id: Mapped[int] = mapped_column(BigInt, ForeignKey("outcome.id"))
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    idea_id: Mapped[int] = mapped_column(BigInt, ForeignKey("idea.thread_id"))
    """The idea that the outcome is of."""
    asked_idea_id: Mapped[int] = mapped_column(BigInt, ForeignKey("idea.thread_id"))
    """The one that they asked for themselves: another one, where theirs is merged into it."""
    reason: Mapped[str] = mapped_column(String(12))
    event_id: Mapped[int] = mapped_column(BigInt, ForeignKey("event.id"))
    """From which it is owed: a decision, a merging, an announcement."""
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(14), default="pending")
    cause: Mapped[str | None] = mapped_column(String(12))
    told_at: Mapped[datetime | None]
    notice_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("notice.id"))
    """The notice that paid it."""
    seen_at: Mapped[datetime | None]
    ask_at: Mapped[datetime | None]
    """When to ask them whether it solves their need; None: never."""
    asked_at: Mapped[datetime | None]
    """The time of the event `loop.asked` by which they are asked; their notice follows."""
    ask_notice_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("notice.id"))


class Confirmation(Model):
    """What someone answered: did it solve their need? Of one debt, as it stands now."""

    __tablename__ = "confirmation"
    __table_args__ = (
        CheckConstraint(f"answer IN {ANSWERS}", name="answer"),
        CheckConstraint(f"cause = '' OR cause IN {WANTS}", name="cause"),
        Index("ix_confirmation_idea", "idea_id", "answer"),
        Index("ix_confirmation_at", "at"),
        Index("ix_confirmation_conversation", "conversation_id"),
        Index("ix_confirmation_settled", "settled_event_id"),
        Index(
            "ix_confirmation_open",
            "at",
            "debt_id",
            sqlite_where=text("answer != 'solved' AND settled_event_id IS NULL"),
            postgresql_where=text("answer != 'solved' AND settled_event_id IS NULL"),
        ),
    )

    debt_id: Mapped[int] = mapped_column(BigInt, ForeignKey("debt.id"), primary_key=True)
    idea_id: Mapped[int] = mapped_column(BigInt, ForeignKey("idea.thread_id"))
    """That of the debt."""
    answer: Mapped[str] = mapped_column(String(8))
    cause: Mapped[str] = mapped_column(String(14), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[bool] = mapped_column(default=False)
    """Whether they want to be written to."""
    first_at: Mapped[datetime]
    """It may be changed for 30 days from here."""
    at: Mapped[datetime]
    settled_event_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("event.id"))
    """How staff answered it; changed for the worse, it is open again."""
    conversation_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("thread.id"))
    """The private conversation with whoever wanted contact."""


class LoopReply(Model):
    """What staff said to all for whom something was not solved, at once."""

    __tablename__ = "loop_reply"

    id: Mapped[Id]
    idea_id: Mapped[int] = mapped_column(BigInt, ForeignKey("idea.thread_id"), index=True)
    event_id: Mapped[int] = mapped_column(BigInt, ForeignKey("event.id"), unique=True)
    by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class HandledPerson(Model):
    """A human writes to this person: nothing is asked or summed up for them of itself."""

    __tablename__ = "handled_person"

    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInt, ForeignKey("event.id"))


class IdeaWorth(Model):
    """What the customers behind an idea are worth, as last counted: so that open loops can be sorted by it. The worker
    counts again every few minutes; an idea without a row is worth nothing yet."""

    __tablename__ = "idea_worth"

    idea_id: Mapped[int] = mapped_column(BigInt, ForeignKey("idea.thread_id"), primary_key=True)
    """A root."""
    organisations: Mapped[int]
    """The distinct ones of its supporters."""
    value: Mapped[int] = mapped_column(BigInt)
    """The sum of their yearly values."""
