"""What the desk searches by: indexes, and blind indexes of a delivery's name and phone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
COLUMNS = (("recipient_index", 64), ("delivery_phone_index", 64), ("delivery_phone_last4", 4))
INDEXES = (
    ("ix_adoption_plot_id_rope_number", "adoption", ["plot_id", "rope_number"]),
    ("ix_adoption_state_id", "adoption", ["state", "id"]),
    ("ix_adoption_created_at", "adoption", ["created_at"]),
    ("ix_person_phone_last4", "person", ["phone_last4"]),
    ("ix_audit_record_actor_id_id", "audit_record", ["actor_id", "id"]),
    ("ix_audit_record_act_id", "audit_record", ["act", "id"]),
    ("ix_audit_record_at", "audit_record", ["at"]),
)


def upgrade() -> None:
    for name, length in COLUMNS:
        op.add_column("adoption", sa.Column(name, sa.String(length=length), nullable=True))
        filled = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"ix_adoption_{name}", "adoption", [name], postgresql_where=filled, sqlite_where=filled)
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, table, _columns in INDEXES:
        op.drop_index(name, table)
    for name, _length in COLUMNS:
        op.drop_index(f"ix_adoption_{name}", "adoption")
        op.drop_column("adoption", name)
