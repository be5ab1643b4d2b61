"""What an operator sets for the growth of a species."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "species_growth",
        sa.Column("species", sa.String(length=20), nullable=False),
        sa.Column("linf_mm", sa.Numeric(5, 1), nullable=False),
        sa.Column("k_per_year", sa.Numeric(4, 3), nullable=False),
        sa.Column("season_c", sa.Numeric(3, 2), nullable=False),
        sa.Column("season_ts", sa.Numeric(3, 2), nullable=False),
        sa.Column("market_mm", sa.Numeric(5, 1), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("linf_mm > 0 AND linf_mm < 250", name=op.f("ck_species_growth_linf_range")),
        sa.CheckConstraint("k_per_year > 0 AND k_per_year <= 3", name=op.f("ck_species_growth_k_range")),
        sa.CheckConstraint("season_c >= 0 AND season_c <= 1", name=op.f("ck_species_growth_season_range")),
        sa.CheckConstraint("season_ts >= 0 AND season_ts < 1", name=op.f("ck_species_growth_fastest_range")),
        sa.CheckConstraint("market_mm > 0 AND market_mm < linf_mm", name=op.f("ck_species_growth_market_range")),
        sa.PrimaryKeyConstraint("species", name=op.f("pk_species_growth")),
    )


def downgrade() -> None:
    op.drop_table("species_growth")
