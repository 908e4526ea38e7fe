"""A thread: one table for every kind of conversation."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model, link
from portal.people.models import Person
from portal.threads.models.category import Category

KINDS = ("question", "discussion", "idea", "announcement")
ASKED_PRIVACIES = ("none", "staff", "organisation")
"""Those that whoever begins a thread chooses from."""
PRIVACIES = (*ASKED_PRIVACIES, "members", "groups")
LEVELS = ("watch", "follow", "mute", "none")


def path_of(kind: str, thread_id: int, slug: str) -> str:
    """The address of a thread on this portal."""
    return f"/{kind}s/{thread_id}-{slug}"


def _state() -> Mapped[int | None]:
    """A state with a story: the event that began it, or None while it does not hold."""
    return mapped_column(BigInt, ForeignKey("event.id"))


class Thread(Model):
    """A title, an author, a category, and posts. What a kind adds is in a table of its own that shares the id."""

    __tablename__ = "thread"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"privacy IN {PRIVACIES}", name="privacy"),
        CheckConstraint("privacy != 'organisation' OR organisation_id IS NOT NULL", name="organisation"),
        # The lists: all, by kind, by category, each by activity, by age, by votes. Keyset on (value, id).
        Index("ix_thread_active", "last_activity_at", "id"),
        Index("ix_thread_new", "created_at", "id"),
        Index("ix_thread_helpful", "helpful", "id"),
        Index("ix_thread_kind_active", "kind", "last_activity_at", "id"),
        Index("ix_thread_kind_new", "kind", "created_at", "id"),
        Index("ix_thread_kind_helpful", "kind", "helpful", "id"),
        Index("ix_thread_category_active", "category_id", "last_activity_at", "id"),
        Index("ix_thread_category_new", "category_id", "created_at", "id"),
        Index("ix_thread_category_helpful", "category_id", "helpful", "id"),
        Index("ix_thread_author", "author_id", "created_at", "id"),
        Index(
            "ix_thread_pinned",
            "pinned_event_id",
            sqlite_where=text("pinned_event_id IS NOT NULL"),
            postgresql_where=text("pinned_event_id IS NOT NULL"),
        ),
        Index(
            "ix_thread_unanswered",
            "created_at",
            "id",
            sqlite_where=text("kind = 'question' AND first_reply_at IS NULL"),
            postgresql_where=text("kind = 'question' AND first_reply_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(12))
    category_id: Mapped[int] = mapped_column(BigInt, ForeignKey("category.id"))
    author_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    author_name: Mapped[str] = mapped_column(String(80), default="")
    """The name of an author who has no row here (imported from a deleted account)."""
    title: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(12), default="en")
    privacy: Mapped[str] = mapped_column(String(12), default="none")
    """Who of its category's readers is kept out: nobody; all but its author (and their organisation) and staff;
    visitors; all but the groups of thread_group and staff."""
    organisation_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("organisation.id"))
    created_at: Mapped[datetime]
    last_activity_at: Mapped[datetime]
    last_poster_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    last_poster_name: Mapped[str] = mapped_column(String(80), default="")
    first_reply_at: Mapped[datetime | None]
    """When someone other than the author first replied, of the replies that stand."""
    last_number: Mapped[int] = mapped_column(default=1)
    """The highest number a post of this thread ever had; numbers are never reused."""
    activity: Mapped[int] = mapped_column(default=1)
    """Grows by one with each post and comment; read marks refer to it."""
    replies: Mapped[int] = mapped_column(default=0)
    """Replies that stand: neither deleted nor hidden."""
    helpful: Mapped[int] = mapped_column(default=0)
    """Votes on the opening post, those of an import included; can be negative."""
    views: Mapped[int] = mapped_column(default=0)
    accepted_post_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("post.id", use_alter=True, name="fk_thread_accepted_post_id")
    )
    verified_post_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("post.id", use_alter=True, name="fk_thread_verified_post_id")
    )
    closed_event_id: Mapped[int | None] = _state()
    locked_event_id: Mapped[int | None] = _state()
    pinned_event_id: Mapped[int | None] = _state()
    hidden_event_id: Mapped[int | None] = _state()
    deleted_event_id: Mapped[int | None] = _state()

    category = link(Category)
    author = link(Person, foreign_keys=[author_id])

    @property
    def path(self) -> str:
        return path_of(self.kind, self.id, self.slug)

    @property
    def is_closed(self) -> bool:
        return self.closed_event_id is not None

    @property
    def is_locked(self) -> bool:
        return self.locked_event_id is not None

    @property
    def is_hidden(self) -> bool:
        return self.hidden_event_id is not None

    @property
    def is_deleted(self) -> bool:
        return self.deleted_event_id is not None


class ThreadGroup(Model):
    """A group may read a thread whose privacy is `groups`."""

    __tablename__ = "thread_group"

    thread_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("member_group.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ThreadTag(Model):
    """A thread is marked with a tag."""

    __tablename__ = "thread_tag"

    thread_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(BigInt, ForeignKey("tag.id"), primary_key=True, index=True)


class ThreadLink(Model):
    """One thread refers to another, or is a duplicate of it. Shown only where both may be seen."""

    __tablename__ = "thread_link"
    __table_args__ = (CheckConstraint("kind IN ('linked', 'duplicate')", name="kind"),)

    from_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"), primary_key=True)
    to_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    at: Mapped[datetime]


class Watch(Model):
    """How closely someone follows a thread. `chosen`: by themselves, so that no later act changes it silently."""

    __tablename__ = "watch"
    __table_args__ = (CheckConstraint(f"level IN {LEVELS}", name="level"),)

    thread_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True, index=True)
    level: Mapped[str] = mapped_column(String(6))
    chosen: Mapped[bool] = mapped_column(default=False)
    because: Mapped[str] = mapped_column(Text, default="")
    """What made the follow (asked, answered, same, chosen ...), so that taking that back ends it."""
    at: Mapped[datetime]
