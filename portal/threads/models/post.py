"""Posts: what people write, how it was before, and what others made of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model, link
from portal.people.models import Person
from portal.threads.models.thread import Thread

GONE = "hidden_event_id IS NOT NULL OR deleted_event_id IS NOT NULL"


class Post(Model):
    """One contribution. The opening post is number 1, replies count on from there; a comment has a parent instead."""

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("(parent_id IS NULL) = (number IS NOT NULL)", name="number_or_parent"),
        UniqueConstraint("thread_id", "number"),
        Index("ix_post_parent_id", "parent_id", "id"),
        Index("ix_post_thread_time", "thread_id", "created_at", "id"),
        # What of a thread someone has not read yet.
        Index("ix_post_thread_activity", "thread_id", "activity"),
        Index("ix_post_author", "author_id", "created_at", "id"),
        Index("ix_post_renderer", "renderer", "id"),
        # The few that are gone: to leave out what hangs under them, PostgreSQL would read all posts.
        Index("ix_post_gone", "id", sqlite_where=text(GONE), postgresql_where=text(GONE)),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"))
    number: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("post.id"))
    activity: Mapped[int]
    """This post's place in the thread's activity, which comments share."""
    author_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    author_name: Mapped[str] = mapped_column(String(80), default="")
    by_staff: Mapped[bool] = mapped_column(default=False)
    """Whether its author was staff when writing it: that stops the clock of a question, whoever they are now."""
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    renderer: Mapped[int]
    is_wiki: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    edited_by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    edit_reason: Mapped[str] = mapped_column(Text, default="")
    """What the last editor said; it goes with the text into the revision that the next edit leaves."""
    revision: Mapped[int] = mapped_column(default=1)
    """Grows with each edit; what an editor began from, so that the second of two gets a 409."""
    helpful: Mapped[int] = mapped_column(default=0)
    """People who found it helpful: a kept count of post_vote."""
    imported_votes: Mapped[int] = mapped_column(default=0)
    """A score that came with an import; signed; nobody's vote."""
    hidden_event_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("event.id"))
    deleted_event_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("event.id"))
    """The deletion it went with: what one event took is what its restoring brings back."""

    thread = link(Thread, foreign_keys=[thread_id])
    author = link(Person, foreign_keys=[author_id])

    @property
    def is_opening(self) -> bool:
        return self.number == 1

    @property
    def is_comment(self) -> bool:
        return self.parent_id is not None

    @property
    def stands(self) -> bool:
        """Neither hidden nor deleted."""
        return self.hidden_event_id is None and self.deleted_event_id is None


class PostRevision(Model):
    """A post as it was: one row for each earlier revision (the present one is the post itself)."""

    __tablename__ = "post_revision"
    __table_args__ = (UniqueConstraint("post_id", "revision"),)

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(BigInt, ForeignKey("post.id"))
    revision: Mapped[int]
    title: Mapped[str | None] = mapped_column(String(200))
    tags: Mapped[str | None] = mapped_column(Text)
    """Of an opening post: names parted by spaces."""
    source: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(String(80), default="")
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")


class PostVote(Model):
    """Someone found a post helpful."""

    __tablename__ = "post_vote"

    post_id: Mapped[int] = mapped_column(BigInt, ForeignKey("post.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True, index=True)
    at: Mapped[datetime]


class Mention(Model):
    """A post names someone who may see it."""

    __tablename__ = "mention"

    post_id: Mapped[int] = mapped_column(BigInt, ForeignKey("post.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True, index=True)


class FormKey(Model):
    """A form that was sent: sent again, it leads to what it made instead of making it twice."""

    __tablename__ = "form_key"

    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    post_id: Mapped[int] = mapped_column(BigInt, ForeignKey("post.id"))
    at: Mapped[datetime]
