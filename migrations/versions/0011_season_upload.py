"""Files that an operator handed in, between preview and import."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "season_upload",
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("person_id", INT, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.JSON(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_season_upload_person_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_season_upload")),
    )
    op.create_index("ix_season_upload_person_id", "season_upload", ["person_id"])
    op.create_table(
        "season_upload_file",
        sa.Column("upload_token", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_token"],
            ["season_upload.token"],
            name=op.f("fk_season_upload_file_upload_token"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("upload_token", "kind", name=op.f("pk_season_upload_file")),
    )


def downgrade() -> None:
    op.drop_table("season_upload_file")
    op.drop_table("season_upload")
