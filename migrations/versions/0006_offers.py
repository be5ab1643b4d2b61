"""Adoption offers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "adoption_offer",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("title_en", sa.String(length=80), nullable=False),
        sa.Column("season", INT, nullable=False),
        sa.Column("price_fen", INT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("parcels", INT, nullable=False),
        sa.Column("promised_net_g", INT, nullable=False),
        sa.Column("limit_per_person", INT, nullable=False),
        sa.Column("sale_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sale_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("harvest_from_on", sa.Date(), nullable=False),
        sa.Column("harvest_to_on", sa.Date(), nullable=False),
        sa.Column("cancel_until_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("service_fee_bp", INT, nullable=False),
        sa.Column("fund_bp", INT, nullable=False),
        sa.Column("host_bp", INT, nullable=False),
        sa.Column("parcel_cost_fen", INT, nullable=False),
        sa.Column("gateway_fee_bp", INT, nullable=False),
        sa.Column("holdback_bp", INT, nullable=False),
        sa.Column("holdback_days", INT, nullable=False),
        sa.Column("household_floor_bp", INT, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("harvest_from_on <= harvest_to_on", name=op.f("ck_adoption_offer_harvest_order")),
        sa.CheckConstraint("limit_per_person BETWEEN 1 AND 999", name=op.f("ck_adoption_offer_limit_range")),
        sa.CheckConstraint("parcels BETWEEN 1 AND 12", name=op.f("ck_adoption_offer_parcels_range")),
        sa.CheckConstraint("price_fen > 0", name=op.f("ck_adoption_offer_price_positive")),
        sa.CheckConstraint("promised_net_g > 0", name=op.f("ck_adoption_offer_promise_positive")),
        sa.CheckConstraint("sale_starts_at < sale_ends_at", name=op.f("ck_adoption_offer_sale_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption_offer")),
        sa.UniqueConstraint("code", name=op.f("uq_adoption_offer_code")),
    )
    op.create_table(
        "offer_plot",
        sa.Column("offer_id", INT, nullable=False),
        sa.Column("plot_id", INT, nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["adoption_offer.id"], name=op.f("fk_offer_plot_offer_id")),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f("fk_offer_plot_plot_id")),
        sa.PrimaryKeyConstraint("offer_id", "plot_id", name=op.f("pk_offer_plot")),
    )
    op.create_index("ix_offer_plot_plot_id", "offer_plot", ["plot_id"])


def downgrade() -> None:
    op.drop_table("offer_plot")
    op.drop_table("adoption_offer")
