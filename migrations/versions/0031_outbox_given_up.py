"""A message that nobody will ever take is given up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
WAITING = sa.text("sent_at IS NULL AND given_up_at IS NULL")
NOT_SENT = sa.text("sent_at IS NULL")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True))
    _index(WAITING)
    given_up = sa.text("given_up_at IS NOT NULL")
    op.create_index("ix_outbox_given_up", "outbox", ["given_up_at"], postgresql_where=given_up, sqlite_where=given_up)


def downgrade() -> None:
    # What was given up would be tried again, though its address is gone.
    op.execute("UPDATE outbox SET sent_at = given_up_at WHERE given_up_at IS NOT NULL")
    op.drop_index("ix_outbox_given_up", table_name="outbox")
    _index(NOT_SENT)
    with op.batch_alter_table("outbox") as batch:
        batch.drop_column("given_up_at")


def _index(condition: sa.TextClause) -> None:
    op.drop_index("ix_outbox_waiting", table_name="outbox")
    op.create_index("ix_outbox_waiting", "outbox", ["next_try_at"], postgresql_where=condition, sqlite_where=condition)
