"""An index of the few posts that are hidden or deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GONE = sa.text("hidden_event_id IS NOT NULL OR deleted_event_id IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_post_gone", "post", ["id"], sqlite_where=GONE, postgresql_where=GONE)


def downgrade() -> None:
    op.drop_index("ix_post_gone", table_name="post")
