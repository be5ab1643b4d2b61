"""A small sea, the form of an offer as it is typed, and people of the desk."""

from __future__ import annotations

import pytest
from flask import Flask

from cofu_adopt.core.clock import FrozenClock
from cofu_adopt.core.db import unit_of_work
from cofu_adopt.farm.import_season import commit_import, preview_import
from cofu_adopt.farm.queries import all_plot_ids
from cofu_adopt.farm.read_season import files_in
from cofu_adopt.offers.draft import draft_offer
from cofu_adopt.offers.schemas import load_offer
from tests.farm.conftest import SeasonFiles, files

__all__ = ["files"]

FORM = {
    "code": "GQ-1", "title": "认养一串，收一箱", "title_en": "One rope, one parcel", "season": "2027", "price": "198",
    "parcels": "1", "promised_kg": "2.5", "limit_per_person": "5", "sale_from_on": "2026-11-24",
    "sale_to_on": "2026-12-24", "harvest_from_on": "2027-08-20", "harvest_to_on": "2027-09-12",
    "cancel_until_on": "2027-07-31", "service_fee": "8", "fund": "5", "host": "3", "gateway_fee": "2.2",
    "parcel_cost": "38", "holdback": "10", "holdback_days": "7", "household_floor": "40",
}  # fmt: skip


@pytest.fixture
def sea(app: Flask, still: FrozenClock, files: SeasonFiles) -> Flask:
    """Three plots, A1-01, A1-02 and B2-01, at noon of 24 November 2026."""
    with unit_of_work():
        commit_import(preview_import(files_in(files.write())))
    return app


def draft(*plot_ids: int, **changes: str) -> int:
    """Keep a draft over `plot_ids` (default: all) and return its id."""
    with unit_of_work():
        return draft_offer(load_offer(FORM | changes), plot_ids or all_plot_ids(), currency="cny")
