"""What the desk searches by: indexes, and blind indexes of a delivery's name and phone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0008"
branch_labels = None
depends_on = None
COLUMNS = (("recipient_index", 64), ("delivery_phone_index", 64), ("delivery_phone_last4", 4))


def upgrade() -> None:
    for name, length in COLUMNS:
        op.add_column("adoption", sa.Column(name, sa.String(length=length), nullable=True))
        _partial(name, f"{name} IS NOT NULL")
    _partial("held_until", "state = 'held'")
    op.create_index("ix_adoption_plot_id_rope_number", "adoption", ["plot_id", "rope_number"])
    op.create_index("ix_person_phone_last4", "person", ["phone_last4"])
    op.create_index("ix_audit_record_actor_id_id", "audit_record", ["actor_id", "id"])
    op.create_index("ix_audit_record_act_id", "audit_record", ["act", "id"])
    op.create_index("ix_audit_record_at", "audit_record", ["at"])


def downgrade() -> None:
    op.drop_index("ix_audit_record_at", "audit_record")
    op.drop_index("ix_audit_record_act_id", "audit_record")
    op.drop_index("ix_audit_record_actor_id_id", "audit_record")
    op.drop_index("ix_person_phone_last4", "person")
    op.drop_index("ix_adoption_plot_id_rope_number", "adoption")
    op.drop_index("ix_adoption_held_until", "adoption")
    for name, _length in COLUMNS:
        op.drop_index(f"ix_adoption_{name}", "adoption")
        op.drop_column("adoption", name)


def _partial(column: str, rows: str) -> None:
    op.create_index(
        f"ix_adoption_{column}", "adoption", [column], postgresql_where=sa.text(rows), sqlite_where=sa.text(rows)
    )
