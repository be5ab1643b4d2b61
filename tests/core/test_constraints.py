"""A violated constraint is known by its name, on both databases, and leaves as the error it was mapped to."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.exc import IntegrityError

from cofu_adopt.core import db as core_db
from cofu_adopt.core.db import Base, constraint_name, db, map_constraint, unit_of_work
from cofu_adopt.core.errors import DomainError
from cofu_adopt.core.logs import in_one_line, redact


class Twice(DomainError):
    """Declared twice."""

    status = 409
    code = "twice"


DUE = "INSERT INTO due_row (kind, subject, due_at) VALUES ('k', '1', '2026-01-01 00:00:00')"
VIOLATIONS = {
    "uq_due_row_kind_subject_period": [DUE, DUE],
    "pk_sandbox_setting": ["INSERT INTO sandbox_setting (name, value) VALUES ('a', 'b')"] * 2,
    "pk_person_role": [
        "INSERT INTO person (display_name, locale, is_guest, created_at) VALUES ('', 'en', false, '2026-01-01 00:00')",
        *["INSERT INTO person_role (person_id, role) VALUES (1, 'host')"] * 2,
    ],
    "ck_household_family_size_positive": [
        """INSERT INTO household (code, head_name, village, phone, phone_index, family_size, low_income, bank_name,
        bank_clearing_code, bank_account, payee_name, joined_on)
        VALUES ('a', 'a', 'a', 'a', 'a', 0, false, 'a', 'a', 'a', 'a', '2026-01-01')"""
    ],
}


@pytest.fixture(autouse=True)
def mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_db, "_by_constraint", {})


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_name_is_known(app: Flask, name: str) -> None:
    with pytest.raises(IntegrityError) as raised, unit_of_work():
        for statement in VIOLATIONS[name]:
            db.session.execute(text(statement))
    assert constraint_name(raised.value) == name


def test_a_mapped_violation_is_a_refusal_and_rolls_back(app: Flask) -> None:
    map_constraint("uq_due_row_kind_subject_period", Twice)
    with pytest.raises(Twice) as raised, unit_of_work():
        for statement in VIOLATIONS["uq_due_row_kind_subject_period"]:
            db.session.execute(text(statement))
    assert isinstance(raised.value.__cause__, IntegrityError)
    with unit_of_work(writes=False):
        assert db.session.scalar(text("SELECT count(*) FROM due_row")) == 0


def test_the_same_values_in_the_message_do_not_map(app: Flask) -> None:
    map_constraint("uq_due_row_kind_subject_period", Twice)
    with pytest.raises(IntegrityError), unit_of_work():
        db.session.execute(
            text("INSERT INTO sandbox_setting (name, value) VALUES ('uq_due_row_kind_subject_period', NULL)")
        )


def test_no_two_keys_of_a_table_have_the_same_columns() -> None:
    # SQLite names only the columns; two keys over the same ones could not be told apart.
    for table in Base.metadata.tables.values():
        unique = (UniqueConstraint, PrimaryKeyConstraint)
        keys = [frozenset(key.columns.keys()) for key in table.constraints if isinstance(key, unique)]
        keys += [frozenset(index.columns.keys()) for index in table.indexes if index.unique]
        assert len(keys) == len(set(keys)), table.name


def test_a_failed_statement_shows_no_values(app: Flask) -> None:
    with pytest.raises(IntegrityError) as raised, unit_of_work():
        db.session.execute(
            text("INSERT INTO sandbox_setting (name, value) VALUES (:name, :value)"),
            {"name": "张信良", "value": None},
        )
    line = redact(None, "error", {"exception": str(raised.value)})
    assert "sandbox_setting" in line["exception"]
    assert "张信良" not in line["exception"]
    assert "张信良" not in in_one_line(raised.value)
