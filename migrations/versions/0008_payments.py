"""Payments, refunds, the inbox of gateway events and the sandbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "payment",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("order_id", INT, nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("gateway_ref", sa.String(length=120), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("return_url", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("wallet", sa.String(length=20), nullable=True),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refundable_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_amount_positive")),
        sa.ForeignKeyConstraint(["order_id"], ["adoption.id"], name=op.f("fk_payment_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("gateway_ref", name=op.f("uq_payment_gateway_ref")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_key")),
    )
    op.create_index("ix_payment_order_id", "payment", ["order_id"])
    op.create_index(
        "uq_payment_one_live_per_order",
        "payment",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('opening', 'open', 'pending')"),
        sqlite_where=sa.text("state IN ('opening', 'open', 'pending')"),
    )
    op.create_table(
        "refund",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("payment_id", INT, nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("gateway_ref", sa.String(length=120), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_refund_amount_positive")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("gateway_ref", name=op.f("uq_refund_gateway_ref")),
        sa.UniqueConstraint("key", name=op.f("uq_refund_key")),
    )
    op.create_index("ix_refund_payment_id", "refund", ["payment_id"])
    op.create_table(
        "gateway_event",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=12), nullable=False),
        sa.Column("object_ref", sa.String(length=120), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_event")),
        sa.UniqueConstraint("provider", "event_id", name="uq_gateway_event_provider_event_id"),
    )
    op.create_table(
        "sandbox_checkout",
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("client_reference", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("wallet", sa.String(length=20), nullable=True),
        sa.Column("return_url", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_sandbox_checkout")),
        sa.UniqueConstraint("key", name=op.f("uq_sandbox_checkout_key")),
    )
    op.create_table(
        "sandbox_refund",
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("checkout_ref", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["checkout_ref"], ["sandbox_checkout.ref"], name=op.f("fk_sandbox_refund_checkout_ref")
        ),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_sandbox_refund")),
        sa.UniqueConstraint("key", name=op.f("uq_sandbox_refund_key")),
    )
    op.create_table(
        "sandbox_setting",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sandbox_setting")),
    )


def downgrade() -> None:
    op.drop_table("sandbox_setting")
    op.drop_table("sandbox_refund")
    op.drop_table("sandbox_checkout")
    op.drop_table("gateway_event")
    op.drop_table("refund")
    op.drop_table("payment")
