"""What leaves the house: digests, letters that came back, messages that came in, hooks, feeds of one's own."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}
WITHIN = sa.text("parent_id IS NOT NULL")
BEFORE = ("due", "leased", "sent", "deferred", "failed", "suppressed")
AFTER = (*BEFORE, "held")
TABLES = ("known_device", "feed_key", "hook_delivery", "hook", "received_mail", "mail_trouble", "mail_choice")
"""In the order in which they may go."""


def _recreate() -> str:
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def _states(batch: object, known: tuple[str, ...]) -> None:
    batch.drop_constraint(op.f("ck_delivery_state"), type_="check")
    batch.create_check_constraint(op.f("ck_delivery_state"), f"state IN {known}")


def upgrade() -> None:
    with op.batch_alter_table("delivery", recreate=_recreate(), **KEPT) as batch:
        batch.add_column(sa.Column("parent_id", BIG, nullable=True))
        batch.add_column(sa.Column("tried_at", MOMENT, nullable=True))
        batch.create_foreign_key(op.f("fk_delivery_parent_id"), "delivery", ["parent_id"], ["id"])
        _states(batch, AFTER)
    # What someone's letters are at: those that wait, and those that were sent today.
    op.drop_index("ix_delivery_person_id", table_name="delivery")
    op.create_index("ix_delivery_person", "delivery", ["person_id", "state", "sent_at"])
    account = sa.text("notice_id IS NULL AND kind != 'digest'")
    op.create_index(
        "ix_delivery_account", "delivery", ["state", "due_at"], sqlite_where=account, postgresql_where=account
    )
    op.add_column("person", sa.Column("mail_stopped_at", MOMENT, nullable=True))
    op.create_index("ix_delivery_parent_id", "delivery", ["parent_id"], sqlite_where=WITHIN, postgresql_where=WITHIN)
    op.create_index("ix_notice_thread", "notice", ["thread_id", "person_id"])
    op.drop_index("ix_notice_thread_id", table_name="notice")
    _letters()
    _hooks()
    op.create_table(
        "feed_key",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feed_key_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_feed_key")),
        sa.UniqueConstraint("key", name=op.f("uq_feed_key_key")),
    )
    op.create_table(
        "known_device",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_known_device_person_id")),
        sa.PrimaryKeyConstraint("person_id", "digest", name=op.f("pk_known_device")),
    )


def _letters() -> None:
    op.create_table(
        "mail_choice",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("every", sa.String(length=8), nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.CheckConstraint("every IN ('each', 'daily', 'weekly')", name=op.f("ck_mail_choice_every")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_choice_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mail_choice")),
    )
    op.create_index("ix_mail_choice_next_at", "mail_choice", ["next_at"])
    op.create_table(
        "mail_trouble",
        sa.Column("address_key", sa.String(length=254), nullable=False),
        sa.Column("soft", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("suppressed_at", MOMENT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address_key", name=op.f("pk_mail_trouble")),
    )
    op.create_table(
        "received_mail",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("delivery_id", BIG, nullable=True),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("post_id", BIG, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("what IN ('reply', 'bounce', 'refused', 'ignored')", name=op.f("ck_received_mail_what")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_received_mail_delivery_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_received_mail_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_received_mail_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_received_mail_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_received_mail_at", "received_mail", ["at", "id"])
    for column in ("delivery_id", "person_id", "post_id"):
        op.create_index(f"ix_received_mail_{column}", "received_mail", [column])


def _hooks() -> None:
    op.create_table(
        "hook",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("category_id", BIG, nullable=True),
        sa.Column("secret", sa.String(length=80), nullable=False),
        sa.Column("old_secret", sa.String(length=80), nullable=True),
        sa.Column("old_secret_until", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rests_until", MOMENT, nullable=True),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("pause_reason", sa.String(length=8), nullable=False),
        sa.CheckConstraint("format IN ('standard', 'slack')", name=op.f("ck_hook_format")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_hook_by_id")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_hook_category_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_hook_category_id", "hook", ["category_id"])
    op.create_table(
        "hook_delivery",
        sa.Column("id", BIG, nullable=False),
        sa.Column("hook_id", BIG, nullable=False),
        sa.Column("message_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("event_id", BIG, nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(f"state IN {AFTER}", name=op.f("ck_hook_delivery_state")),
        sa.CheckConstraint("state != 'leased' OR lease_until IS NOT NULL", name=op.f("ck_hook_delivery_leased")),
        sa.CheckConstraint("state != 'sent' OR sent_at IS NOT NULL", name=op.f("ck_hook_delivery_sent")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_hook_delivery_event_id")),
        sa.ForeignKeyConstraint(["hook_id"], ["hook.id"], name=op.f("fk_hook_delivery_hook_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_delivery")),
        sa.UniqueConstraint("hook_id", "message_id", name=op.f("uq_hook_delivery_hook_id_message_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_hook_delivery_due", "hook_delivery", ["hook_id", "state", "due_at"])
    op.create_index("ix_hook_delivery_log", "hook_delivery", ["hook_id", "id"])


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)
    op.create_index("ix_notice_thread_id", "notice", ["thread_id"])
    op.drop_index("ix_notice_thread", table_name="notice")
    op.drop_index("ix_delivery_parent_id", table_name="delivery")
    op.drop_column("person", "mail_stopped_at")
    op.drop_index("ix_delivery_account", table_name="delivery")
    op.drop_index("ix_delivery_person", table_name="delivery")
    op.create_index("ix_delivery_person_id", "delivery", ["person_id"])
    # What waited for a digest is sent by itself.
    op.execute("UPDATE delivery SET state = 'due' WHERE state = 'held'")
    with op.batch_alter_table("delivery", recreate=_recreate(), **KEPT) as batch:
        _states(batch, BEFORE)
        batch.drop_constraint(op.f("fk_delivery_parent_id"), type_="foreignkey")
        batch.drop_column("tried_at")
        batch.drop_column("parent_id")
