"""An index of the free ropes alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_rope_free",
        "rope",
        ["plot_id", "number"],
        postgresql_where=sa.text("live_adoption_id IS NULL"),
        sqlite_where=sa.text("live_adoption_id IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_rope_free", "rope")
