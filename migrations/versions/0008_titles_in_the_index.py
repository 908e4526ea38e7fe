"""Words of titles as words of their own in PostgreSQL's index, as in SQLite's; entries with a title, by id."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# The title's words have "+" before them, and stand behind the words that are there.
ADD = """
UPDATE search_entry SET vector = vector || (
    SELECT string_agg(quote_literal(word) || ':' || place, ' ')
    FROM unnest(string_to_array(title, ' ')) WITH ORDINALITY AS words (word, place)
)::tsvector
WHERE title <> ''
"""
TAKE_AWAY = """
UPDATE search_entry SET vector = ts_delete(vector, string_to_array(title, ' ')) WHERE title <> ''
"""


def upgrade() -> None:
    op.create_index(
        "ix_search_entry_titled",
        "search_entry",
        ["id"],
        sqlite_where=sa.text("vector IS NOT NULL"),
        postgresql_where=sa.text("title <> ''"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(ADD)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(TAKE_AWAY)
    op.drop_index("ix_search_entry_titled", table_name="search_entry")
