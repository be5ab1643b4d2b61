"""How often an event of the inbox was tried, its last error, and what the desk of money looks for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("done_at IS NULL")


def upgrade() -> None:
    op.add_column("gateway_event", sa.Column("attempts", INT, server_default="0", nullable=False))
    op.add_column("gateway_event", sa.Column("last_error", sa.String(length=200), nullable=True))
    op.create_index("ix_gateway_event_object_ref", "gateway_event", ["object_ref"])
    op.create_index(
        "ix_gateway_event_waiting", "gateway_event", ["received_at"], postgresql_where=WAITING, sqlite_where=WAITING
    )
    op.create_index("ix_payment_state_id", "payment", ["state", "id"])
    op.create_index("ix_payment_opened_at", "payment", ["opened_at"])


def downgrade() -> None:
    op.drop_index("ix_payment_opened_at", "payment")
    op.drop_index("ix_payment_state_id", "payment")
    op.drop_index("ix_gateway_event_waiting", "gateway_event")
    op.drop_index("ix_gateway_event_object_ref", "gateway_event")
    op.drop_column("gateway_event", "last_error")
    op.drop_column("gateway_event", "attempts")
