"""Refunds asked for by staff, accounts for refunds by hand, and payments by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVE_TRANSFER = sa.text("state IN ('proposed', 'approved', 'paid')")


def upgrade() -> None:
    op.add_column("refund", sa.Column("replaces_id", INT, nullable=True))
    op.create_index("ix_refund_state", "refund", ["state"])
    op.create_index("uq_refund_replaces_id", "refund", ["replaces_id"], unique=True)
    op.create_table(
        "refund_request",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("ends_order", sa.Boolean(), nullable=False),
        sa.Column("total_fen", INT, nullable=False),
        sa.Column("weighed_fen", INT, nullable=False),
        sa.Column("approval_fen", INT, nullable=False),
        sa.Column("line_count", INT, nullable=False),
        sa.Column("requested_by_id", INT, nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", INT, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decline_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint("total_fen > 0", name=op.f("ck_refund_request_total_positive")),
        sa.CheckConstraint("(state = 'waiting') = (decided_by_id IS NULL)", name=op.f("ck_refund_request_decided")),
        sa.CheckConstraint(
            "state <> 'approved' OR weighed_fen <= approval_fen OR decided_by_id <> requested_by_id",
            name=op.f("ck_refund_request_two_people"),
        ),
        sa.ForeignKeyConstraint(["requested_by_id"], ["person.id"], name=op.f("fk_refund_request_requested_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_refund_request_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_request")),
        sa.UniqueConstraint("key", name=op.f("uq_refund_request_key")),
    )
    op.create_index("ix_refund_request_state", "refund_request", ["state"])
    op.create_table(
        "refund_line",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("request_id", INT, nullable=False),
        sa.Column("order_id", INT, nullable=False),
        sa.Column("payment_id", INT, nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("piece", INT, nullable=False),
        sa.Column("refund_id", INT, nullable=True),
        sa.Column("left_out", sa.String(length=40), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_refund_line_amount_positive")),
        sa.ForeignKeyConstraint(["request_id"], ["refund_request.id"], name=op.f("fk_refund_line_request_id")),
        sa.ForeignKeyConstraint(["order_id"], ["adoption.id"], name=op.f("fk_refund_line_order_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_line_payment_id")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_refund_line_refund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_line")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_refund_line_refund_id")),
        sa.UniqueConstraint("request_id", "payment_id", name="uq_refund_line_request_id_payment_id"),
    )
    op.create_index("ix_refund_line_order_id", "refund_line", ["order_id"])
    op.create_table(
        "refund_account",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("refund_id", INT, nullable=False),
        sa.Column("person_id", INT, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("bank", sa.String(length=60), nullable=True),
        sa.Column("holder_masked", sa.String(length=60), nullable=False),
        sa.Column("number_masked", sa.String(length=60), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_refund_account_refund_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_refund_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_account")),
    )
    op.create_index("ix_refund_account_refund_id", "refund_account", ["refund_id"])
    op.create_table(
        "refund_transfer",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("refund_id", INT, nullable=False),
        sa.Column("account_id", INT, nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("proposed_by_id", INT, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", INT, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decline_reason", sa.String(length=200), nullable=True),
        sa.Column("paid_by_id", INT, nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("bank_account", sa.String(length=20), nullable=True),
        sa.Column("bank_reference", sa.String(length=64), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("returned_by_id", INT, nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_refund_transfer_amount_positive")),
        sa.CheckConstraint(
            "state IN ('proposed', 'declined') OR (decided_by_id IS NOT NULL AND decided_by_id <> proposed_by_id)",
            name=op.f("ck_refund_transfer_two_people"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('paid', 'returned') OR (paid_by_id IS NOT NULL AND paid_by_id <> decided_by_id "
            "AND bank_account IS NOT NULL AND bank_reference IS NOT NULL AND paid_on IS NOT NULL)",
            name=op.f("ck_refund_transfer_evidence"),
        ),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_refund_transfer_refund_id")),
        sa.ForeignKeyConstraint(["account_id"], ["refund_account.id"], name=op.f("fk_refund_transfer_account_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_refund_transfer_proposed_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_refund_transfer_decided_by_id")),
        sa.ForeignKeyConstraint(["paid_by_id"], ["person.id"], name=op.f("fk_refund_transfer_paid_by_id")),
        sa.ForeignKeyConstraint(["returned_by_id"], ["person.id"], name=op.f("fk_refund_transfer_returned_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_transfer")),
        sa.UniqueConstraint("bank_account", "bank_reference", name="uq_refund_transfer_bank_account_bank_reference"),
    )
    op.create_index("ix_refund_transfer_refund_id", "refund_transfer", ["refund_id"])
    op.create_index(
        "uq_refund_transfer_one_live",
        "refund_transfer",
        ["refund_id"],
        unique=True,
        postgresql_where=LIVE_TRANSFER,
        sqlite_where=LIVE_TRANSFER,
    )


def downgrade() -> None:
    op.drop_table("refund_transfer")
    op.drop_table("refund_account")
    op.drop_table("refund_line")
    op.drop_table("refund_request")
    op.drop_index("uq_refund_replaces_id", "refund")
    op.drop_index("ix_refund_state", "refund")
    op.drop_column("refund", "replaces_id")
