"""Alembic's entry: migrate the database that the application is bound to."""

from __future__ import annotations

from alembic import context
from flask import current_app

from cofu_adopt.core import patience

database = current_app.extensions["migrate"].db


def run_migrations() -> None:
    """Run all pending migrations in one transaction, foreign keys checked at its end."""
    with database.engine.connect() as connection, patience.without_end():
        if connection.dialect.name == "postgresql":
            # A large table takes its time. A lock that others hold is still waited for two seconds only.
            connection.detach()
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=database.metadatas[None],
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run_migrations()
