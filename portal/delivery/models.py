"""Everything that leaves the house: letters, a row a person and thing; what hooks send, a row a hook and thing."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model

STATES = ("due", "leased", "sent", "deferred", "failed", "suppressed", "held")
"""due: to be sent from `due_at` on. leased: a worker is at it. deferred: it did not work, and is tried again.
failed: never sent, or came back. suppressed: not sent any more, for a reason that `answer` says. held: waits for the
next digest."""
ACCOUNT = "notice_id IS NULL AND kind != 'digest'"
"""Condition: a letter is about the account itself. It never waits and never counts."""
OFTEN = ("each", "daily", "weekly")
RECEIVED = ("reply", "bounce", "refused", "ignored")
FORMATS = ("standard", "slack")


class Delivery(Model):
    """One letter on its way. It is written in the transaction of what it tells of; a worker leases and sends it."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("state != 'leased' OR lease_until IS NOT NULL", name="leased"),
        CheckConstraint("state != 'sent' OR sent_at IS NOT NULL", name="sent"),
        Index("ix_delivery_state_due_at", "state", "due_at", "id"),
        Index("ix_delivery_person", "person_id", "state", "sent_at"),
        # Few have one, and each index is written 50,000 times when as many are told of something.
        Index(
            "ix_delivery_parent_id",
            "parent_id",
            sqlite_where=text("parent_id IS NOT NULL"),
            postgresql_where=text("parent_id IS NOT NULL"),
        ),
        # Letters about an account overtake all others.
        Index("ix_delivery_account", "state", "due_at", sqlite_where=text(ACCOUNT), postgresql_where=text(ACCOUNT)),
        UniqueConstraint("notice_id", "channel"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    channel: Mapped[str] = mapped_column(String(10), default="mail")
    kind: Mapped[str] = mapped_column(String(40))
    """Which letter: the name of its template."""
    person_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    address: Mapped[str] = mapped_column(String(254))
    notice_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("notice.id"))
    """What it carries, if that also lies in an inbox."""
    parent_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("delivery.id"))
    """The letter that it went in, with others: several replies in one, or a digest. It shares what becomes of that."""
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the template needs. Never a secret: links that open an account are made when the letter is."""
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    """Fixed for the delivery, so that a letter sent twice after a crash is seen as one."""
    state: Mapped[str] = mapped_column(String(10), default="due")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    """When it was first tried: two days later it is given up."""
    sent_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    """What the mail server said last, or why it was not sent."""


class MailChoice(Model):
    """How often someone gets letters about what happens here. Without a row: each at once."""

    __tablename__ = "mail_choice"
    __table_args__ = (CheckConstraint(f"every IN {OFTEN}", name="every"),)

    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True)
    every: Mapped[str] = mapped_column(String(8), default="each")
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    """When what is held for them goes out as a digest: by their own clock. None: nothing is planned."""


class MailTrouble(Model):
    """An address that letters came back from. From `suppressed_at` on nothing is sent there but what confirms it."""

    __tablename__ = "mail_trouble"

    address_key: Mapped[str] = mapped_column(String(254), primary_key=True)
    soft: Mapped[int] = mapped_column(default=0)
    """Letters in a row that came back for now; the third suppresses."""
    last_at: Mapped[datetime]
    suppressed_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    """What the server there said last."""


class ReceivedMail(Model):
    """A message that came in, and what became of it: the same one handed in twice is done once."""

    __tablename__ = "received_mail"
    __table_args__ = (
        CheckConstraint(f"what IN {RECEIVED}", name="what"),
        Index("ix_received_mail_at", "at", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """A hash of its Message-ID and of the address that it came to, or of all of it where it has none."""
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(8))
    delivery_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("delivery.id"), index=True)
    """The letter that it answers, or that came back."""
    person_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("post.id"), index=True)
    """What it became."""
    answer: Mapped[str] = mapped_column(Text, default="")
    """Why it became nothing."""


class Hook(Model):
    """An address of someone's system that is told of what happens here."""

    __tablename__ = "hook"
    __table_args__ = (CheckConstraint(f"format IN {FORMATS}", name="format"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(String(8), default="standard")
    kinds: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Which things it hears of."""
    category_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("category.id", ondelete="CASCADE"), index=True)
    """It hears of all in this category, whoever may read it; None: of what a visitor may see, anywhere."""
    secret: Mapped[str] = mapped_column(String(80))
    old_secret: Mapped[str | None] = mapped_column(String(80))
    old_secret_until: Mapped[datetime | None]
    """Both sign until then."""
    created_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    failing_since: Mapped[datetime | None]
    """Nothing got through since; five days later it is paused."""
    failures: Mapped[int] = mapped_column(default=0)
    """In a row."""
    rests_until: Mapped[datetime | None]
    """After a failure it is left alone for a while, so that what is dead is not knocked at all the time."""
    paused_at: Mapped[datetime | None]
    pause_reason: Mapped[str] = mapped_column(String(8), default="")
    """hand: by an admin. failing: after five days. gone: the receiver said 410."""


class HookDelivery(Model):
    """One thing on its way to one hook."""

    __tablename__ = "hook_delivery"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("state != 'leased' OR lease_until IS NOT NULL", name="leased"),
        CheckConstraint("state != 'sent' OR sent_at IS NOT NULL", name="sent"),
        UniqueConstraint("hook_id", "message_id"),
        Index("ix_hook_delivery_due", "hook_id", "state", "due_at"),
        Index("ix_hook_delivery_log", "hook_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    hook_id: Mapped[int] = mapped_column(BigInt, ForeignKey("hook.id", ondelete="CASCADE"))
    message_id: Mapped[str] = mapped_column(String(80))
    """`webhook-id`: the same however often it is sent, and when it is replayed."""
    kind: Mapped[str] = mapped_column(String(40))
    event_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("event.id"))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Ids of what it tells of; the words are written when it is sent, as they may be read then."""
    state: Mapped[str] = mapped_column(String(10), default="due")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    request: Mapped[str] = mapped_column(Text, default="")
    """What was sent last."""
    status: Mapped[int | None]
    """The HTTP status that was answered last."""
    answer: Mapped[str] = mapped_column(Text, default="")
    """What was answered last, its beginning; or why nothing was."""
