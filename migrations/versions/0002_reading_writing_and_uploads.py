"""What was read, drafts, uploads, and pages of the admin.

Columns are added and dropped in place: a rebuild of `person` would forget that its ids are never reused.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_page",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("renderer", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_page")),
        sa.UniqueConstraint("slug", "language", name=op.f("uq_site_page_slug_language")),
    )
    op.create_table(
        "category_watch",
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("level", sa.String(length=6), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level IN ('watch', 'follow', 'mute', 'none')", name=op.f("ck_category_watch_level")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_category_watch_category_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_category_watch_person_id")),
        sa.PrimaryKeyConstraint("category_id", "person_id", name=op.f("pk_category_watch")),
    )
    op.create_index(op.f("ix_category_watch_person_id"), "category_watch", ["person_id"])

    op.create_table(
        "draft",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_person_id")),
        sa.PrimaryKeyConstraint("person_id", "place", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_at"), "draft", ["at"])

    op.create_table(
        "tag_watch",
        sa.Column("tag_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("level", sa.String(length=6), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level IN ('watch', 'follow', 'mute', 'none')", name=op.f("ck_tag_watch_level")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tag_watch_person_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tag_watch_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tag_id", "person_id", name=op.f("pk_tag_watch")),
    )
    op.create_index(op.f("ix_tag_watch_person_id"), "tag_watch", ["person_id"])

    op.create_table(
        "upload",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("ending", sa.String(length=8), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('image', 'file', 'avatar')", name=op.f("ck_upload_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_upload_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("key", name=op.f("uq_upload_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_upload_created_at", "upload", ["created_at"])
    op.create_index("ix_upload_dropped_at", "upload", ["dropped_at"])
    op.create_index("ix_upload_person_at", "upload", ["person_id", "created_at"])

    op.create_table(
        "read_mark",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("activity", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_read_mark_person_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_read_mark_thread_id")),
        sa.PrimaryKeyConstraint("person_id", "thread_id", name=op.f("pk_read_mark")),
    )
    op.create_index("ix_read_mark_thread_id", "read_mark", ["thread_id"])

    op.create_table(
        "upload_use",
        sa.Column("upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_upload_use_post_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_upload_use_upload_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("upload_id", "post_id", name=op.f("pk_upload_use")),
    )
    op.create_index(op.f("ix_upload_use_post_id"), "upload_use", ["post_id"])

    op.add_column("person", sa.Column("avatar", sa.String(length=40), nullable=True))
    op.add_column("person", sa.Column("read_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("welcomed_at", sa.DateTime(timezone=True), nullable=True))

    op.add_column("person", sa.Column("name_key", sa.String(length=80), nullable=True))
    _fill_name_keys()
    for name, column in (("ix_person_name_key", "name_key"), ("ix_person_username_begins", "username_key")):
        op.create_index(name, "person", [column], postgresql_ops={column: "varchar_pattern_ops"})

    op.create_index("ix_post_thread_activity", "post", ["thread_id", "activity"])


def _fill_name_keys() -> None:
    """The names as they are compared, of those who are here: NFKC, case folded."""
    person = sa.table("person", sa.column("id"), sa.column("name"), sa.column("name_key"))
    connection = op.get_bind()
    for id_, name in connection.execute(sa.select(person.c.id, person.c.name)).all():
        key = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())[:80]
        connection.execute(sa.update(person).where(person.c.id == id_).values(name_key=key))


def downgrade() -> None:
    op.drop_index("ix_post_thread_activity", table_name="post")

    op.drop_index("ix_person_username_begins", table_name="person")
    op.drop_index("ix_person_name_key", table_name="person")

    op.drop_column("person", "name_key")
    op.drop_column("person", "welcomed_at")
    op.drop_column("person", "read_since")
    op.drop_column("person", "avatar")

    op.drop_index(op.f("ix_upload_use_post_id"), table_name="upload_use")

    op.drop_table("upload_use")
    op.drop_index("ix_read_mark_thread_id", table_name="read_mark")

    op.drop_table("read_mark")
    op.drop_index("ix_upload_person_at", table_name="upload")
    op.drop_index("ix_upload_dropped_at", table_name="upload")
    op.drop_index("ix_upload_created_at", table_name="upload")

    op.drop_table("upload")
    op.drop_index(op.f("ix_tag_watch_person_id"), table_name="tag_watch")

    op.drop_table("tag_watch")
    op.drop_index(op.f("ix_draft_at"), table_name="draft")

    op.drop_table("draft")
    op.drop_index(op.f("ix_category_watch_person_id"), table_name="category_watch")

    op.drop_table("category_watch")
    op.drop_table("site_page")
