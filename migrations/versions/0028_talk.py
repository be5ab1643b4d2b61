"""What people say under a post: comments, cheers, reports, and who may not speak for a while."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "talk_comment",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("update_id", INT, nullable=False),
        sa.Column("parent_id", INT, nullable=True),
        sa.Column("person_id", INT, nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("client_uuid", sa.String(length=36), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("hidden_at", MOMENT, nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.CheckConstraint("(parent_id IS NULL) = (side = 'adopter')", name=op.f("ck_talk_comment_adopters_ask")),
        sa.ForeignKeyConstraint(["update_id"], ["growth_update.id"], name=op.f("fk_talk_comment_update_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["talk_comment.id"], name=op.f("fk_talk_comment_parent_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_talk_comment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_comment")),
        sa.UniqueConstraint("person_id", "client_uuid", name=op.f("uq_talk_comment_person_id_client_uuid")),
    )
    op.create_index("ix_talk_comment_update_id", "talk_comment", ["update_id", "id"])
    op.create_index("ix_talk_comment_parent_id", "talk_comment", ["parent_id"])
    _partial("ix_talk_comment_unchecked", "talk_comment", "id", "checked_at IS NULL")
    op.create_table(
        "talk_cheer",
        sa.Column("update_id", INT, nullable=False),
        sa.Column("person_id", INT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["update_id"], ["growth_update.id"], name=op.f("fk_talk_cheer_update_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_talk_cheer_person_id")),
        sa.PrimaryKeyConstraint("update_id", "person_id", name=op.f("pk_talk_cheer")),
    )
    op.create_table(
        "talk_report",
        sa.Column("id", INT, sa.Identity(), nullable=False),
        sa.Column("comment_id", INT, nullable=False),
        sa.Column("person_id", INT, nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["talk_comment.id"], name=op.f("fk_talk_report_comment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_talk_report_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_report")),
        sa.UniqueConstraint("comment_id", "person_id", name=op.f("uq_talk_report_comment_id_person_id")),
    )
    _partial("ix_talk_report_open", "talk_report", "created_at", "settled_at IS NULL")
    op.create_table(
        "talk_mute",
        sa.Column("person_id", INT, autoincrement=False, nullable=False),
        sa.Column("until_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_talk_mute_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_talk_mute")),
    )


def downgrade() -> None:
    op.drop_table("talk_mute")
    op.drop_table("talk_report")
    op.drop_table("talk_cheer")
    op.drop_table("talk_comment")


def _partial(name: str, table: str, column: str, condition: str) -> None:
    op.create_index(name, table, [column], postgresql_where=sa.text(condition), sqlite_where=sa.text(condition))
