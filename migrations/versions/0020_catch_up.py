"""What a gateway told and nobody heard is caught up; the sandbox keeps its events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "catch_up",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("heard_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_catch_up")),
    )
    op.create_table(
        "sandbox_event",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_event")),
    )
    op.create_index("ix_sandbox_event_created_at", "sandbox_event", ["created_at"])


def downgrade() -> None:
    op.drop_table("sandbox_event")
    op.drop_table("catch_up")
