"""Ideas, announcements, notices and the loop; and threads that only members, or some groups, may read."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
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
NOTICES = (
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
CAUSES = ("no-address", "bounced", "suspended", "erased", "muted", "opted-out", "no-access", "withdrawn")
WANTS = ("defect", "part-missing", "cannot-find", "documentation", "too-slow", "price", "other")
TABLES = (
    "status_name",
    "notice_choice",
    "person_mute",
    "handled_person",
    "announcement",
    "idea",
    "thread_group",
    "announcement_group",
    "idea_note",
    "idea_question",
    "idea_silence",
    "idea_vote",
    "loop_reply",
    "notice",
    "outcome",
    "supporter",
    "announcement_item",
    "debt",
    "confirmation",
    "idea_worth",
)
"""In the order in which they refer to each other."""
KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}
BEFORE, AFTER = ("none", "staff", "organisation"), ("none", "staff", "organisation", "members", "groups")
DUE = sa.text("due_at IS NOT NULL AND done_at IS NULL")


def _recreate() -> str:
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def _privacies(known: tuple[str, ...]) -> None:
    with op.batch_alter_table("thread", recreate=_recreate(), **KEPT) as batch:
        batch.drop_constraint(op.f("ck_thread_privacy"), type_="check")
        batch.create_check_constraint(op.f("ck_thread_privacy"), f"privacy IN {known}")


def upgrade() -> None:
    op.create_table(
        "status_name",
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            f"status IN {STATUSES}",
            name=op.f("ck_status_name_status"),
        ),
        sa.PrimaryKeyConstraint("status", name=op.f("pk_status_name")),
    )
    op.create_table(
        "notice_choice",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("sort", sa.String(length=16), nullable=False),
        sa.Column("inbox", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "sort IN ('requested', 'announcements', 'replies', 'mentions', 'answers', 'followed', 'team')",
            name=op.f("ck_notice_choice_sort"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_choice_person_id")),
        sa.PrimaryKeyConstraint("person_id", "sort", name=op.f("pk_notice_choice")),
    )
    op.create_table(
        "person_mute",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("muted_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["muted_id"], ["person.id"], name=op.f("fk_person_mute_muted_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_mute_person_id")),
        sa.PrimaryKeyConstraint("person_id", "muted_id", name=op.f("pk_person_mute")),
    )
    op.create_index("ix_person_mute_muted_id", "person_mute", ["muted_id"])

    op.create_table(
        "handled_person",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_handled_person_event_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_handled_person_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_handled_person")),
    )
    op.create_table(
        "announcement",
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("publish_at", MOMENT, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("published_by_id", BIG, nullable=True),
        sa.Column("event_id", BIG, nullable=True),
        sa.Column("withdrawn_event_id", BIG, nullable=True),
        sa.CheckConstraint("audience IN ('everyone', 'members', 'groups')", name=op.f("ck_announcement_audience")),
        sa.CheckConstraint("state != 'scheduled' OR publish_at IS NOT NULL", name=op.f("ck_announcement_scheduled")),
        sa.CheckConstraint(
            "state IN ('draft', 'scheduled', 'waiting', 'published', 'withdrawn')", name=op.f("ck_announcement_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'withdrawn') OR published_at IS NOT NULL",
            name=op.f("ck_announcement_published"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_announcement_event_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["person.id"], name=op.f("fk_announcement_published_by_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_announcement_thread_id")),
        sa.ForeignKeyConstraint(["withdrawn_event_id"], ["event.id"], name=op.f("fk_announcement_withdrawn_event_id")),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_announcement")),
    )
    op.create_index("ix_announcement_published", "announcement", ["published_at", "thread_id"])
    op.create_index("ix_announcement_state_publish", "announcement", ["state", "publish_at"])

    op.create_table(
        "idea",
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("outcome_id", BIG, nullable=True),
        sa.Column("merged_into_id", BIG, nullable=True),
        sa.Column("root_id", BIG, nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("imported_votes", sa.Integer(), nullable=False),
        sa.Column("supporters", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("rising", sa.Float(), nullable=False),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column("revisit_on", sa.Date(), nullable=True),
        sa.Column("first_response_at", MOMENT, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("first_decided_at", MOMENT, nullable=True),
        sa.Column("shipped_at", MOMENT, nullable=True),
        sa.Column("owner_id", BIG, nullable=True),
        sa.Column("personal_event_id", BIG, nullable=True),
        sa.CheckConstraint("(merged_into_id IS NOT NULL) = (status = 'duplicate')", name=op.f("ck_idea_duplicate")),
        sa.CheckConstraint(
            f"status IN {STATUSES}",
            name=op.f("ck_idea_status"),
        ),
        sa.CheckConstraint("(merged_into_id IS NULL) = (root_id = thread_id)", name=op.f("ck_idea_root")),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR merged_into_id != thread_id", name=op.f("ck_idea_not_into_itself")
        ),
        sa.ForeignKeyConstraint(["merged_into_id"], ["idea.thread_id"], name=op.f("fk_idea_merged_into_id")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name="fk_idea_outcome_id", use_alter=True),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_idea_owner_id")),
        sa.ForeignKeyConstraint(["personal_event_id"], ["event.id"], name=op.f("fk_idea_personal_event_id")),
        sa.ForeignKeyConstraint(["root_id"], ["idea.thread_id"], name=op.f("fk_idea_root_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_idea_thread_id")),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_idea")),
    )
    op.create_index("ix_idea_decided", "idea", ["decided_at", "thread_id"])
    op.create_index("ix_idea_merged_into", "idea", ["merged_into_id"])
    op.create_index("ix_idea_owner", "idea", ["owner_id", "thread_id"])
    op.create_index("ix_idea_rising", "idea", ["rising", "thread_id"])
    op.create_index("ix_idea_root", "idea", ["root_id"])
    op.create_index("ix_idea_status_target", "idea", ["status", "target_on", "thread_id"])
    op.create_index("ix_idea_status_wanted", "idea", ["status", "wanted", "thread_id"])
    op.create_index("ix_idea_wanted", "idea", ["wanted", "thread_id"])

    op.create_table(
        "thread_group",
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["member_group.id"], name=op.f("fk_thread_group_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_thread_group_thread_id")),
        sa.PrimaryKeyConstraint("thread_id", "group_id", name=op.f("pk_thread_group")),
    )
    op.create_index("ix_thread_group_group_id", "thread_group", ["group_id"])

    op.create_table(
        "announcement_group",
        sa.Column("announcement_id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.thread_id"], name=op.f("fk_announcement_group_announcement_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["member_group.id"], name=op.f("fk_announcement_group_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("announcement_id", "group_id", name=op.f("pk_announcement_group")),
    )
    op.create_index("ix_announcement_group_group_id", "announcement_group", ["group_id"])

    op.create_table(
        "idea_note",
        sa.Column("id", BIG, nullable=False),
        sa.Column("idea_id", BIG, nullable=False),
        sa.Column("author_id", BIG, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_idea_note_author_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.thread_id"], name=op.f("fk_idea_note_idea_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_note")),
    )
    op.create_index("ix_idea_note_idea", "idea_note", ["idea_id", "id"])

    op.create_table(
        "idea_question",
        sa.Column("question_id", BIG, nullable=False),
        sa.Column("idea_id", BIG, nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_idea_question_by_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.thread_id"], name=op.f("fk_idea_question_idea_id")),
        sa.ForeignKeyConstraint(["question_id"], ["thread.id"], name=op.f("fk_idea_question_question_id")),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_idea_question")),
    )
    op.create_index("ix_idea_question_idea_id", "idea_question", ["idea_id"])

    op.create_table(
        "idea_silence",
        sa.Column("idea_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.thread_id"], name=op.f("fk_idea_silence_idea_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_idea_silence_person_id")),
        sa.PrimaryKeyConstraint("idea_id", "person_id", name=op.f("pk_idea_silence")),
    )
    op.create_index("ix_idea_silence_person_id", "idea_silence", ["person_id"])

    op.create_table(
        "idea_vote",
        sa.Column("idea_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("permission", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_idea_vote_by_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.thread_id"], name=op.f("fk_idea_vote_idea_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_idea_vote_person_id")),
        sa.PrimaryKeyConstraint("idea_id", "person_id", name=op.f("pk_idea_vote")),
    )
    op.create_index("ix_idea_vote_by_id", "idea_vote", ["by_id"])
    op.create_index("ix_idea_vote_person_id", "idea_vote", ["person_id"])

    op.create_table(
        "loop_reply",
        sa.Column("id", BIG, nullable=False),
        sa.Column("idea_id", BIG, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_loop_reply_by_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_loop_reply_event_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.thread_id"], name=op.f("fk_loop_reply_idea_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loop_reply")),
        sa.UniqueConstraint("event_id", name=op.f("uq_loop_reply_event_id")),
    )
    op.create_index("ix_loop_reply_idea_id", "loop_reply", ["idea_id"])

    op.create_table(
        "notice",
        sa.Column("id", BIG, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("thread_id", BIG, nullable=False),
        sa.Column("post_id", BIG, nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            f"kind IN {NOTICES}",
            name=op.f("ck_notice_kind"),
        ),
        sa.CheckConstraint(
            f"reason IN {REASONS}",
            name=op.f("ck_notice_reason"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_notice_event_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_notice_post_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_notice_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("event_id", "person_id", name=op.f("uq_notice_event_id_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_person", "notice", ["person_id", "id"])
    op.create_index("ix_notice_thread_id", "notice", ["thread_id"])
    op.create_index(
        "ix_notice_unread",
        "notice",
        ["person_id", "thread_id"],
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )

    op.create_table(
        "outcome",
        sa.Column("id", BIG, nullable=False),
        sa.Column("idea_id", BIG, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_html", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column("revisit_on", sa.Date(), nullable=True),
        sa.Column("tell", sa.String(length=18), nullable=False),
        sa.Column("edits_id", BIG, nullable=True),
        sa.Column("into_id", BIG, nullable=True),
        sa.Column("event_id", BIG, nullable=True),
        sa.Column("ended_event_id", BIG, nullable=True),
        sa.CheckConstraint(
            f"status IN {STATUSES}",
            name=op.f("ck_outcome_status"),
        ),
        sa.CheckConstraint("tell IN ('now', 'with-announcement', 'quiet')", name=op.f("ck_outcome_tell")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_outcome_by_id")),
        sa.ForeignKeyConstraint(["edits_id"], ["outcome.id"], name=op.f("fk_outcome_edits_id")),
        sa.ForeignKeyConstraint(["ended_event_id"], ["event.id"], name=op.f("fk_outcome_ended_event_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_outcome_event_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.thread_id"], name=op.f("fk_outcome_idea_id")),
        sa.ForeignKeyConstraint(["into_id"], ["idea.thread_id"], name=op.f("fk_outcome_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outcome_at", "outcome", ["at"])
    op.create_index("ix_outcome_idea", "outcome", ["idea_id", "id"])

    op.create_table(
        "supporter",
        sa.Column("root_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_supporter_person_id")),
        sa.ForeignKeyConstraint(["root_id"], ["idea.thread_id"], name=op.f("fk_supporter_root_id")),
        sa.PrimaryKeyConstraint("root_id", "person_id", name=op.f("pk_supporter")),
    )
    op.create_index("ix_supporter_person_id", "supporter", ["person_id"])

    op.create_table(
        "announcement_item",
        sa.Column("id", BIG, nullable=False),
        sa.Column("announcement_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("idea_id", BIG, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("note_html", sa.Text(), nullable=False),
        sa.Column("available_on", sa.Date(), nullable=True),
        sa.Column("available_to", sa.String(length=80), nullable=False),
        sa.Column("revisit_on", sa.Date(), nullable=True),
        sa.Column("seen_outcome_id", BIG, nullable=True),
        sa.Column("outcome_id", BIG, nullable=True),
        sa.Column("recorded", sa.Boolean(), nullable=False),
        sa.Column("event_id", BIG, nullable=True),
        sa.CheckConstraint(
            "outcome IN ('shipped', 'partly-shipped', 'deferred', 'declined')",
            name=op.f("ck_announcement_item_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.thread_id"], name=op.f("fk_announcement_item_announcement_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_announcement_item_event_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.thread_id"], name=op.f("fk_announcement_item_idea_id")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_announcement_item_outcome_id")),
        sa.ForeignKeyConstraint(["seen_outcome_id"], ["outcome.id"], name=op.f("fk_announcement_item_seen_outcome_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement_item")),
        sa.UniqueConstraint("announcement_id", "idea_id", name=op.f("uq_announcement_item_announcement_id_idea_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_announcement_item_idea", "announcement_item", ["idea_id"])
    op.create_index("ix_announcement_item_outcome", "announcement_item", ["outcome_id"])

    op.create_table(
        "debt",
        sa.Column("id", BIG, nullable=False),
        sa.Column("outcome_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("idea_id", BIG, nullable=False),
        sa.Column("asked_idea_id", BIG, nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("notice_id", BIG, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("ask_at", MOMENT, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("ask_notice_id", BIG, nullable=True),
        sa.CheckConstraint("(state = 'told') = (told_at IS NOT NULL)", name=op.f("ck_debt_told")),
        sa.CheckConstraint("(state = 'undeliverable') = (cause IS NOT NULL)", name=op.f("ck_debt_cause")),
        sa.CheckConstraint(
            f"cause IS NULL OR cause IN {CAUSES}",
            name=op.f("ck_debt_known_cause"),
        ),
        sa.CheckConstraint(
            "reason IN ('author', 'on-behalf', 'voter', 'linked', 'merged')", name=op.f("ck_debt_reason")
        ),
        sa.CheckConstraint("state IN ('pending', 'told', 'undeliverable')", name=op.f("ck_debt_state")),
        sa.ForeignKeyConstraint(["ask_notice_id"], ["notice.id"], name=op.f("fk_debt_ask_notice_id")),
        sa.ForeignKeyConstraint(["asked_idea_id"], ["idea.thread_id"], name=op.f("fk_debt_asked_idea_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_debt_event_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.thread_id"], name=op.f("fk_debt_idea_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_debt_notice_id")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_debt_outcome_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_debt_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debt")),
        sa.UniqueConstraint("outcome_id", "person_id", name=op.f("uq_debt_outcome_id_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_debt_ask",
        "debt",
        ["ask_at", "person_id"],
        sqlite_where=sa.text("ask_at IS NOT NULL AND asked_at IS NULL"),
        postgresql_where=sa.text("ask_at IS NOT NULL AND asked_at IS NULL"),
    )
    op.create_index(
        "ix_debt_asked",
        "debt",
        ["person_id", "asked_at"],
        sqlite_where=sa.text("asked_at IS NOT NULL AND ask_notice_id IS NULL"),
        postgresql_where=sa.text("asked_at IS NOT NULL AND ask_notice_id IS NULL"),
    )
    op.create_index(
        "ix_debt_undeliverable",
        "debt",
        ["outcome_id", "cause", "person_id"],
        sqlite_where=sa.text("cause IS NOT NULL"),
        postgresql_where=sa.text("cause IS NOT NULL"),
    )
    op.create_index("ix_debt_event", "debt", ["event_id", "person_id"])
    op.create_index("ix_debt_idea", "debt", ["idea_id", "outcome_id", "state", "told_at"])
    op.create_index("ix_debt_notice", "debt", ["notice_id"])
    op.create_index("ix_debt_person", "debt", ["person_id", "outcome_id"])

    op.create_table(
        "confirmation",
        sa.Column("debt_id", BIG, nullable=False),
        sa.Column("idea_id", BIG, nullable=False),
        sa.Column("answer", sa.String(length=8), nullable=False),
        sa.Column("cause", sa.String(length=14), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("contact", sa.Boolean(), nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("settled_event_id", BIG, nullable=True),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.CheckConstraint("answer IN ('solved', 'partly', 'no')", name=op.f("ck_confirmation_answer")),
        sa.CheckConstraint(
            f"cause = '' OR cause IN {WANTS}",
            name=op.f("ck_confirmation_cause"),
        ),
        sa.ForeignKeyConstraint(["conversation_id"], ["thread.id"], name=op.f("fk_confirmation_conversation_id")),
        sa.ForeignKeyConstraint(["debt_id"], ["debt.id"], name=op.f("fk_confirmation_debt_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.thread_id"], name=op.f("fk_confirmation_idea_id")),
        sa.ForeignKeyConstraint(["settled_event_id"], ["event.id"], name=op.f("fk_confirmation_settled_event_id")),
        sa.PrimaryKeyConstraint("debt_id", name=op.f("pk_confirmation")),
    )
    op.create_index("ix_confirmation_idea", "confirmation", ["idea_id", "answer"])
    op.create_index("ix_confirmation_at", "confirmation", ["at"])
    op.create_index("ix_confirmation_conversation", "confirmation", ["conversation_id"])
    op.create_index("ix_confirmation_settled", "confirmation", ["settled_event_id"])
    op.create_table(
        "idea_worth",
        sa.Column("idea_id", BIG, nullable=False),
        sa.Column("organisations", sa.Integer(), nullable=False),
        sa.Column("value", BIG, nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.thread_id"], name=op.f("fk_idea_worth_idea_id")),
        sa.PrimaryKeyConstraint("idea_id", name=op.f("pk_idea_worth")),
    )
    op.create_index(
        "ix_confirmation_open",
        "confirmation",
        ["at", "debt_id"],
        sqlite_where=sa.text("answer != 'solved' AND settled_event_id IS NULL"),
        postgresql_where=sa.text("answer != 'solved' AND settled_event_id IS NULL"),
    )

    _privacies(AFTER)
    with op.batch_alter_table("delivery", recreate=_recreate(), **KEPT) as batch:
        batch.add_column(sa.Column("notice_id", BIG, nullable=True))
        batch.create_unique_constraint(op.f("uq_delivery_notice_id_channel"), ["notice_id", "channel"])
        batch.create_foreign_key(op.f("fk_delivery_notice_id"), "notice", ["notice_id"], ["id"])
    op.add_column("event", sa.Column("due_at", MOMENT, nullable=True))
    op.add_column("event", sa.Column("reached", BIG, server_default="0", nullable=False))
    op.add_column("event", sa.Column("done_at", MOMENT, nullable=True))
    op.create_index("ix_event_due", "event", ["due_at", "id"], sqlite_where=DUE, postgresql_where=DUE)
    if op.get_bind().dialect.supports_alter:
        # idea and outcome refer to each other: where a constraint can be added later, it is.
        op.create_foreign_key("fk_idea_outcome_id", "idea", "outcome", ["outcome_id"], ["id"])


def downgrade() -> None:
    if op.get_bind().dialect.supports_alter:
        op.drop_constraint("fk_idea_outcome_id", "idea", type_="foreignkey")
    op.drop_index("ix_event_due", table_name="event")
    for name in ("done_at", "reached", "due_at"):
        op.drop_column("event", name)
    with op.batch_alter_table("delivery", recreate=_recreate(), **KEPT) as batch:
        batch.drop_constraint(op.f("fk_delivery_notice_id"), type_="foreignkey")
        batch.drop_constraint(op.f("uq_delivery_notice_id_channel"), type_="unique")
        batch.drop_column("notice_id")
    # What only some may read becomes private to staff and its author, never public.
    op.execute("UPDATE thread SET privacy = 'staff' WHERE privacy IN ('members', 'groups')")
    _privacies(BEFORE)
    for name in reversed(TABLES):
        op.drop_table(name)
