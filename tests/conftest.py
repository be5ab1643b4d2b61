"""The application on SQLite and on a real PostgreSQL: each test that asks for `app` runs on both."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine, create_engine, delete, text
from werkzeug.test import TestResponse

from cofu_adopt.app import create_app
from cofu_adopt.core import clock
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import Base, db
from cofu_adopt.identity import passwords, people
from cofu_adopt.ledger.triggers import create_statements
from config import Settings, normalise_database_url
from tests.forked import warm_up
from tests.lent_app import fresh_sqlite, in_context, lent_app
from tests.postgres_server import running_postgresql

# `make test` draws the same examples each time, so that what it says of a change is about the change alone;
# `make test-full` looks for new ones.
hypothesis_settings.register_profile("same", derandomize=True)
hypothesis_settings.register_profile("new", print_blob=True)
hypothesis_settings.load_profile("new" if os.environ.get("COFU_TEST_FULL") else "same")
# The hash of staff's passwords is slow on purpose, and no test but that of its own strength is about that.
SLOW_HASHER, SLOW_NOBODY = people.hasher, passwords.NOBODY
people.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
passwords.NOBODY = people.hasher.hash("nobody has this password")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the collector walk over what the tests make, not over all that was loaded for them, as wsgi.py does."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


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


@pytest.fixture(scope="session")
def sqlite_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each test of this worker finds its SQLite file: a link to it."""
    return tmp_path_factory.mktemp("sqlite") / "test.sqlite3"


@pytest.fixture(scope="session")
def warm(sqlite_template: Path, postgresql_database: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The processes that are made from now on begin in a moment (tests/forked.py)."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("warm") / "warm.sqlite3")
    empty_tables(postgresql_database)
    warm_up([f"sqlite:///{path}", postgresql_database])


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database with all tables, on both databases."""
    if request.param == "sqlite":
        link: Path = request.getfixturevalue("sqlite_path")
        with fresh_sqlite(request.getfixturevalue("sqlite_template"), link, tmp_path):
            yield f"sqlite:///{link}"
        return
    url: str = request.getfixturevalue("postgresql_database")
    empty_tables(url)
    yield url


@pytest.fixture
def app(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database, inside its context; open a unit_of_work() to do something.

    It is lent (tests/lent_app.py). A module whose tests need more routes has a function `add_routes`; a test that adds
    hooks takes `own_app` in its stead.
    """
    settings = Settings(env="test", database_url=database_url, media_dir=str(tmp_path / "media"))
    add = getattr(request.module, "add_routes", None)
    with lent_app(settings, add=add) as app:
        yield app


@pytest.fixture
def own_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application that no other test sees, on an empty database, inside its context."""
    app = create_app(Settings(env="test", database_url=database_url, media_dir=str(tmp_path / "media")))
    with in_context(app):
        yield app


@cache
def _emptying(url: str) -> tuple[Engine, str]:
    tables = "; ".join(str(delete(table)) for table in Base.metadata.sorted_tables)
    return (
        create_engine(url, pool_pre_ping=True),
        f"""
        DO $$ BEGIN
            -- The triggers that keep the books append-only are passed by; a given server has to let us: a superuser.
            SET LOCAL session_replication_role = replica;
            {tables};
            PERFORM setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value > 0;
        END $$
    """,
    )


def empty_tables(url: str) -> None:
    """Delete all rows and let ids begin at 1, past every trigger. For few rows a hundred times as fast as TRUNCATE."""
    engine, statements = _emptying(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statements)


def let_go_of(url: str) -> None:
    """Close the connection that empties it: only a database that nobody is connected to can be copied."""
    engine, _ = _emptying(url)
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
def plain_app(sqlite_path: Path) -> Iterator[Flask]:
    """The application without a database, for rules whose refusals are sentences."""
    never = sqlite_path.with_name("never.sqlite3")
    with lent_app(Settings(env="test", database_url=f"sqlite:///{never}")) as app:
        yield app
