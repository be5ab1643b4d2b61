"""The books, append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cofu_adopt.ledger.triggers import create_statements, drop_statements

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("floor", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("code", name=op.f("uq_ledger_account_code")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("memo", sa.String(length=200), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reverses_id", INT, nullable=True),
        sa.ForeignKeyConstraint(["reverses_id"], ["journal_entry.id"], name=op.f("fk_journal_entry_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_journal_entry_reverses_id")),
        sa.UniqueConstraint("source", name=op.f("uq_journal_entry_source")),
    )
    op.create_table(
        "posting",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("entry_id", INT, nullable=False),
        sa.Column("account_id", INT, nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_posting_amount_not_zero")),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_account.id"], name=op.f("fk_posting_account_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entry.id"], name=op.f("fk_posting_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index("ix_posting_account_id_id", "posting", ["account_id", "id"])
    op.create_index("ix_posting_entry_id", "posting", ["entry_id"])
    op.create_table(
        "ledger_seal",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("up_to_entry_id", INT, nullable=False),
        sa.Column("entry_count", INT, nullable=False),
        sa.Column("chain_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_seal")),
        sa.UniqueConstraint("up_to_entry_id", name=op.f("uq_ledger_seal_up_to_entry_id")),
    )
    for statement in create_statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in drop_statements(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("ledger_seal")
    op.drop_table("posting")
    op.drop_table("journal_entry")
    op.drop_table("ledger_account")
