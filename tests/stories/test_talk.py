"""Somebody asks under a post, the household answers from its boat, the adopter reads it: without any script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cofu_adopt.adoptions.hold import hold_rope
from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.models import Household
from cofu_adopt.identity.people import find_or_make_by_phone
from cofu_adopt.offers.models import AdoptionOffer
from tests.screens.diary import tell
from tests.stories import acts

# The pages are the same on both databases.
pytestmark = [pytest.mark.story, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
PLOT, ADOPTER = "D6-04", "13800005678"


@pytest.fixture
def code() -> str:
    """The adopter's rope of a plot of which something was posted."""
    tell(PLOT, "今天清了附着物，水清得见底。", clock.now() - timedelta(hours=2), length_mm="61.5")
    with unit_of_work():
        person = find_or_make_by_phone(ADOPTER, display_name="小满")
        offer_id = db.session.scalars(select(AdoptionOffer.id).order_by(AdoptionOffer.id)).first() or 0
        adoption = hold_rope(person_id=person.id, offer_id=offer_id, request_key="story", plot_code=PLOT)
        adoption.state, adoption.paid_at = AdoptionState.PAID, clock.now()
        return adoption.code


def household_phone() -> str:
    """The phone of the plot's household."""
    with unit_of_work(writes=False):
        household_id = farm.get_plot(PLOT).households[0].id
        return str(db.session.get_one(Household, household_id).phone)


def test_asked_answered_and_read(sea: object, code: str, open_phone: acts.OpenPhone) -> None:
    adopter: Page = open_phone(java_script_enabled=False)
    adopter.goto(f"/my/ropes/{code}")
    acts.sign_in(adopter, ADOPTER)
    adopter.get_by_role("button", name="喜欢").click()
    expect(adopter.get_by_role("button", name="喜欢 1", pressed=True)).to_be_visible()
    adopter.locator("summary", has_text="问一句").first.press("Enter")
    adopter.get_by_label("想问什么").first.fill("这个水温正常吗？")
    adopter.get_by_role("button", name="问一句").first.click()
    expect(adopter.get_by_text("您问的")).to_be_visible()

    boat: Page = open_phone()
    boat.goto("/household")
    acts.sign_in(boat, household_phone())
    boat.get_by_role("link", name="1 个问题没回").click()
    acts.assert_accessible(boat)
    boat.get_by_label("回一句").fill("正常，往年这时候也这样。")
    boat.get_by_role("button", name="回复").click()
    expect(boat.get_by_text("都回了")).to_be_visible()

    reader: Page = open_phone(storage_state=adopter.context.storage_state())
    reader.goto("/me/messages")
    expect(reader.get_by_text("您问的有人回了")).to_be_visible()
    reader.get_by_role("link", name="去看看").first.click()
    expect(reader.get_by_text("正常，往年这时候也这样。")).to_be_visible()
    reader.get_by_role("link", name="举报").click()
    acts.assert_accessible(reader)
    reader.goto(f"/my/ropes/{code}")
    expect(reader.get_by_text("正常，往年这时候也这样。")).to_be_visible()
    acts.assert_accessible(reader)
