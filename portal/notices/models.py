"""Notices: one message to one person about one thing; and what each person wants to hear of, and how."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model

KINDS = (
    "reply",
    "mention",
    "accepted",
    "verified",
    "outcome",
    "merged",
    "unmerged",
    "announcement",
    "corrected",
    "withdrawn",
    "asked",
    "answered",
    "offered",
    "owned",
    "waiting",
)
"""outcome, merged, unmerged: of an idea. corrected, withdrawn: of an announcement. asked: does this solve your need?
answered: what staff say to those for whom it did not. offered: vote for the idea that a question you have too is linked
to. owned: an idea is yours to see to. waiting: an announcement of yours waits for you, or an idea for one."""
REASONS = (
    "author",
    "on-behalf",
    "voter",
    "linked",
    "merged",
    "follower",
    "watcher",
    "mentioned",
    "wrote",
    "asked",
    "same",
    "owner",
    "subscriber",
)
"""Why someone gets it. The first six in this order: the first that holds is said."""
SORTS = ("requested", "announcements", "replies", "mentions", "answers", "followed", "team")
"""What can be switched off, each by itself: about what I asked for; announcements in general; replies; mentions;
accepted and verified answers; ideas that I only follow; what staff give each other."""


class Notice(Model):
    """One person is told of one event. It lies in the inbox; letters are deliveries of it."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"reason IN {REASONS}", name="reason"),
        UniqueConstraint("event_id", "person_id"),
        Index("ix_notice_person", "person_id", "id"),
        Index("ix_notice_thread", "thread_id", "person_id"),
        Index(
            "ix_notice_unread",
            "person_id",
            "thread_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(BigInt, ForeignKey("event.id"))
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(12))
    thread_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"))
    """What it is about: whoever may not see this, does not see the notice."""
    post_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("post.id"))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class NoticeChoice(Model):
    """What someone said about a sort of news. Without a row: both."""

    __tablename__ = "notice_choice"
    __table_args__ = (CheckConstraint(f"sort IN {SORTS}", name="sort"),)

    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True)
    sort: Mapped[str] = mapped_column(String(16), primary_key=True)
    inbox: Mapped[bool] = mapped_column(default=True)
    mail: Mapped[bool] = mapped_column(default=True)


class PersonMute(Model):
    """Someone wants no notice of what another person does."""

    __tablename__ = "person_mute"

    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True)
    muted_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True, index=True)
    at: Mapped[datetime]


class FeedKey(Model):
    """The secret in the address of someone's own feed. Another one makes the old address worthless."""

    __tablename__ = "feed_key"

    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    made_at: Mapped[datetime]
