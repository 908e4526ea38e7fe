"""What an announcement adds to a thread: its state, and the items that link to ideas."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model

STATES = ("draft", "scheduled", "waiting", "published", "withdrawn")
"""`waiting`: an idea in it changed after it was scheduled, so its author is asked first."""
AUDIENCES = ("everyone", "members", "groups")
ITEM_OUTCOMES = ("shipped", "partly-shipped", "deferred", "declined")


class Announcement(Model):
    """Shares the id of its thread. Until it is published its thread is private to staff; then its audience says."""

    __tablename__ = "announcement"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"audience IN {AUDIENCES}", name="audience"),
        CheckConstraint("state != 'scheduled' OR publish_at IS NOT NULL", name="scheduled"),
        CheckConstraint("state NOT IN ('published', 'withdrawn') OR published_at IS NOT NULL", name="published"),
        Index("ix_announcement_state_publish", "state", "publish_at"),
        Index("ix_announcement_published", "published_at", "thread_id"),
    )

    thread_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    audience: Mapped[str] = mapped_column(String(10), default="everyone")
    """Kept here while it is a draft; once published, the thread's privacy says it (none, members, groups)."""
    publish_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    event_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("event.id"))
    """The publishing, from which people are told."""
    withdrawn_event_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("event.id"))


class AnnouncementItem(Model):
    """What an announcement says of one idea."""

    __tablename__ = "announcement_item"
    __table_args__ = (
        CheckConstraint(f"outcome IN {ITEM_OUTCOMES}", name="outcome"),
        UniqueConstraint("announcement_id", "idea_id"),
        Index("ix_announcement_item_idea", "idea_id"),
        Index("ix_announcement_item_outcome", "outcome_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    announcement_id: Mapped[int] = mapped_column(BigInt, ForeignKey("announcement.thread_id"))
    position: Mapped[int] = mapped_column(default=0)
    idea_id: Mapped[int] = mapped_column(BigInt, ForeignKey("idea.thread_id"))
    outcome: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text, default="")
    """Markdown: the sentence about it; of what is deferred or declined, the reason."""
    note_html: Mapped[str] = mapped_column(Text, default="")
    available_on: Mapped[date | None]
    """None: now."""
    available_to: Mapped[str] = mapped_column(String(80), default="")
    """For whom: "in Pro". Empty: for all."""
    revisit_on: Mapped[date | None]
    """Of what is deferred."""
    seen_outcome_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("outcome.id"))
    """The idea's outcome when it was scheduled: another one since, and the announcement waits."""
    outcome_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("outcome.id"))
    """Once published: the outcome that it recorded, or that it found and named."""
    recorded: Mapped[bool] = mapped_column(default=False)
    """Whether publishing it recorded that outcome, so that withdrawing it ends it."""
    event_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("event.id"))
    """What owes for it: the publishing, or the adding of it later."""


class AnnouncementGroup(Model):
    """An announcement is for a group."""

    __tablename__ = "announcement_group"

    announcement_id: Mapped[int] = mapped_column(BigInt, ForeignKey("announcement.thread_id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("member_group.id", ondelete="CASCADE"), primary_key=True, index=True
    )
