"""The diary: posts of households, photos, measured samples."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "photo",
        sa.Column("id", INT, sa.Identity(always=False), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("width_px", INT, nullable=False),
        sa.Column("height_px", INT, nullable=False),
        sa.Column("size_bytes", INT, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("width_px > 0 AND height_px > 0", name=op.f("ck_photo_size_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("digest", name=op.f("uq_photo_digest")),
    )
    op.create_table(
        "growth_update",
        sa.Column("id", INT, sa.Identity(always=False), nullable=False),
        sa.Column("household_id", INT, nullable=False),
        sa.Column("person_id", INT, nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("client_uuid", sa.String(length=36), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("weather", sa.String(length=12), nullable=True),
        sa.Column("work", sa.JSON(), nullable=False),
        sa.Column("water_temperature_c", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrects_id", INT, nullable=True),
        sa.ForeignKeyConstraint(["corrects_id"], ["growth_update.id"], name=op.f("fk_growth_update_corrects_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_growth_update_household_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_growth_update_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growth_update")),
        sa.UniqueConstraint("household_id", "client_uuid", name=op.f("uq_growth_update_household_id_client_uuid")),
    )
    op.create_index(
        "ix_growth_update_household_id_happened_at", "growth_update", ["household_id", "happened_at"], unique=False
    )
    op.create_table(
        "upload",
        sa.Column("id", INT, sa.Identity(always=False), nullable=False),
        sa.Column("person_id", INT, nullable=False),
        sa.Column("client_uuid", sa.String(length=36), nullable=False),
        sa.Column("size_bytes", INT, nullable=False),
        sa.Column("received_bytes", INT, nullable=False),
        sa.Column("photo_id", INT, nullable=True),
        sa.Column("refused", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "received_bytes >= 0 AND received_bytes <= size_bytes", name=op.f("ck_upload_received_range")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_upload_person_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_upload_photo_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("person_id", "client_uuid", name=op.f("uq_upload_person_id_client_uuid")),
    )
    op.create_index(op.f("ix_upload_expires_at"), "upload", ["expires_at"], unique=False)
    op.create_table(
        "growth_reading",
        sa.Column("id", INT, sa.Identity(always=False), nullable=False),
        sa.Column("update_id", INT, nullable=True),
        sa.Column("plot_id", INT, nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("mean_shell_length_mm", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("sample_count", INT, nullable=False),
        sa.Column("lengths_mm", sa.JSON(), nullable=True),
        sa.Column("survival", sa.Numeric(precision=4, scale=3), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("question", sa.String(length=20), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", INT, nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("sample_count > 0", name=op.f("ck_growth_reading_sample_count_positive")),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f("fk_growth_reading_plot_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["person.id"], name=op.f("fk_growth_reading_reviewed_by_id")),
        sa.ForeignKeyConstraint(["update_id"], ["growth_update.id"], name=op.f("fk_growth_reading_update_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growth_reading")),
        sa.UniqueConstraint("update_id", "plot_id", name=op.f("uq_growth_reading_update_id_plot_id")),
    )
    op.create_index("ix_growth_reading_plot_id_measured_on", "growth_reading", ["plot_id", "measured_on"], unique=False)
    op.create_index("ix_growth_reading_state", "growth_reading", ["state"], unique=False)
    op.create_table(
        "growth_revision",
        sa.Column("id", INT, sa.Identity(always=False), nullable=False),
        sa.Column("update_id", INT, nullable=False),
        sa.Column("person_id", INT, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_growth_revision_person_id")),
        sa.ForeignKeyConstraint(["update_id"], ["growth_update.id"], name=op.f("fk_growth_revision_update_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growth_revision")),
    )
    op.create_index(op.f("ix_growth_revision_update_id_id"), "growth_revision", ["update_id", "id"], unique=False)
    op.create_table(
        "growth_update_photo",
        sa.Column("update_id", INT, nullable=False),
        sa.Column("position", INT, autoincrement=False, nullable=False),
        sa.Column("photo_id", INT, nullable=False),
        sa.Column("shows_people", sa.Boolean(), nullable=False),
        sa.Column("people_consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("people_consent_revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_growth_update_photo_photo_id")),
        sa.ForeignKeyConstraint(["update_id"], ["growth_update.id"], name=op.f("fk_growth_update_photo_update_id")),
        sa.PrimaryKeyConstraint("update_id", "position", name=op.f("pk_growth_update_photo")),
    )
    op.create_index(op.f("ix_growth_update_photo_photo_id"), "growth_update_photo", ["photo_id"], unique=False)
    op.create_table(
        "growth_update_plot",
        sa.Column("update_id", INT, nullable=False),
        sa.Column("plot_id", INT, nullable=False),
        sa.ForeignKeyConstraint(["plot_id"], ["plot.id"], name=op.f("fk_growth_update_plot_plot_id")),
        sa.ForeignKeyConstraint(["update_id"], ["growth_update.id"], name=op.f("fk_growth_update_plot_update_id")),
        sa.PrimaryKeyConstraint("update_id", "plot_id", name=op.f("pk_growth_update_plot")),
    )
    op.create_index(
        op.f("ix_growth_update_plot_plot_id_update_id"), "growth_update_plot", ["plot_id", "update_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_growth_update_plot_plot_id_update_id"), table_name="growth_update_plot")
    op.drop_table("growth_update_plot")
    op.drop_index(op.f("ix_growth_update_photo_photo_id"), table_name="growth_update_photo")
    op.drop_table("growth_update_photo")
    op.drop_index(op.f("ix_growth_revision_update_id_id"), table_name="growth_revision")
    op.drop_table("growth_revision")
    op.drop_index("ix_growth_reading_state", table_name="growth_reading")
    op.drop_index("ix_growth_reading_plot_id_measured_on", table_name="growth_reading")
    op.drop_table("growth_reading")
    op.drop_index(op.f("ix_upload_expires_at"), table_name="upload")
    op.drop_table("upload")
    op.drop_index("ix_growth_update_household_id_happened_at", table_name="growth_update")
    op.drop_table("growth_update")
    op.drop_table("photo")
