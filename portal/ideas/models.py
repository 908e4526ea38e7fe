"""What an idea adds to a thread: votes, outcomes, merging, and who sees to it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import BigInt, Id, Model

STATUSES = (
    "open",
    "under-review",
    "planned",
    "in-progress",
    "partly-shipped",
    "shipped",
    "deferred",
    "declined",
    "already-possible",
    "duplicate",
)
OPEN_TO_VOTES = ("open", "under-review", "planned", "in-progress", "partly-shipped", "deferred")
DECIDED = ("planned", "in-progress", "partly-shipped", "shipped", "deferred", "declined", "already-possible")
"""What answers "will you do it?"; merging passes the question on."""
DELIVERED = ("partly-shipped", "shipped", "already-possible")
"""What people can try, so that they can be asked whether it solves their need."""
REASON_NEEDED = ("deferred", "declined", "already-possible", "duplicate")
TELLS = ("now", "with-announcement", "quiet")


class Idea(Model):
    """Shares the id of its thread. Counts of a root are over it and all that is merged into it."""

    __tablename__ = "idea"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id != thread_id", name="not_into_itself"),
        CheckConstraint("(merged_into_id IS NULL) = (root_id = thread_id)", name="root"),
        CheckConstraint("(merged_into_id IS NOT NULL) = (status = 'duplicate')", name="duplicate"),
        # The lists, by keyset on (value, id): roots only.
        Index("ix_idea_wanted", "wanted", "thread_id"),
        Index("ix_idea_rising", "rising", "thread_id"),
        Index("ix_idea_decided", "decided_at", "thread_id"),
        Index("ix_idea_status_wanted", "status", "wanted", "thread_id"),
        Index("ix_idea_status_target", "status", "target_on", "thread_id"),
        Index("ix_idea_root", "root_id"),
        Index("ix_idea_merged_into", "merged_into_id"),
        Index("ix_idea_owner", "owner_id", "thread_id"),
    )

    thread_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"), primary_key=True)
    status: Mapped[str] = mapped_column(String(16), default="open")
    """That of the newest outcome in force; open without one."""
    outcome_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("outcome.id", use_alter=True, name="fk_idea_outcome_id")
    )
    """The newest outcome in force."""
    merged_into_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("idea.thread_id"))
    """A link, not a copy: what was cast or written here stays here."""
    root_id: Mapped[int] = mapped_column(BigInt, ForeignKey("idea.thread_id"))
    """The idea at the end of the links; itself, while it is not merged."""
    votes: Mapped[int] = mapped_column(default=0)
    """Votes cast here: a kept count of idea_vote."""
    imported_votes: Mapped[int] = mapped_column(default=0)
    """A score that came with an import: signed, nobody's vote."""
    supporters: Mapped[int] = mapped_column(default=0)
    """Of a root: the distinct people who voted for it or for what is merged into it: a kept count of supporter. Of a
    merged idea: 0."""
    wanted: Mapped[int] = mapped_column(default=0)
    """Of a root: supporters, and the imported votes of the whole. What lists are sorted by."""
    rising: Mapped[float] = mapped_column(Float, default=0.0)
    """Log of `wanted` plus age: stored, so that a list is read by index (portal/ideas/policy.py)."""
    target_on: Mapped[date | None]
    revisit_on: Mapped[date | None]
    """Both of the newest outcome."""
    first_response_at: Mapped[datetime | None]
    """When staff other than the author first replied to it, or decided on it."""
    decided_at: Mapped[datetime | None]
    """When the newest outcome in force was recorded."""
    first_decided_at: Mapped[datetime | None]
    """When it first had one of DECIDED."""
    shipped_at: Mapped[datetime | None]
    """When it was first shipped; None once that is taken back."""
    owner_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    """Who on the team sees to it."""
    personal_event_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("event.id"))
    """A human writes: nothing about it is asked or sent of itself."""


class IdeaVote(Model):
    """One person supports one idea. Cast by themselves, or on their behalf by staff (`by_id`)."""

    __tablename__ = "idea_vote"
    __table_args__ = (Index("ix_idea_vote_by_id", "by_id"),)

    idea_id: Mapped[int] = mapped_column(BigInt, ForeignKey("idea.thread_id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True, index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    source_url: Mapped[str] = mapped_column(Text, default="")
    """Where it came from: a ticket, a call. For staff."""
    permission: Mapped[str] = mapped_column(Text, default="")
    """On what permission their address is used. For staff."""
    note: Mapped[str] = mapped_column(Text, default="")
    """For staff."""


class Supporter(Model):
    """One person supports a root, or what is merged into it. Derived from idea_vote, in the same transaction."""

    __tablename__ = "supporter"

    root_id: Mapped[int] = mapped_column(BigInt, ForeignKey("idea.thread_id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True, index=True)


class IdeaSilence(Model):
    """Someone said "don't tell me what becomes of it": nothing is owed to them about this idea, nor sent."""

    __tablename__ = "idea_silence"

    idea_id: Mapped[int] = mapped_column(BigInt, ForeignKey("idea.thread_id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInt, ForeignKey("person.id"), primary_key=True, index=True)
    at: Mapped[datetime]


class IdeaQuestion(Model):
    """A question is linked to an idea: not possible today, but asked for here. Its asker is a requester."""

    __tablename__ = "idea_question"

    question_id: Mapped[int] = mapped_column(BigInt, ForeignKey("thread.id"), primary_key=True)
    idea_id: Mapped[int] = mapped_column(BigInt, ForeignKey("idea.thread_id"), index=True)
    by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    at: Mapped[datetime]


class Outcome(Model):
    """What was decided on an idea. A history: the newest in force says the idea's status. `edits_id` says of a changed
    date or a reworded reason which one it amends, so that it counts as no decision of its own."""

    __tablename__ = "outcome"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(f"tell IN {TELLS}", name="tell"),
        Index("ix_outcome_idea", "idea_id", "id"),
        Index("ix_outcome_at", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    idea_id: Mapped[int] = mapped_column(BigInt, ForeignKey("idea.thread_id"))
    status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    """Markdown, public."""
    reason_html: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(String(80), default="")
    """Of someone who has no row here (imported)."""
    at: Mapped[datetime]
    target_on: Mapped[date | None]
    revisit_on: Mapped[date | None]
    tell: Mapped[str] = mapped_column(String(18), default="now")
    """`with-announcement`: owed from the moment an announcement names it. `quiet`: a correction that is no news."""
    edits_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("outcome.id"))
    into_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("idea.thread_id"))
    """Of a duplicate: the idea it was merged into."""
    event_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("event.id"))
    """What tells of it; None of an import."""
    ended_event_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("event.id"))
    """It no longer holds: un-merged, or its announcement was withdrawn."""


class StatusName(Model):
    """What the admin calls a status; its meaning stays."""

    __tablename__ = "status_name"
    __table_args__ = (CheckConstraint(f"status IN {STATUSES}", name="status"),)

    status: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))


class IdeaNote(Model):
    """What staff write to each other about an idea. Nobody else ever sees it, nor that it is there."""

    __tablename__ = "idea_note"
    __table_args__ = (Index("ix_idea_note_idea", "idea_id", "id"),)

    id: Mapped[Id]
    idea_id: Mapped[int] = mapped_column(BigInt, ForeignKey("idea.thread_id"))
    author_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("person.id"))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
