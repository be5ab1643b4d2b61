"""The form of an offer: read as people type it, every fault in words beside its field."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from cofu_adopt.core.errors import Invalid
from cofu_adopt.offers.schemas import load_offer
from tests.offers.conftest import FORM

pytestmark = pytest.mark.usefixtures("plain_app")


def faults(**changes: str) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        load_offer(FORM | changes)
    return refusal.value.fields


def test_what_is_typed_becomes_whole_units() -> None:
    values = load_offer(FORM | {"price": "¥1,198.50", "title": "  认养   一串 "})
    assert (values["price_fen"], values["title"]) == (119850, "认养 一串")
    assert (values["promised_net_g"], values["gateway_fee_bp"], values["parcel_cost_fen"]) == (2500, 220, 3800)
    assert (values["harvest_from_on"], values["cancel_until_on"]) == (date(2027, 8, 20), date(2027, 7, 31))


def test_the_sale_lasts_from_the_islands_midnight_to_its_last_moment() -> None:
    values = load_offer(FORM)
    assert values["sale_starts_at"].astimezone(UTC) == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert values["sale_ends_at"].astimezone(UTC) == datetime(2026, 12, 24, 15, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["１９８", "198.0", " 198 ", "¥198", "198.00"])
def test_a_price_is_understood(typed: str) -> None:
    assert load_offer(FORM | {"price": typed})["price_fen"] == 19800


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("price", "", "是空的"), ("price", "¥", "是空的"), ("price", "1e3", "不是金额"),
        ("price", "一百", "不是金额"), ("price", "198.005", "两位小数"),
        ("price", "-1", "要在 ¥0.00 和"), ("price", "NaN", "不是金额"), ("price", "Infinity", "不是金额"),
        ("price", "1000000", "和 ¥999,999.99 之间"), ("price", "1_000", "不是金额"), ("price", "0", "大于零"),
        ("parcel_cost", "x", "不是金额"),
        ("parcels", "0", "1 到 12"), ("parcels", "13", "1 到 12"), ("parcels", "1.5", "1 到 12"),
        ("parcels", "", "是空的"), ("parcels", "1e1", "不是数字"), ("season", "２０２６.5", "2024 到 2100"),
        ("promised_kg", "0.05", "0.1 到 100"), ("promised_kg", "2.5555", "0.1 到 100"),
        ("limit_per_person", "0", "1 到 999"), ("season", "26", "2024 到 2100"),
        ("service_fee", "101", "0 到 100"), ("fund", "-1", "0 到 100"), ("host", "8.005", "0 到 100"),
        ("holdback", "x", "不是数字"), ("holdback_days", "366", "0 到 365"), ("household_floor", "NaN", "不是数字"),
        ("code", " ", "是空的"), ("code", "GQ 1", "只能用"), ("code", "格-1", "只能用"), ("code", "../x", "只能用"),
        ("code", "x" * 17, "1 到 16 个字"), ("title", "字" * 61, "1 到 60 个字"),
        ("title_en", "", "是空的"), ("title_en", "x" * 81, "1 到 80 个字"), ("sale_from_on", "", "是空的"),
        ("sale_from_on", "24.11.2026", "不是日期"), ("harvest_to_on", "2027-02-30", "不是日期"),
        ("sale_to_on", "2026-11-23", "不能早于开卖"), ("harvest_to_on", "2027-08-19", "不能早于采收"),
        ("cancel_until_on", "2027-08-20", "采收开始之前"),
    ],
)  # fmt: skip
def test_a_fault_stands_beside_its_field(field: str, typed: str, words: str) -> None:
    found = faults(**{field: typed})
    assert list(found) == [field]
    assert words in found[field]


def test_all_faults_are_said_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        load_offer({})
    assert set(refusal.value.fields) == set(FORM)


def test_days_out_of_order_are_all_named() -> None:
    found = faults(sale_to_on="2026-11-01", harvest_to_on="2027-01-01", cancel_until_on="2028-01-01", price="0")
    assert set(found) == {"sale_to_on", "harvest_to_on", "cancel_until_on", "price"}


def test_a_day_of_sale_may_be_the_only_one(plain_app: Flask) -> None:
    assert load_offer(FORM | {"sale_to_on": "2026-11-24"})["sale_starts_at"].day == 24
