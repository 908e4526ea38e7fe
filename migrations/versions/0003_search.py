"""The index of all posts, how common its words are, and counts of what was looked for.

The index is empty afterwards: `flask search rebuild` fills it from the posts that are here.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TsVector = sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")

# The words come made: all that is left to the tokenizer is to part them at spaces.
INDEX = """
CREATE VIRTUAL TABLE search_index USING fts5(
    title, body, content='search_entry', content_rowid='id', columnsize=0, tokenize="ascii tokenchars '+#'"
)
"""


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("thread_id", BigInt, nullable=False),
        sa.Column("post_id", BigInt, nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("vector", TsVector, nullable=True),
        sa.Column("counted", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_search_entry_post_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_search_entry_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("post_id", name=op.f("uq_search_entry_post_id")),
    )
    waiting = sa.text("counted = 0")
    op.create_index("ix_search_entry_waiting", "search_entry", ["id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index(
        "ix_search_entry_vector",
        "search_entry",
        ["vector"],
        postgresql_using="gin",
        sqlite_where=sa.text("vector IS NOT NULL"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(INDEX)

    op.create_table(
        "search_word",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("stem", sa.String(length=64), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("has_grams", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_word")),
        sa.UniqueConstraint("word", "stem", name=op.f("uq_search_word_word_stem")),
    )
    op.create_index("ix_search_word_begins", "search_word", ["word"], postgresql_ops={"word": "varchar_pattern_ops"})
    op.create_index("ix_search_word_stem", "search_word", ["stem"])

    op.create_table(
        "search_gram",
        sa.Column("gram", sa.String(length=3), nullable=False),
        sa.Column("word_id", BigInt, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("gram", "word_id", name=op.f("pk_search_gram")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "search_asked",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("found_nothing", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("asked_anyway", sa.Integer(), nullable=False),
        sa.Column("dealt_with_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dealt_with_by_id", BigInt, nullable=True),
        sa.ForeignKeyConstraint(["dealt_with_by_id"], ["person.id"], name=op.f("fk_search_asked_dealt_with_by_id")),
        sa.PrimaryKeyConstraint("day", "words", "language", name=op.f("pk_search_asked")),
    )
    op.create_table(
        "suggestion_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("deflected", sa.Integer(), nullable=False),
        sa.Column("posted", sa.Integer(), nullable=False),
        sa.Column("voted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "place", name=op.f("pk_suggestion_count")),
    )


def downgrade() -> None:
    op.drop_table("suggestion_count")
    op.drop_table("search_asked")
    op.drop_table("search_gram")
    op.drop_index("ix_search_word_stem", table_name="search_word")
    op.drop_index("ix_search_word_begins", table_name="search_word")
    op.drop_table("search_word")
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("search_index")
    op.drop_index("ix_search_entry_vector", table_name="search_entry")
    op.drop_index("ix_search_entry_waiting", table_name="search_entry")
    op.drop_table("search_entry")
