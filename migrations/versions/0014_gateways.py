"""What a gateway calls a payment, and what it keeps of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("payment", sa.Column("payment_ref", sa.String(length=120), nullable=True))
    op.add_column("payment", sa.Column("fee_fen", INT, nullable=True))
    # An index, not a constraint: SQLite adds no constraint to a table that others refer to.
    op.create_index("uq_payment_payment_ref", "payment", ["payment_ref"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_payment_payment_ref", "payment")
    op.drop_column("payment", "fee_fen")
    op.drop_column("payment", "payment_ref")
