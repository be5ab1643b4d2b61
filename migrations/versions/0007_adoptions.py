"""Adoptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "adoption",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("person_id", INT, nullable=False),
        sa.Column("offer_id", INT, nullable=False),
        sa.Column("plot_id", INT, nullable=False),
        sa.Column("rope_number", INT, nullable=False),
        sa.Column("season", INT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("price_fen", INT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("parcels", INT, nullable=False),
        sa.Column("promised_net_g", INT, nullable=False),
        sa.Column("harvest_from_on", sa.Date(), nullable=False),
        sa.Column("harvest_to_on", sa.Date(), nullable=False),
        sa.Column("cancel_until_on", sa.Date(), nullable=False),
        sa.Column("split_rule", sa.JSON(), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rope_name", sa.String(length=24), nullable=True),
        sa.Column("delivery", sa.Text(), nullable=True),
        sa.Column("locale", sa.String(length=10), server_default="zh_Hans", nullable=False),
        sa.Column("receipt_email", sa.Text(), nullable=True),
        sa.Column("fresh_goods_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fresh_goods_text_version", sa.String(length=20), nullable=True),
        sa.CheckConstraint("price_fen > 0", name=op.f("ck_adoption_price_positive")),
        sa.ForeignKeyConstraint(["offer_id"], ["adoption_offer.id"], name=op.f("fk_adoption_offer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_adoption_person_id")),
        sa.ForeignKeyConstraint(
            ["plot_id", "rope_number"], ["rope.plot_id", "rope.number"], name=op.f("fk_adoption_plot_id_rope_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption")),
        sa.UniqueConstraint("code", name=op.f("uq_adoption_code")),
        sa.UniqueConstraint("person_id", "request_key", name="uq_adoption_person_id_request_key"),
    )
    op.create_index("ix_adoption_person_id_offer_id", "adoption", ["person_id", "offer_id"])
    op.create_index(
        "uq_adoption_one_live_per_rope",
        "adoption",
        ["plot_id", "rope_number", "season"],
        unique=True,
        postgresql_where=sa.text("state IN ('held', 'paid', 'harvested', 'delivered', 'lost')"),
        sqlite_where=sa.text("state IN ('held', 'paid', 'harvested', 'delivered', 'lost')"),
    )


def downgrade() -> None:
    op.drop_table("adoption")
