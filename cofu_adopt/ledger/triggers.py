"""Database triggers that refuse UPDATE and DELETE on the books, on both databases. Used by the migration."""

from __future__ import annotations

TABLES = ("journal_entry", "posting", "ledger_seal")


def create_statements(dialect: str) -> list[str]:
    """The statements that make the triggers."""
    if dialect == "postgresql":
        function = (
            "CREATE FUNCTION refuse_change_of_books() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'the books are append-only: % on %', TG_OP, TG_TABLE_NAME; END $$"
        )
        return [function] + [
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_books()"
            for table in TABLES
        ]
    return [
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the books are append-only: {act} on {table}'); END"
        for table in TABLES
        for act in ("UPDATE", "DELETE")
    ]


def drop_statements(dialect: str) -> list[str]:
    """The statements that take the triggers away."""
    if dialect == "postgresql":
        return [f"DROP TRIGGER {table}_append_only ON {table}" for table in TABLES] + [
            "DROP FUNCTION refuse_change_of_books()"
        ]
    return [f"DROP TRIGGER {table}_no_{act.lower()}" for table in TABLES for act in ("UPDATE", "DELETE")]
