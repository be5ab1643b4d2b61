"""On which day a plot's household was reminded that adopters wait for news."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "plot_reminder",
        sa.Column("plot_id", INT, autoincrement=False, nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopter_count", INT, nullable=False),
        sa.CheckConstraint("adopter_count >= 0", name=op.f("ck_plot_reminder_adopter_count_range")),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f("fk_plot_reminder_plot_id")),
        sa.PrimaryKeyConstraint("plot_id", "reminded_on", name=op.f("pk_plot_reminder")),
    )


def downgrade() -> None:
    op.drop_table("plot_reminder")
