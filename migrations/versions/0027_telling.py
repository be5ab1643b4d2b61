"""What people chose about being told, the browsers that ring, and whom to tell of a plot."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notify_preference",
        sa.Column("person_id", INT, autoincrement=False, nullable=False),
        sa.Column("cadence", sa.String(length=12), nullable=False),
        sa.Column("quiet_from", INT, nullable=False),
        sa.Column("quiet_to", INT, nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pending_email", sa.Text(), nullable=True),
        sa.CheckConstraint("quiet_from >= 0 AND quiet_from < 1440", name=op.f("ck_notify_preference_quiet_from_range")),
        sa.CheckConstraint("quiet_to >= 0 AND quiet_to < 1440", name=op.f("ck_notify_preference_quiet_to_range")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notify_preference_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notify_preference")),
    )
    op.create_index("ix_notify_preference_cadence_person_id", "notify_preference", ["cadence", "person_id"])
    op.create_table(
        "notify_channel",
        sa.Column("person_id", INT, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notify_channel_person_id")),
        sa.PrimaryKeyConstraint("person_id", "kind", "channel", name=op.f("pk_notify_channel")),
    )
    op.create_table(
        "push_subscription",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("person_id", INT, nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("endpoint_index", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_push_subscription_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("endpoint_index", name=op.f("uq_push_subscription_endpoint_index")),
    )
    op.create_index(op.f("ix_push_subscription_person_id"), "push_subscription", ["person_id"])
    op.create_index(
        "ix_adoption_adopters",
        "adoption",
        ["plot_id", "person_id"],
        postgresql_where=sa.text("state = 'paid'"),
        sqlite_where=sa.text("state = 'paid'"),
    )


def downgrade() -> None:
    op.drop_index("ix_adoption_adopters", table_name="adoption")
    op.drop_table("push_subscription")
    op.drop_table("notify_channel")
    op.drop_table("notify_preference")
