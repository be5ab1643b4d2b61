"""Every page of the demo season, walked link by link: it answers, and nothing in it is inline."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

import cofu_adopt
from cofu_adopt.adoptions.hold import hold_rope
from cofu_adopt.core.access import Role
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.farm.load_demo import load_demo_season
from cofu_adopt.farm.queries import all_plot_ids
from cofu_adopt.offers.load_demo import load_demo_offers
from tests.people import Who, browser

PACKAGE = Path(cofu_adopt.__file__).parent
DOORS = {
    Who.VISITOR: ("/", "/sign-in", "/staff/sign-in", "/kit", "/dev/inbox", "/nowhere"),
    Who.ADOPTER: ("/", "/my/ropes", "/me", "/me/messages"),
    Who.HOUSEHOLD: ("/household", "/me"),
    Who.OPERATOR: ("/desk", "/desk/offers", "/desk/sandbox"),
    Who.AUDITOR: ("/desk", "/desk/offers"),
    Who.HOST: ("/desk",),
    Who.ADMINISTRATOR: ("/desk", "/staff/people", "/staff/security"),
}
"""Where each of them comes in."""
SAME_KIND = 2
"""So many pages of one route are enough."""


class Inline(HTMLParser):
    """Collects links, and what the content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        given = dict(attrs)
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.faults.append(f"<{tag}>")
        self.faults += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        self.faults += [
            f"{tag} {name}={value}" for name, value in attrs if (value or "").strip().lower().startswith("javascript:")
        ]
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")


def look(html: str) -> Inline:
    found = Inline()
    found.feed(html)
    return found


@pytest.fixture
def demo(app: Flask) -> Flask:
    with unit_of_work():
        load_demo_season()
    with unit_of_work():
        load_demo_offers(all_plot_ids(), currency="cny")
    return app


@pytest.mark.parametrize(
    "html",
    ["<style>a{}</style>", "<script>1</script>", '<p style="x">', '<p onclick="x">', '<a href=" JavaScript:1">'],
)
def test_what_is_inline_is_seen(html: str) -> None:
    assert look(html).faults
    assert not look('<script src="/a.js" defer></script><link rel="stylesheet" href="/a.css"><p class="on">').faults


def test_no_template_is_inline() -> None:
    for path in PACKAGE.glob("**/templates/**/*.html"):
        assert look(path.read_text()).faults == [], path.relative_to(PACKAGE)


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_every_page_answers_and_none_is_inline(demo: Flask, language: str) -> None:
    for who, doors in DOORS.items():
        # Whoever signs in by phone is an adopter too.
        client = browser(demo, who, *([Role.ADOPTER] if who is Who.HOUSEHOLD else []))
        if who is Who.ADOPTER:
            hold_one(client)
        for path, status, html in walk(demo, client, doors, language):
            assert status == 404 if path == "/nowhere" else status == 200, f"{who} {path}: {status}"
            assert look(html).faults == [], f"{who} {path}"
            assert 'lang="en"' in html[:200] if language == "en" else 'lang="zh-Hans"' in html[:200], path


def hold_one(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        person_id = session["person_id"]
    with unit_of_work():
        hold_rope(person_id=person_id, offer_id=1, request_key="walk-the-site")


def walk(app: Flask, client: FlaskClient, doors: tuple[str, ...], language: str) -> Iterator[tuple[str, int, str]]:
    """The pages that are reached from `doors` by links."""
    client.get(f"/healthz?lang={language}")
    waiting, seen, kinds = list(doors), set(doors), Counter[str]()
    adapter = app.url_map.bind("localhost")
    while waiting:
        path = waiting.pop(0)
        with client.get(path, follow_redirects=True) as answer:
            if answer.mimetype != "text/html":
                continue
            status, html = answer.status_code, answer.get_data(as_text=True)
        yield path, status, html
        for link in look(html).links:
            parts = urlsplit(link)
            where = f"{parts.path}?{parts.query}" if parts.query else parts.path
            if parts.netloc or not parts.path or where in seen or re.search(r"[?&]lang=|/kit/error", where):
                continue
            seen.add(where)
            try:
                endpoint, _values = adapter.match(parts.path, method="GET")
            except HTTPException:
                pytest.fail(f"{path} links to {link}, which is no page")
            kinds[str(endpoint)] += 1
            if kinds[str(endpoint)] <= SAME_KIND:
                waiting.append(where)
