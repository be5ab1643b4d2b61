"""Households, sea grids, plots, ropes and measurements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "household",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("head_name", sa.String(length=40), nullable=False),
        sa.Column("village", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_index", sa.String(length=64), nullable=False),
        sa.Column("family_size", INT, nullable=False),
        sa.Column("low_income", sa.Boolean(), nullable=False),
        sa.Column("bank_name", sa.String(length=80), nullable=False),
        sa.Column("bank_clearing_code", sa.String(length=12), nullable=False),
        sa.Column("bank_account", sa.Text(), nullable=False),
        sa.Column("payee_name", sa.String(length=40), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("public_name", sa.String(length=40), nullable=True),
        sa.Column("public_story", sa.Text(), nullable=True),
        sa.Column("public_story_en", sa.Text(), nullable=True),
        sa.Column("public_consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("family_size > 0", name=op.f("ck_household_family_size_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("code", name=op.f("uq_household_code")),
        sa.UniqueConstraint("phone_index", name=op.f("uq_household_phone_index")),
    )
    op.create_table(
        "household_member",
        sa.Column("household_id", INT, nullable=False),
        sa.Column("person_id", INT, nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_household_member_household_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_household_member_person_id")),
        sa.PrimaryKeyConstraint("household_id", "person_id", name=op.f("pk_household_member")),
    )
    op.create_index("ix_household_member_person_id", "household_member", ["person_id"])
    op.create_table(
        "sea_grid",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sea_grid")),
        sa.UniqueConstraint("code", name=op.f("uq_sea_grid_code")),
    )
    op.create_table(
        "plot",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("sea_grid_id", INT, nullable=False),
        sa.Column("inside_line", sa.Boolean(), nullable=False),
        sa.Column("species", sa.String(length=20), nullable=False),
        sa.Column("seeded_on", sa.Date(), nullable=False),
        sa.Column("rope_count", INT, nullable=False),
        sa.Column("rope_length_m", sa.Numeric(precision=4, scale=2), nullable=False),
        sa.Column("insurance_number", sa.String(length=30), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=9, scale=6), nullable=False),
        sa.Column("latitude", sa.Numeric(precision=9, scale=6), nullable=False),
        sa.CheckConstraint("species IN ('blue_mussel', 'hard_mussel')", name=op.f("ck_plot_species_known")),
        sa.CheckConstraint(
            "longitude BETWEEN -180 AND 180 AND latitude BETWEEN -90 AND 90", name=op.f("ck_plot_position_range")
        ),
        sa.CheckConstraint("rope_count > 0 AND rope_count <= 999", name=op.f("ck_plot_rope_count_range")),
        sa.CheckConstraint("rope_length_m > 0 AND rope_length_m <= 10", name=op.f("ck_plot_rope_length_range")),
        sa.ForeignKeyConstraint(["sea_grid_id"], ["sea_grid.id"], name=op.f("fk_plot_sea_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plot")),
        sa.UniqueConstraint("code", name=op.f("uq_plot_code")),
    )
    op.create_index("ix_plot_sea_grid_id", "plot", ["sea_grid_id"])
    op.create_table(
        "plot_share",
        sa.Column("plot_id", INT, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("household_id", INT, nullable=False),
        sa.Column("weight", INT, nullable=False),
        sa.CheckConstraint("weight > 0 AND weight <= 100", name=op.f("ck_plot_share_weight_range")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_plot_share_household_id")),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f("fk_plot_share_plot_id")),
        sa.PrimaryKeyConstraint("plot_id", "valid_from", "household_id", name=op.f("pk_plot_share")),
    )
    op.create_index("ix_plot_share_household_id", "plot_share", ["household_id"])
    op.create_table(
        "rope",
        sa.Column("plot_id", INT, nullable=False),
        sa.Column("number", INT, autoincrement=False, nullable=False),
        sa.Column("live_adoption_id", INT, nullable=True),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f("fk_rope_plot_id")),
        sa.PrimaryKeyConstraint("plot_id", "number", name=op.f("pk_rope")),
    )
    op.create_table(
        "plot_measurement",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("plot_id", INT, nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("mean_shell_length_mm", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("sample_count", INT, nullable=False),
        sa.Column("survival", sa.Numeric(precision=4, scale=3), nullable=False),
        sa.Column("water_temperature_c", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.CheckConstraint(
            "mean_shell_length_mm > 0 AND mean_shell_length_mm < 250", name=op.f("ck_plot_measurement_length_range")
        ),
        sa.CheckConstraint("sample_count > 0", name=op.f("ck_plot_measurement_sample_count_positive")),
        sa.CheckConstraint("survival >= 0 AND survival <= 1", name=op.f("ck_plot_measurement_survival_range")),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f("fk_plot_measurement_plot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plot_measurement")),
        sa.UniqueConstraint("plot_id", "measured_on", name=op.f("uq_plot_measurement_plot_id_measured_on")),
    )


def downgrade() -> None:
    op.drop_table("plot_measurement")
    op.drop_table("rope")
    op.drop_table("plot_share")
    op.drop_table("plot")
    op.drop_table("sea_grid")
    op.drop_table("household_member")
    op.drop_table("household")
