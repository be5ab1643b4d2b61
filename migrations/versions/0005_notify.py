"""Messages and the development inbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("person_id", INT, nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("fact", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("person_id", "fact", name=op.f("uq_message_person_id_fact")),
    )
    op.create_index("ix_message_person_id_id", "message", ["person_id", "id"])
    op.create_table(
        "dev_message",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("outbox_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dev_message")),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_dev_message_outbox_id")),
    )


def downgrade() -> None:
    op.drop_table("dev_message")
    op.drop_table("message")
