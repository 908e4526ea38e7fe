"""When replies are due, who sees to a question, what is snoozed, and views of the inbox.

A question that waits is due without a target at first, as no category has one yet.
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
NO_TARGET = timedelta(days=36525)
REFERENCES = {"assignee_id": "person", "assigned_event_id": "event", "snoozed_event_id": "event"}
MOMENTS = ("first_reply_due_at", "waiting_due_at", "due_at", "snoozed_until")
INDEXES = {
    "ix_question_due": ["due_at", "thread_id"],
    "ix_question_first_reply_due": ["first_reply_due_at", "thread_id"],
    "ix_question_assignee": ["assignee_id", "due_at", "thread_id"],
}


def _recreate() -> str:
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def _index(name: str, columns: list[str]) -> None:
    there = sa.text(f"{columns[0]} IS NOT NULL")
    op.create_index(name, "question", columns, sqlite_where=there, postgresql_where=there)


def upgrade() -> None:
    op.create_table(
        "category_target",
        sa.Column("category_id", BIG, nullable=False),
        sa.Column("first_reply", sa.Integer(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_category_target_category_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("category_id", name=op.f("pk_category_target")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_key", sa.String(length=60), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("person_id", "name_key", name=op.f("uq_saved_view_person_id_name_key")),
    )
    op.create_index("ix_saved_view_shared", "saved_view", ["shared"])
    staff = sa.text("role != 'member'")
    op.create_index("ix_person_staff", "person", ["role"], sqlite_where=staff, postgresql_where=staff)

    op.drop_index("ix_question_waiting", table_name="question")
    with op.batch_alter_table("question", recreate=_recreate()) as batch:
        for name in MOMENTS:
            batch.add_column(sa.Column(name, MOMENT, nullable=True))
        for name, table in REFERENCES.items():
            batch.add_column(sa.Column(name, BIG, nullable=True))
            batch.create_foreign_key(op.f(f"fk_question_{name}"), table, [name], ["id"])
    _fill()
    for name, columns in INDEXES.items():
        _index(name, columns)


def _fill() -> None:
    """The clocks that run: of questions that are neither closed, locked, hidden nor deleted."""
    thread = sa.table(
        "thread",
        *(sa.column(name) for name in ("id", "kind", "closed_event_id", "locked_event_id")),
        *(sa.column(name) for name in ("hidden_event_id", "deleted_event_id")),
        *(sa.column(name, MOMENT) for name in ("created_at", "first_reply_at")),
    )
    question = sa.table(
        "question", sa.column("thread_id"), *(sa.column(name, MOMENT) for name in ("waiting_since", *MOMENTS))
    )
    states = (thread.c.closed_event_id, thread.c.locked_event_id, thread.c.hidden_event_id, thread.c.deleted_event_id)
    running = thread.c.first_reply_at.is_(None) | question.c.waiting_since.is_not(None)
    rows = (
        sa.select(question.c.thread_id, question.c.waiting_since, thread.c.created_at, thread.c.first_reply_at)
        .join_from(question, thread, thread.c.id == question.c.thread_id)
        .where(thread.c.kind == "question", running, *(state.is_(None) for state in states))
    )
    connection = op.get_bind()
    put = sa.update(question).where(question.c.thread_id == sa.bindparam("of"))
    put = put.values({name: sa.bindparam(name, type_=MOMENT) for name in MOMENTS[:3]})
    if values := [_values(row) for row in connection.execute(rows)]:
        connection.execute(put, values)


def _values(row: sa.Row) -> dict[str, object]:
    first = None if row.first_reply_at else row.created_at + NO_TARGET
    waiting = row.waiting_since + NO_TARGET if row.waiting_since else None
    next_one = None if waiting is None else min(first or waiting, waiting)
    return {"of": row.thread_id, "first_reply_due_at": first, "waiting_due_at": waiting, "due_at": next_one}


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, table_name="question")
    with op.batch_alter_table("question", recreate=_recreate()) as batch:
        for name in REFERENCES:
            batch.drop_constraint(op.f(f"fk_question_{name}"), type_="foreignkey")
            batch.drop_column(name)
        for name in MOMENTS:
            batch.drop_column(name)
    waits = sa.text("waiting_since IS NOT NULL")
    op.create_index(
        "ix_question_waiting", "question", ["waiting_since", "thread_id"], sqlite_where=waits, postgresql_where=waits
    )
    op.drop_index("ix_person_staff", table_name="person")
    op.drop_index("ix_saved_view_shared", table_name="saved_view")
    op.drop_table("saved_view")
    op.drop_table("category_target")
