"""PostgreSQL slow, silent, away, cut and exhausted: each answer is an honest 503, and afterwards all is well."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from werkzeug.test import TestResponse

from cofu_adopt.app import create_app
from cofu_adopt.core import metrics, patience
from cofu_adopt.core.db import db
from config import Settings
from tests.conftest import make_tables
from tests.small_sea import make_adopters, make_sea
from tests.trouble.proxy import Proxy
from tests.trouble.visitor import Visitor, connections_in_use

pytestmark = pytest.mark.usefixtures("little_patience")
POOL_SIZE = 3
ALL = ("look", "adopt", "webhook")


@pytest.fixture(scope="module")
def trouble_url(postgresql_url: str) -> Iterator[str]:
    """A database of this file alone, with a small sea."""
    server = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    name = f"cofu_trouble_{threading.get_native_id()}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = server.url.set(database=name).render_as_string(hide_password=False)
    make_tables(url)
    yield url
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="module")
def sea(trouble_url: str) -> tuple[int, int]:
    """An adopter and an offer."""
    app = create_app(Settings(env="test", database_url=trouble_url))
    with app.app_context():
        found = make_adopters(1)[0], make_sea(ropes=90, limit=90)
        db.engine.dispose()
    return found


@pytest.fixture
def other(trouble_url: str) -> Iterator[Engine]:
    """Another session on the same database, by the straight wire."""
    engine = create_engine(trouble_url)
    yield engine
    engine.dispose()


@pytest.fixture
def wire(trouble_url: str) -> Iterator[Proxy]:
    """The wire by which the application is connected."""
    port = make_url(trouble_url).port
    assert port is not None
    proxy = Proxy(port)
    yield proxy
    proxy.close()


def make_visitor(url: str, port: int, sea: tuple[int, int], *, pool_size: int = POOL_SIZE) -> tuple[Flask, Visitor]:
    through = make_url(url).set(port=port).render_as_string(hide_password=False)
    app = create_app(Settings(env="test", database_url=through, pool_size=pool_size, log_level="CRITICAL"))
    return app, Visitor(app, *sea)


@pytest.fixture
def wired(trouble_url: str, wire: Proxy, sea: tuple[int, int]) -> Iterator[tuple[Flask, Visitor]]:
    """The application behind the wire and somebody before it, who has been served already."""
    app, visitor = make_visitor(trouble_url, wire.port, sea)
    assert visitor.ask("look").status_code == 200
    yield app, visitor
    visitor.leave()
    with app.app_context():
        db.engine.dispose()


def assert_well(app: Flask, visitor: Visitor) -> None:
    """Everybody is served again, and every connection is back."""
    assert visitor.ask("look").status_code == 200
    assert visitor.ask("adopt").status_code == 302
    assert visitor.ask("webhook").status_code == 200
    assert connections_in_use(app) == 0


def assert_away(visitor: Visitor) -> None:
    """The process lives, and says that it cannot serve."""
    assert visitor.ask("/healthz").status_code == 200
    assert visitor.ask("/readyz").status_code == 503


def test_slow(wired: tuple[Flask, Visitor], wire: Proxy) -> None:
    app, visitor = wired
    wire.slow(1.0)
    assert visitor.is_put_off("look")
    wire.heal()
    assert_well(app, visitor)


def test_silent(wired: tuple[Flask, Visitor], wire: Proxy) -> None:
    app, visitor = wired
    wire.silence()
    begun = [visitor.begin(what) for what in (*ALL, "/readyz", "/healthz")]
    statuses = [one.result(timeout=30).status_code for one in begun]
    assert statuses == [503, 503, 503, 503, 200]
    wire.heal()
    assert_well(app, visitor)


@pytest.mark.parametrize("what", ALL)
def test_cut_while_idle_is_not_even_noticed(wired: tuple[Flask, Visitor], wire: Proxy, what: str) -> None:
    app, visitor = wired
    wire.cut()
    assert visitor.ask(what).status_code < 400
    assert connections_in_use(app) == 0


def test_away(wired: tuple[Flask, Visitor], wire: Proxy) -> None:
    app, visitor = wired
    told = metrics.REGISTRY.get_sample_value("cofu_pool_in_use")
    wire.unplug()
    assert [visitor.is_put_off(what) for what in ALL] == [True, True, True]
    assert_away(visitor)
    assert connections_in_use(app) == 0
    assert metrics.REGISTRY.get_sample_value("cofu_pool_in_use") == told


@contextmanager
def locked(other: Engine) -> Iterator[Connection]:
    """Nobody else can read who somebody is."""
    with other.connect() as connection, connection.begin():
        connection.execute(text("LOCK TABLE person IN ACCESS EXCLUSIVE MODE"))
        yield connection


def test_a_table_is_locked(wired: tuple[Flask, Visitor], other: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    app, visitor = wired
    # The server gives up first, and the connection stays whole.
    monkeypatch.setattr(patience, "ANSWER_SECONDS", 10.0)
    with locked(other):
        begun = [visitor.begin(what) for what in ("look", "adopt")]
        assert [one.result(timeout=30).status_code for one in begun] == [503, 503]
        assert visitor.ask("/healthz").status_code == 200
        assert connections_in_use(app) == 0
    assert_well(app, visitor)


WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def terminate(connection: Connection) -> None:
    connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM ({WAITING}) AS waiting"))  # noqa: S608 - a constant


def wait_for(connection: Connection, query: str) -> None:
    """Ask until there is an answer; fails after 10 seconds."""
    for _ in range(1000):
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        if connection.scalar(text(query)) is not None:
            return
        connection.execute(text("SELECT pg_sleep(0.01)"))
    raise AssertionError(query)


@pytest.mark.parametrize("end", ["terminated", "cut"])
def test_cut_in_the_middle(wired: tuple[Flask, Visitor], wire: Proxy, other: Engine, end: str) -> None:
    app, visitor = wired
    with locked(other), other.connect() as second:
        begun: Future[TestResponse] = visitor.begin("look")
        wait_for(second, WAITING)
        ends: dict[str, Callable[[], None]] = {"terminated": lambda: terminate(second), "cut": wire.cut}
        ends[end]()
        assert begun.result(timeout=30).status_code == 503
    assert_well(app, visitor)


def test_a_server_that_only_reads(wired: tuple[Flask, Visitor], wire: Proxy, other: Engine) -> None:
    app, visitor = wired
    with other.connect() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        say = f"ALTER DATABASE {name} SET default_transaction_read_only"
        connection.execute(text(f"{say} = on"))
        connection.commit()
        wire.cut()
        assert [visitor.is_put_off(what) for what in ("adopt", "webhook")] == [True, True]
        assert_away(visitor)
        assert visitor.ask("look").status_code == 200
        connection.execute(text(f"{say} = off"))
        connection.commit()
    # The connection still says so, and is not kept.
    told = [visitor.ask("/readyz").json for _ in range(2)]
    assert [state and state["database"] for state in told] == ["read_only", "ok"]
    assert_well(app, visitor)


def test_the_pool_is_exhausted(trouble_url: str, sea: tuple[int, int]) -> None:
    port = make_url(trouble_url).port
    assert port is not None
    app, visitor = make_visitor(trouble_url, port, sea, pool_size=1)
    with app.app_context():
        with db.engine.connect():
            assert [visitor.is_put_off(what) for what in ALL] == [True, True, True]
            assert_away(visitor)
        assert_well(app, visitor)
        db.engine.dispose()
    visitor.leave()
