"""What someone has read, and what they follow besides single threads."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Model
from portal.threads.models.thread import LEVELS


class ReadMark(Model):
    """How far someone has read a thread: all activity up to this number. Without a row: up to their `read_since`."""

    __tablename__ = "read_mark"
    __table_args__ = (Index("ix_read_mark_thread_id", "thread_id"),)

    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"), primary_key=True)
    activity: Mapped[int]
    at: Mapped[datetime]


class CategoryWatch(Model):
    """How closely someone follows what is begun in a category."""

    __tablename__ = "category_watch"
    __table_args__ = (CheckConstraint(f"level IN {LEVELS}", name="level"),)

    category_id: Mapped[int] = mapped_column(BigInt, ForeignKey("category.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True, index=True)
    level: Mapped[str] = mapped_column(String(6))
    at: Mapped[datetime]


class TagWatch(Model):
    """How closely someone follows what is marked with a tag."""

    __tablename__ = "tag_watch"
    __table_args__ = (CheckConstraint(f"level IN {LEVELS}", name="level"),)

    tag_id: Mapped[int] = mapped_column(BigInt, ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True, index=True)
    level: Mapped[str] = mapped_column(String(6))
    at: Mapped[datetime]
