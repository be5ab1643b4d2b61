"""Offline transfers: what is waited for, the bank's lines, and what each was counted for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
NOT_VOID = sa.text("voided_at IS NULL")
NOT_UNDONE = sa.text("undone_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "transfer_request",
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("booked_fen", INT, nullable=False),
        sa.Column("return_url", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("said_sent_at", AT, nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_transfer_request_amount_positive")),
        sa.CheckConstraint("booked_fen >= 0", name=op.f("ck_transfer_request_booked_not_negative")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_transfer_request")),
        sa.UniqueConstraint("key", name=op.f("uq_transfer_request_key")),
    )
    op.create_index("ix_transfer_request_state", "transfer_request", ["state"])
    op.create_table(
        "bank_line",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("bank_ref", sa.String(length=64), nullable=False),
        sa.Column("amount_fen", INT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("recorded_by", INT, nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("voided_by", INT, nullable=True),
        sa.Column("voided_at", AT, nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=True),
        sa.Column("return_asked_by", INT, nullable=True),
        sa.Column("return_asked_at", AT, nullable=True),
        sa.Column("returned_by", INT, nullable=True),
        sa.Column("returned_at", AT, nullable=True),
        sa.Column("return_ref", sa.String(length=64), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_bank_line_amount_positive")),
        sa.CheckConstraint(
            "returned_by IS NULL OR returned_by <> return_asked_by", name=op.f("ck_bank_line_returned_by_another")
        ),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_bank_line_{name}"))
            for name in ("recorded_by", "voided_by", "return_asked_by", "returned_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
    )
    op.create_index(
        "uq_bank_line_bank_ref",
        "bank_line",
        ["account", "bank_ref"],
        unique=True,
        postgresql_where=NOT_VOID,
        sqlite_where=NOT_VOID,
    )
    op.create_index("ix_bank_line_paid_on", "bank_line", ["paid_on"])
    op.create_table(
        "line_match",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("line_id", INT, nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("matched_by", INT, nullable=False),
        sa.Column("matched_at", AT, nullable=False),
        sa.Column("undone_by", INT, nullable=True),
        sa.Column("undone_at", AT, nullable=True),
        sa.Column("undo_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "undone_by IS NULL OR undone_by <> matched_by", name=op.f("ck_line_match_undone_by_another")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["bank_line.id"], name=op.f("fk_line_match_line_id")),
        sa.ForeignKeyConstraint(["matched_by"], ["person.id"], name=op.f("fk_line_match_matched_by")),
        sa.ForeignKeyConstraint(["ref"], ["transfer_request.ref"], name=op.f("fk_line_match_ref")),
        sa.ForeignKeyConstraint(["undone_by"], ["person.id"], name=op.f("fk_line_match_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_match")),
    )
    op.create_index(
        "uq_line_match_line_id",
        "line_match",
        ["line_id"],
        unique=True,
        postgresql_where=NOT_UNDONE,
        sqlite_where=NOT_UNDONE,
    )
    op.create_index("ix_line_match_ref", "line_match", ["ref"])


def downgrade() -> None:
    op.drop_table("line_match")
    op.drop_table("bank_line")
    op.drop_table("transfer_request")
