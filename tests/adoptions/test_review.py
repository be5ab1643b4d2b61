"""The review is kept on the order, with the moment and the version of what was confirmed; paying needs it."""

from __future__ import annotations

import pytest

from cofu_adopt.adoptions.errors import AlreadyPaid, ReviewIncomplete
from cofu_adopt.adoptions.review import find_held, save_review
from cofu_adopt.adoptions.rules import FRESH_GOODS_TEXT_VERSION
from cofu_adopt.core.db import unit_of_work
from tests.season import ADDRESS, Season


def test_the_review_is_kept_with_time_and_text_version(season: Season) -> None:
    adoption = season.hold()
    season.clock.advance(seconds=30)
    season.review(adoption)
    kept = season.read(adoption)
    assert kept.delivery == ADDRESS
    assert kept.fresh_goods_confirmed_at == season.clock.at
    assert kept.fresh_goods_text_version == FRESH_GOODS_TEXT_VERSION


def test_paying_needs_the_review(season: Season) -> None:
    adoption = season.hold()
    with pytest.raises(ReviewIncomplete):
        season.open_page(adoption)
    with unit_of_work():
        save_review(
            find_held(adoption.code, adoption.person_id),
            delivery=ADDRESS,
            receipt_email=None,
            locale="zh_Hans",
            fresh_goods_confirmed=False,
        )
    with pytest.raises(ReviewIncomplete):
        season.open_page(adoption)
    assert season.payments(adoption) == []


def test_what_was_paid_is_not_reviewed_or_paid_again(season: Season) -> None:
    adoption = season.paid()
    with pytest.raises(AlreadyPaid):
        season.review(adoption)
    with pytest.raises(AlreadyPaid):
        season.open_page(adoption)
    client = season.signed_in()
    for path in ("review", "pay"):
        assert client.post(f"/orders/{adoption.code}/{path}").location == f"/orders/{adoption.code}"
    season.cancel(adoption)
    # "The time is over, you have not paid" would be a lie to somebody whose money is on its way back.
    for path in ("review", "pay"):
        assert client.post(f"/orders/{adoption.code}/{path}").location == f"/orders/{adoption.code}"


def test_the_page_keeps_the_review_and_goes_to_the_gateway(season: Season) -> None:
    adoption = season.hold()
    client = season.signed_in()
    unticked = client.post(f"/orders/{adoption.code}/review", data=ADDRESS)
    assert unticked.status_code == 422
    assert season.read(adoption).delivery is None
    answer = client.post(f"/orders/{adoption.code}/review", data={**ADDRESS, "fresh_goods": "1"})
    assert answer.status_code == 302
    assert answer.location.startswith("/sandbox/checkout/")
    assert season.read(adoption).fresh_goods_confirmed_at == season.clock.at
