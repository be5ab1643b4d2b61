"""Fees, disputes and what a gateway has paid out, with the sandbox's own book of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gateway_payout",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("gateway_ref", sa.String(length=120), nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("gateway_state", sa.String(length=20), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_payout")),
        sa.UniqueConstraint("provider", "gateway_ref", name="uq_gateway_payout_provider_gateway_ref"),
    )
    op.create_table(
        "sandbox_payout",
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_sandbox_payout")),
    )
    op.create_table(
        "sandbox_dispute",
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("checkout_ref", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("fee_fen", INT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("answer_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence_key", sa.String(length=64), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checkout_ref"], ["sandbox_checkout.ref"], name=op.f("fk_sandbox_dispute_checkout_ref")
        ),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_sandbox_dispute")),
    )
    op.create_table(
        "sandbox_line",
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("payout_ref", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source_ref", sa.String(length=60), nullable=False),
        sa.Column("gross_fen", INT, nullable=False),
        sa.Column("fee_fen", INT, nullable=False),
        sa.Column("net_fen", INT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["payout_ref"], ["sandbox_payout.ref"], name=op.f("fk_sandbox_line_payout_ref")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_sandbox_line")),
    )
    op.create_table(
        "settlement_line",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("payout_id", INT, nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("gateway_ref", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("source_ref", sa.String(length=120), nullable=True),
        sa.Column("gross_fen", INT, nullable=False),
        sa.Column("fee_fen", INT, nullable=False),
        sa.Column("net_fen", INT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["payout_id"], ["gateway_payout.id"], name=op.f("fk_settlement_line_payout_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_line")),
        sa.UniqueConstraint("provider", "gateway_ref", name="uq_settlement_line_provider_gateway_ref"),
    )
    op.create_index("ix_settlement_line_payout_id", "settlement_line", ["payout_id"])
    op.create_index("ix_settlement_line_source_ref", "settlement_line", ["source_ref"])
    op.create_table(
        "dispute",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("payment_id", INT, nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("gateway_ref", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fee_fen", INT, nullable=False),
        sa.Column("fee_changes", INT, server_default="0", nullable=False),
        sa.Column("covered_fen", INT, server_default="0", nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("answer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=True),
        sa.Column("evidence_key", sa.String(length=64), nullable=True),
        sa.Column("evidence_stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence_error", sa.String(length=200), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_dispute_amount_positive")),
        sa.CheckConstraint("covered_fen >= 0 AND covered_fen <= amount_fen", name=op.f("ck_dispute_covered_fits")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_dispute_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("evidence_key", name=op.f("uq_dispute_evidence_key")),
        sa.UniqueConstraint("provider", "gateway_ref", name="uq_dispute_provider_gateway_ref"),
    )
    op.create_index("ix_dispute_payment_id", "dispute", ["payment_id"])
    op.create_index("ix_dispute_state_answer_until", "dispute", ["state", "answer_until"])
    op.add_column("payment", sa.Column("fee_moves", INT, server_default="0", nullable=False))
    op.add_column("sandbox_checkout", sa.Column("fee_fen", INT, nullable=True))


def downgrade() -> None:
    op.drop_column("sandbox_checkout", "fee_fen")
    op.drop_column("payment", "fee_moves")
    op.drop_index("ix_dispute_state_answer_until", table_name="dispute")
    op.drop_index("ix_dispute_payment_id", table_name="dispute")
    op.drop_table("dispute")
    op.drop_index("ix_settlement_line_source_ref", table_name="settlement_line")
    op.drop_index("ix_settlement_line_payout_id", table_name="settlement_line")
    op.drop_table("settlement_line")
    op.drop_table("sandbox_line")
    op.drop_table("sandbox_dispute")
    op.drop_table("sandbox_payout")
    op.drop_table("gateway_payout")
