"""Ropes that their adopters show to others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rope_share",
        sa.Column("adoption_id", INT, autoincrement=False, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("shows_name", sa.Boolean(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["adoption_id"], ["adoption.id"], name=op.f("fk_rope_share_adoption_id")),
        sa.PrimaryKeyConstraint("adoption_id", name=op.f("pk_rope_share")),
        sa.UniqueConstraint("token", name=op.f("uq_rope_share_token")),
    )


def downgrade() -> None:
    op.drop_table("rope_share")
