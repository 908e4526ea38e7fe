"""Sessions, the count of failed sign-ins, links in letters, and suspensions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model, link
from portal.people.models.person import Person

PURPOSES = ("confirm", "change", "reset")


class LoginSession(Model):
    """One browser signed in as one person. Deleting the row ends it."""

    __tablename__ = "login_session"

    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    """Random, 256 bits, URL-safe: what the signed cookie holds."""
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(45), default="")
    user_agent: Mapped[str] = mapped_column(String(255), default="")

    person = link(Person)


class KnownDevice(Model):
    """A browser that someone signed in with before: it holds the secret, we its hash. Another one is worth a letter."""

    __tablename__ = "known_device"

    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime]


class SignInAttempt(Model):
    """A failed try, counted per account and per address. Old rows are swept."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_login_key_at", "login_key", "at"),
        Index("ix_sign_in_attempt_address_at", "address", "at"),
    )

    id: Mapped[Id]
    login_key: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime]


class AccountToken(Model):
    """A link in a letter: single use, one hour. Only its SHA-256 is kept."""

    __tablename__ = "account_token"
    __table_args__ = (CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),)

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class KeptAct(Model):
    """What a visitor pressed, until they have signed in: only the browser whose cookie holds the id can finish it."""

    __tablename__ = "kept_act"
    __table_args__ = (Index("ix_kept_act_address_at", "address", "at"), Index("ix_kept_act_at", "at"))

    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    """Random, 256 bits, URL-safe."""
    path: Mapped[str] = mapped_column(Text)
    fields: Mapped[list[Any]] = mapped_column(JSON)
    """The fields of the form in their order: pairs of a name and a text."""
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime]


class Suspension(Model):
    """Someone may not sign in for a while, or until it is lifted. The story stays; one is in force at a time."""

    __tablename__ = "suspension"
    __table_args__ = (
        Index(
            "uq_suspension_in_force",
            "person_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"))
    by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
