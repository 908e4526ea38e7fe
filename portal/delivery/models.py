"""Everything that is to be sent: one row a person and channel."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model

STATES = ("due", "leased", "sent", "deferred", "failed", "suppressed")


class Delivery(Model):
    """One letter on its way. It is written in the transaction of what it tells of; a worker leases and sends it."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("state != 'leased' OR lease_until IS NOT NULL", name="leased"),
        CheckConstraint("state != 'sent' OR sent_at IS NOT NULL", name="sent"),
        Index("ix_delivery_state_due_at", "state", "due_at", "id"),
        UniqueConstraint("notice_id", "channel"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    channel: Mapped[str] = mapped_column(String(10), default="mail")
    kind: Mapped[str] = mapped_column(String(40))
    """Which letter: the name of its template."""
    person_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    notice_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("notice.id"))
    """What it carries, if that also lies in an inbox."""
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the template needs. Never a secret: links that open an account are made when the letter is."""
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    """Fixed for the delivery, so that a letter sent twice after a crash is seen as one."""
    state: Mapped[str] = mapped_column(String(10), default="due")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    """What the mail server said last, or why it was not sent."""
