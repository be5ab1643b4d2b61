"""A real Chromium before the real application: served from this process, so that a story can move the clock."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import URL, create_engine, make_url, text
from werkzeug.serving import WSGIRequestHandler, make_server

from cofu_adopt.app import create_app
from cofu_adopt.core import clock
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.load_demo import load_demo_season
from cofu_adopt.farm.queries import all_plot_ids
from cofu_adopt.identity.load_demo import load_demo_people
from cofu_adopt.offers.load_demo import load_demo_offers
from config import Settings
from tests.conftest import let_go_of
from tests.machine import find_chromium

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
PHONE = {"width": 375, "height": 812}
MILLISECONDS = 15_000
FULL = bool(os.environ.get("COFU_TEST_FULL"))


class Quiet(WSGIRequestHandler):
    """No line for each request."""

    def log(self, *_args: object, **_kwargs: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all stories of this process."""
    program = find_chromium()
    assert program is not None, "No Chromium: run `make test`, or install one and set CHROMIUM."
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def still() -> Iterator[FrozenClock]:
    """The clock stands until the story moves it; it stands at the real moment, as the browser has its own clock."""
    with clock.frozen(datetime.now(UTC).replace(microsecond=0)) as frozen:
        yield frozen


def load_season(url: str) -> None:
    """The demo season, its offers and its people, into a database that has all tables."""
    app = create_app(Settings(env="test", database_url=url))
    with app.app_context():
        with unit_of_work():
            load_demo_season()
        with unit_of_work():
            load_demo_offers(all_plot_ids(), currency="cny")
            load_demo_people()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_season(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the season, to be copied."""
    path = tmp_path_factory.mktemp("season") / "season.sqlite3"
    shutil.copy(sqlite_template, path)
    load_season(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_season(postgresql_url: str, postgresql_database: str) -> URL:
    """A PostgreSQL database with the season, to be cloned."""
    empty = make_url(postgresql_database)
    let_go_of(postgresql_database)
    clone(postgresql_url, str(empty.database), f"{empty.database}_season")
    season = empty.set(database=f"{empty.database}_season")
    load_season(season.render_as_string(hide_password=False))
    return season


def clone(server_url: str, source: str, name: str) -> None:
    """Make the database `name` anew as a copy of `source`, which nobody may be connected to."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {source}"))
    admin.dispose()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_url: str, sqlite_path: Path) -> str:
    """A database with the season, unless the story is marked `empty`.

    What a browser shows hangs on no database: `make test` tells the stories on SQLite, and those marked `both` on both.
    """
    if not (FULL or database_url.startswith("sqlite") or request.node.get_closest_marker("both")):
        pytest.skip("a story on PostgreSQL: make test-full")
    if request.node.get_closest_marker("empty"):
        return database_url
    if database_url.startswith("sqlite"):
        shutil.copy(request.getfixturevalue("sqlite_season"), sqlite_path)
        return database_url
    season: URL = request.getfixturevalue("postgresql_season")
    name = f"{season.database}_story"
    clone(request.getfixturevalue("postgresql_url"), str(season.database), name)
    return season.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def sea(app: Flask, still: FrozenClock) -> Flask:
    """The application with the demo season, its offers and its people."""
    return app


@pytest.fixture
def address(sea: Flask) -> Iterator[str]:
    """The application, served on the loopback; the address begins with http."""
    server = make_server("127.0.0.1", 0, sea, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_phone(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open a phone of somebody: own cookies, 375 x 812, Chinese; other words of Playwright's new_context may be given.

    A page's error, a refused content policy or a broken resource fails the story at its end.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(**more: object) -> Page:
        settings: dict[str, object] = {
            "base_url": address, "viewport": PHONE, "locale": "zh-CN", "has_touch": True, "is_mobile": True,
        }  # fmt: skip
        context = browser.new_context(**{**settings, **more})  # type: ignore[arg-type]
        context.set_default_timeout(MILLISECONDS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
        page.on(
            "response",
            lambda answer: troubles.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
        )
        page.on(
            "console",
            lambda line: (
                troubles.append(f"{page.url}: {line.text}") if "Content Security Policy" in line.text else None
            ),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def phone(open_phone: Callable[..., Page]) -> Page:
    """One phone."""
    return open_phone()
