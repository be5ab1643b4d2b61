"""A small shop: the small sea with stories, two offers on sale, and somebody who is signed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from cofu_adopt.core import clock
from cofu_adopt.core.clock import SHANGHAI, FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.import_season import commit_import, preview_import
from cofu_adopt.farm.models import Household, Rope
from cofu_adopt.farm.read_season import files_in
from cofu_adopt.farm.tell_story import tell_story
from cofu_adopt.identity.people import find_or_make_by_phone
from cofu_adopt.offers.draft import draft_offer, publish_offer
from cofu_adopt.offers.load_demo import demo_terms
from tests.farm.conftest import SeasonFiles

Post = Callable[..., TestResponse]


class Browser(FlaskClient):
    """A client whose requests share nothing but cookies, although the test's own application context is open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Forget what the request before left in `g`."""
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)


class Shop:
    """What a test does to the sea behind the shop front."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        app.test_client_class = Browser

    def offer(self, plots: list[str], *, price_fen: int = 19800, parcels: int = 1, limit: int = 5) -> int:
        """Put the plots on sale."""
        with unit_of_work():
            values = demo_terms() | {
                "code": f"T-{price_fen}",
                "title": f"认养一串，收 {parcels} 箱",
                "title_en": f"One rope, {parcels} parcels",
                "price_fen": price_fen,
                "parcels": parcels,
                "promised_net_g": 2500 * parcels,
                "limit_per_person": limit,
            }
            offer_id = draft_offer(values, [farm.find_plot_id(code) or 0 for code in plots], currency="cny")
            publish_offer(offer_id)
        return offer_id

    def take(self, plot: str, *numbers: int) -> None:
        """Somebody else has these ropes."""
        with unit_of_work():
            db.session.execute(
                update(Rope)
                .where(Rope.plot_id == farm.find_plot_id(plot), Rope.number.in_(numbers))
                .values(live_adoption_id=1)
            )

    def tell(self, household: str, name: str, story: str, *, consents: bool = True) -> None:
        """A household tells its story, or keeps it to itself."""
        with unit_of_work():
            found = db.session.scalars(select(Household).where(Household.code == household)).one()
            tell_story(found.id, public_name=name, story=story, story_en="Words.", consents=consents)

    def signed_in(self, phone: str = "13800005678") -> FlaskClient:
        """A browser in which this person is signed in."""
        client = self.app.test_client()
        with unit_of_work():
            person = find_or_make_by_phone(phone)
        with client.session_transaction() as session:
            session["person_id"], session["epoch"] = person.id, person.session_epoch
        return client


@pytest.fixture
def still() -> Iterator[FrozenClock]:
    """The clock stands at noon of 24 November 2026."""
    with clock.frozen(datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)) as frozen:
        yield frozen


@pytest.fixture
def shop(app: Flask, still: FrozenClock, tmp_path: Path) -> Shop:
    """The small sea: A1-01 with 100 ropes, A1-02 and B2-01 with 4; nothing is on sale yet."""
    directory = tmp_path / "season"
    directory.mkdir()
    files = SeasonFiles(directory)
    files.plots[1][6] = 100
    with unit_of_work():
        commit_import(preview_import(files_in(files.write())))
    return Shop(app)


@pytest.fixture
def post() -> Post:
    """Send a form as a page of the shop would, with the token that the page at `page` carries."""

    def send(client: FlaskClient, page: str, to: str, **fields: object) -> TestResponse:
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
        assert token is not None
        return client.post(to, data={"csrf_token": token[1], **fields})

    return send
