"""Credit: what was given instead of money, what it has paid, what became money again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVE = sa.text("state IN ('reserved', 'spent')")


def upgrade() -> None:
    op.create_table(
        "credit_grant",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("person_id", INT, nullable=False),
        sa.Column("payment_id", INT, nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("left_fen", INT, nullable=False),
        sa.Column("covered_fen", INT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_credit_grant_amount_positive")),
        sa.CheckConstraint("left_fen >= 0 AND left_fen <= amount_fen", name=op.f("ck_credit_grant_left_within_amount")),
        sa.CheckConstraint(
            "covered_fen >= 0 AND covered_fen <= amount_fen", name=op.f("ck_credit_grant_covered_within_amount")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credit_grant_person_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_credit_grant_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_grant")),
        sa.UniqueConstraint("source", name=op.f("uq_credit_grant_source")),
    )
    op.create_index("ix_credit_grant_person_id", "credit_grant", ["person_id"])
    op.create_index("ix_credit_grant_payment_id", "credit_grant", ["payment_id"])
    op.create_table(
        "credit_use",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("order_id", INT, nullable=False),
        sa.Column("person_id", INT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_credit_use_amount_positive")),
        sa.ForeignKeyConstraint(["order_id"], ["adoption.id"], name=op.f("fk_credit_use_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credit_use_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_use")),
    )
    op.create_index("ix_credit_use_order_id", "credit_use", ["order_id"])
    op.create_index("ix_credit_use_person_id", "credit_use", ["person_id"])
    op.create_index(
        "uq_credit_use_one_live_per_order",
        "credit_use",
        ["order_id"],
        unique=True,
        postgresql_where=LIVE,
        sqlite_where=LIVE,
    )
    op.create_table(
        "credit_use_part",
        sa.Column("use_id", INT, nullable=False),
        sa.Column("grant_id", INT, nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_credit_use_part_amount_positive")),
        sa.ForeignKeyConstraint(["use_id"], ["credit_use.id"], name=op.f("fk_credit_use_part_use_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["credit_grant.id"], name=op.f("fk_credit_use_part_grant_id")),
        sa.PrimaryKeyConstraint("use_id", "grant_id", name=op.f("pk_credit_use_part")),
    )
    op.create_index("ix_credit_use_part_grant_id", "credit_use_part", ["grant_id"])
    op.create_table(
        "credit_refund",
        sa.Column("refund_id", INT, nullable=False),
        sa.Column("grant_id", INT, nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_credit_refund_amount_positive")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_credit_refund_refund_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["credit_grant.id"], name=op.f("fk_credit_refund_grant_id")),
        sa.PrimaryKeyConstraint("refund_id", name=op.f("pk_credit_refund")),
    )
    op.create_index("ix_credit_refund_grant_id", "credit_refund", ["grant_id"])


def downgrade() -> None:
    op.drop_table("credit_refund")
    op.drop_table("credit_use_part")
    op.drop_table("credit_use")
    op.drop_table("credit_grant")
