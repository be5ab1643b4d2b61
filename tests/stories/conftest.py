"""A real Chromium before the real application: served from this process, so that a story can move the clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from cofu_adopt.core import clock
from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.farm.load_demo import load_demo_season
from cofu_adopt.farm.queries import all_plot_ids
from cofu_adopt.identity.load_demo import load_demo_people
from cofu_adopt.offers.load_demo import load_demo_offers
from tests.machine import find_chromium

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
PHONE = {"width": 375, "height": 812}
MILLISECONDS = 15_000


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


@pytest.fixture
def sea(app: Flask, still: FrozenClock) -> Flask:
    """The application with the demo season, its offers and its people."""
    with unit_of_work():
        load_demo_season()
    with unit_of_work():
        load_demo_offers(all_plot_ids(), currency="cny")
        load_demo_people()
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
