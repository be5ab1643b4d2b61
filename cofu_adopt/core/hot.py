"""Statements of the hot path: written by hand, compiled once, and sent to PostgreSQL without a second look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from psycopg.types.numeric import Int8
from sqlalchemy import CursorResult, TextClause, bindparam, text

from cofu_adopt.core.db import db


class Hot:
    """One statement. `binds`: types of parameters that need one; `columns`: types of results, for SQLite.

    PostgreSQL gives moments, days and numbers back as they are; SQLite has text for them.
    """

    def __init__(
        self, sql: str, *, binds: Mapping[str, Any] | None = None, columns: Mapping[str, Any] | None = None
    ) -> None:
        statement = text(sql)
        self.names = tuple(statement.compile().params)
        binds = binds or {}
        typed = [bindparam(name, type_=binds[name]) for name in self.names if name in binds]
        self._statement: Any = statement.bindparams(*typed)
        if columns:
            self._statement = self._statement.columns(**columns)
        self._typed: TextClause = statement.bindparams(*typed)
        self._driver: str = ""
        self._processors: dict[str, Callable[[Any], Any]] = {}

    def run(self, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Run it in the open unit of work; `values` may hold more than it needs."""
        wanted = {name: values[name] for name in self.names}
        connection = db.session.connection()
        if connection.dialect.name != "postgresql":
            found: CursorResult[Any] = connection.execute(self._statement, wanted)
            return found
        if not self._driver:
            self._compile(connection.dialect)
        for name, process in self._processors.items():
            wanted[name] = process(wanted[name])
        for name, value in wanted.items():
            if type(value) is int:
                # Else the driver chooses by size, and each mixture of sizes is prepared and planned anew.
                wanted[name] = Int8(value)
        return connection.exec_driver_sql(self._driver, wanted)

    def _compile(self, dialect: Any) -> None:
        for name, bind in self._typed._bindparams.items():  # noqa: SLF001 - the public way compiles at each call
            process = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if process is not None:
                self._processors[name] = process
        self._driver = str(self._typed.compile(dialect=dialect))
