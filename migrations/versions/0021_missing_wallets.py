"""Which ways to pay a gateway's page lacked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment", sa.Column("missing_wallets", sa.String(length=80), nullable=True))
    lacking = sa.text("missing_wallets IS NOT NULL")
    op.create_index(
        "ix_payment_lacking_opened_at", "payment", ["opened_at"], postgresql_where=lacking, sqlite_where=lacking
    )


def downgrade() -> None:
    op.drop_index("ix_payment_lacking_opened_at", "payment")
    op.drop_column("payment", "missing_wallets")
