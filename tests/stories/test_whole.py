"""The whole: the clerk's files, an offer, a rope, a payment, the books, and an independent program that checks them."""

from __future__ import annotations

import pytest
from beancount import loader
from flask import Flask
from playwright.sync_api import expect

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.farm.load_demo import DIRECTORY
from cofu_adopt.identity.load_demo import DEMO_PASSWORD, load_demo_people
from tests.stories import acts

pytestmark = [pytest.mark.story, pytest.mark.empty, pytest.mark.both]


@pytest.fixture
def sea(app: Flask) -> Flask:
    """No season yet: only the workshop's people."""
    with unit_of_work():
        load_demo_people()
    return app


def test_import_publish_adopt_pay_verify_export(open_phone: acts.OpenPhone, sea: Flask) -> None:
    command = sea.test_cli_runner()
    shown = command.invoke(args=["import", str(DIRECTORY), "--dry-run", "--accept-all"])
    assert shown.exit_code == 0, shown.output
    assert command.invoke(args=["import", str(DIRECTORY), "--yes", "--accept-all"]).exit_code == 0

    desk = open_phone(viewport={"width": 1280, "height": 800}, is_mobile=False, has_touch=False)
    acts.sign_in_staff(desk, "operator", DEMO_PASSWORD)
    acts.publish_an_offer(desk)

    phone = open_phone()
    phone.goto("/plots/D6-04")
    phone.get_by_role("button", name="认养 001 号绳").locator("visible=true").click()
    acts.sign_in(phone, "13800005678")
    acts.fill_review(phone)
    acts.pay(phone)
    expect(phone.get_by_text("D6-04-001 是您的了")).to_be_visible()

    verified = command.invoke(args=["verify"])
    assert verified.exit_code == 0, verified.output
    book = command.invoke(args=["ledger", "export", "--format", "beancount"]).stdout
    entries, faults, _options = loader.load_string(book)
    assert faults == []
    assert "19800 FEN" in book
    assert len(entries) > 2
