"""What is owed when a promise cannot be kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "remedy",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("adoption_id", INT, nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("lost_label", sa.String(length=20), nullable=False),
        sa.Column("offered", sa.JSON(), nullable=False),
        sa.Column("default_outcome", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("chosen_by", sa.String(length=12), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("choose_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_remedy_amount_positive")),
        sa.CheckConstraint("(state = 'open') = (outcome IS NULL)", name=op.f("ck_remedy_open_until_chosen")),
        sa.CheckConstraint("(outcome IS NULL) = (chosen_by IS NULL)", name=op.f("ck_remedy_chosen_by_somebody")),
        sa.CheckConstraint("(outcome IS NULL) = (chosen_at IS NULL)", name=op.f("ck_remedy_chosen_once")),
        sa.ForeignKeyConstraint(["adoption_id"], ["adoption.id"], name=op.f("fk_remedy_adoption_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy")),
        sa.UniqueConstraint("adoption_id", "cause", "source", name="uq_remedy_adoption_id_cause_source"),
    )
    op.create_index(
        "uq_remedy_one_open_per_order",
        "remedy",
        ["adoption_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_table("remedy")
