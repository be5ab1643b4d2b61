"""The application on SQLite and on a real PostgreSQL: each test that asks for `app` runs on both."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, delete, text
from werkzeug.test import TestResponse

from cofu_adopt.app import create_app
from cofu_adopt.core import clock
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import Base, db
from cofu_adopt.ledger.triggers import create_statements
from config import Settings, normalise_database_url
from tests.postgres_server import running_postgresql

# `make test` draws the same examples each time, so that what it says of a change is about the change alone;
# `make test-full` looks for new ones.
hypothesis_settings.register_profile("same", derandomize=True)
hypothesis_settings.register_profile("new", print_blob=True)
hypothesis_settings.load_profile("new" if os.environ.get("COFU_TEST_FULL") else "same")
# Each test makes an application of its own; what their pages compile to is the same.
Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache()}


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server for the whole run: TEST_DATABASE_URL, else one that is started here. Fails loudly without one."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield normalise_database_url(given)
        return
    with running_postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_database(postgresql_url: str) -> str:
    """A database of this worker alone, with all tables."""
    name = f"cofu_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    admin = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    admin.dispose()
    make_tables(url)
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows; each test gets a copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database with all tables, on both databases."""
    if request.param == "sqlite":
        path = tmp_path / "test.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgresql_database")
    empty_tables(url)
    return url


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database, inside its context; open a unit_of_work() to do something."""
    app = create_app(Settings(env="test", database_url=database_url, media_dir=str(tmp_path / "media")))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    clock.set_source(None)


def empty_tables(url: str) -> None:
    """Delete all rows and let ids begin at 1, past every trigger. For few rows a hundred times as fast as TRUNCATE."""
    used = text("SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value > 0")
    engine = create_engine(url)
    with engine.begin() as connection:
        # The triggers that keep the books append-only are passed by; on a server that was given this needs a superuser.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in Base.metadata.sorted_tables:
            connection.execute(delete(table))
        connection.execute(used)
    engine.dispose()


def make_tables(url: str) -> None:
    """All tables and triggers; that they equal the migrations is a test of its own."""
    app = create_app(Settings(env="test", database_url=url))
    with app.app_context():
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection)
            for statement in create_statements(connection.dialect.name):
                connection.execute(text(statement))
        db.engine.dispose()


class Browser(FlaskClient):
    """A browser each of whose requests has a `g` of its own, as on a server, though the test has a context open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request."""
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser whose forms need no token; further ones come from app.test_client()."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Browser
    return app.test_client()


@pytest.fixture
def still() -> Iterator[FrozenClock]:
    """The clock stands at noon of 24 November 2026 on the island, the beginning of an hour."""
    with clock.frozen(datetime(2026, 11, 24, 12, tzinfo=clock.SHANGHAI)) as frozen:
        yield frozen


@pytest.fixture
def plain_app(tmp_path: Path) -> Iterator[Flask]:
    """The application without a database, for rules whose refusals are sentences."""
    app = create_app(Settings(env="test", database_url=f"sqlite:///{tmp_path / 'never.sqlite3'}"))
    with app.app_context():
        yield app
