"""The small sale, and the operator's browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event

from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import db
from tests.screens.desk.sale import NOON, Browser, Sale, make_sale


@pytest.fixture
def sale(app: Flask) -> Iterator[Sale]:
    """The small sale at noon of 24 November 2026, within a request, as the clock and the web have one."""
    with clock.frozen(NOON) as frozen, app.test_request_context():
        yield make_sale(app, frozen)


@pytest.fixture
def operator(sale: Sale) -> Browser:
    """The operator's browser."""
    return sale.browser(Role.OPERATOR)


@pytest.fixture
def count_queries(app: Flask) -> Iterator[list[str]]:
    """Every statement that reaches the database."""
    seen: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", see)
    yield seen
    event.remove(db.engine, "before_cursor_execute", see)
