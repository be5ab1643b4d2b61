"""The migrations: numbered, equal to the models, and safe to walk down and up with data in the tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Table,
    TypeDecorator,
    create_engine,
    event,
    func,
    inspect,
    select,
    text,
)

from cofu_adopt.app import create_app
from cofu_adopt.core.db import Base, UtcDateTime, db
from config import ROOT, Settings
from tests.conftest import make_tables

REVISIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
EMPTY = {"alembic_version"}
FITTING = {
    ("plot", "species"): "blue_mussel",
    ("talk_comment", "side"): "adopter",
    ("refund_transfer", "state"): "proposed",
    ("season_upload_file", "content"): b"x",
    ("upload_piece", "content"): b"x",
    ("bank_line", "returned_by"): None,
    ("line_match", "undone_by"): None,
    ("species_growth", "linf_mm"): 2,
    ("species_growth", "season_ts"): 0,
    ("adoption_offer", "sale_ends_at"): datetime(2026, 8, 21, tzinfo=UTC),
}
"""Values that a check demands; any other column takes the sample of its type."""
SAMPLES = {
    str: "x",
    int: 1,
    bool: False,
    datetime: datetime(2026, 8, 20, tzinfo=UTC),
    date: date(2026, 8, 20),
    dict: {"a": 1},
}


@pytest.fixture(params=["sqlite", "postgresql"])
def nothing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without any table."""
    with empty_database(request, "migrated", tmp_path) as url:
        app = create_app(Settings(env="test", database_url=url))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


@contextmanager
def empty_database(request: pytest.FixtureRequest, name: str, tmp_path: Path) -> Iterator[str]:
    if request.node.callspec.params["nothing"] == "sqlite":
        yield f"sqlite:///{tmp_path / name}.sqlite3"
        return
    home = create_engine(request.getfixturevalue("postgresql_database"), isolation_level="AUTOCOMMIT")
    database = f"{home.url.database}_{name}"
    with home.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {database}"))
    yield home.url.set(database=database).render_as_string(hide_password=False)
    with home.connect() as connection:
        connection.execute(text(f"DROP DATABASE {database} WITH (FORCE)"))
    home.dispose()


def shape(engine: Engine) -> dict[str, Any]:
    """All that the database knows of its tables, by name: columns, keys, checks, indexes, triggers."""
    found = inspect(engine)
    tables = {
        table: {
            "columns": {column["name"]: described(column) for column in found.get_columns(table)},
            "primary key": found.get_pk_constraint(table),
            "foreign keys": by_name(found.get_foreign_keys(table)),
            "uniques": by_name(found.get_unique_constraints(table)),
            "checks": by_name(found.get_check_constraints(table)),
            "indexes": by_name(found.get_indexes(table)),
        }
        for table in sorted(set(found.get_table_names()) - EMPTY)
    }
    with engine.connect() as connection:
        return {"tables": tables, "triggers": triggers(connection)}


def described(column: Any) -> dict[str, str]:
    return {name: str(value) for name, value in column.items()}


def by_name(rows: list[Any]) -> dict[str, str]:
    return {row["name"]: json.dumps(row, default=str, sort_keys=True) for row in rows}


def triggers(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT pg_get_triggerdef(t.oid) || p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal"
        )
    return sorted(connection.execute(text(query)).scalars())


def test_they_are_numbered_in_one_row_and_each_has_a_way_back() -> None:
    numbers = [re.fullmatch(r"(\d{4})_[a-z_0-9]+\.py", path.name) for path in REVISIONS]
    assert [number and int(number[1]) for number in numbers] == list(range(1, len(REVISIONS) + 1))
    script = ScriptDirectory(str(ROOT / "migrations"))
    assert script.get_heads() == [REVISIONS[-1].name[:4]]
    for path in REVISIONS:
        revision = script.get_revision(path.name[:4])
        number = int(path.name[:4])
        assert revision.down_revision == (f"{number - 1:04}" if number > 1 else None)
        assert revision.module.__doc__
        assert "pass" not in path.read_text().split("def downgrade")[1].split()


def test_from_nothing_they_make_what_the_models_say(
    nothing: Flask, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []
    with empty_database(request, "modelled", tmp_path) as url:
        make_tables(url)
        modelled = create_engine(url)
        expected = shape(modelled)
        modelled.dispose()
    found = shape(db.engine)
    assert found["tables"].keys() == expected["tables"].keys()
    for table, parts in expected["tables"].items():
        for part, value in parts.items():
            assert found["tables"][table][part] == value, f"{table}: {part}"
    assert found["triggers"] == expected["triggers"]
    assert len(found["triggers"]) >= 3


def test_a_difference_is_seen(nothing: Flask) -> None:
    upgrade()
    before = shape(db.engine)
    with db.engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_adoption_one_live_per_rope"))
        connection.execute(text("ALTER TABLE outbox ADD COLUMN stray TEXT"))
    after = shape(db.engine)
    assert before["tables"]["adoption"]["indexes"] != after["tables"]["adoption"]["indexes"]
    assert before["tables"]["outbox"]["columns"] != after["tables"]["outbox"]["columns"]


def test_down_step_by_step_with_data_and_up_again(nothing: Flask) -> None:
    upgrade()
    full = shape(db.engine)
    fill()
    for path in reversed(REVISIONS):
        before = set(inspect(db.engine).get_table_names())
        downgrade(revision="-1")
        left = set(inspect(db.engine).get_table_names())
        assert left < before or "create_table" not in path.read_text(), path.name
        assert set(counts(left).values()) <= {1}, path.name
    assert set(inspect(db.engine).get_table_names()) == EMPTY
    assert shape(db.engine) == {"tables": {}, "triggers": []}
    upgrade()
    assert shape(db.engine) == full
    fill()
    downgrade(revision=f"{len(REVISIONS) - 1:04}")
    upgrade()
    assert shape(db.engine) == full


def fill() -> None:
    """One row in every table."""
    with db.engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            connection.execute(table.insert().values({column.name: sample(table, column) for column in filled(table)}))


def filled(table: Table) -> list[Column[Any]]:
    self_made = table.primary_key.columns.values()
    return [
        column
        for column in table.columns
        if not (column.identity is not None and column in self_made) and not self_reference(column, table)
    ]


def self_reference(column: Column[Any], table: Table) -> bool:
    return any(key.column.table is table for key in column.foreign_keys)


def sample(table: Table, column: Column[Any]) -> Any:
    if (table.name, column.name) in FITTING:
        return FITTING[table.name, column.name]
    if isinstance(column.type, UtcDateTime):
        return SAMPLES[datetime]
    return "x" if isinstance(column.type, TypeDecorator) else SAMPLES.get(column.type.python_type, 1)


def counts(tables: set[str]) -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
            if table.name in tables
        }


def test_a_migration_has_no_time_limit_but_for_locks(nothing: Flask) -> None:
    is_postgresql = db.engine.dialect.name == "postgresql"
    told: set[tuple[str, str]] = set()

    @event.listens_for(db.engine, "before_cursor_execute")
    def ask(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if is_postgresql and statement.lstrip().startswith("CREATE TABLE") and not told:
            limits = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
            told.add(tuple(connection.connection.cursor().execute(limits).fetchone()))

    upgrade(revision="0002")
    assert told == ({("0", "2s")} if is_postgresql else set())
