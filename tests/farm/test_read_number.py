"""Numbers and days as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cofu_adopt.farm.read_day import DayForm, parse_day
from cofu_adopt.farm.read_number import Writing, parse_chinese, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", 0), ("一", 1), ("十", 10), ("十二", 12), ("一十二", 12), ("二十", 20), ("一百", 100), ("壹佰", 100),
        ("一百零五", 105), ("一百五十", 150), ("两百", 200), ("一千零一十", 1010), ("二〇二六", 2026), ("三五", 35),
        ("九千九百九十九", 9999),
    ],
)  # fmt: skip
def test_chinese_numerals(text: str, value: int) -> None:
    assert parse_chinese(text) == value


@pytest.mark.parametrize("text", ["", "百", "一百五", "一百十", "十十", "一百零零五", "百一", "几十", "一万", "一百串"])
def test_what_is_no_whole_chinese_number(text: str) -> None:
    assert parse_chinese(text) is None


@pytest.mark.parametrize(
    ("text", "value", "writing"),
    [
        ("12", "12", Writing.PLAIN), ("-0.5", "-0.5", Writing.PLAIN), (".5", "0.5", Writing.PLAIN),
        ("1,234", "1234", Writing.WITH_UNIT), ("100 串", "100", Writing.WITH_UNIT),
        ("97.5%", "0.975", Writing.PER_CENT), ("一百串", "100", Writing.CHINESE),
    ],
)  # fmt: skip
def test_numbers(text: str, value: str, writing: Writing) -> None:
    assert parse_number(text, ("串", "条")) == (Decimal(value), writing)


@pytest.mark.parametrize("text", ["", "12,34", "1e5", "NaN", "Infinity", "１２", "12米", "--3", "约 100"])
def test_what_is_no_number(text: str) -> None:
    assert parse_number(text, ("串",)) is None


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2019-03-07", DayForm.ISO), ("2019-3-7", DayForm.OTHER), ("2019.3.7", DayForm.OTHER),
        ("2019/03/07", DayForm.OTHER), ("2019年3月7日", DayForm.OTHER), ("2019 年 3 月 7 日", DayForm.OTHER),
        ("20190307", DayForm.OTHER), ("2019-03-07 00:00:00", DayForm.OTHER), ("43531", DayForm.SERIAL),
    ],
)  # fmt: skip
def test_days(text: str, form: DayForm) -> None:
    assert parse_day(text) == (date(2019, 3, 7), form)


@pytest.mark.parametrize(
    "text", ["", "3/7/2019", "19.3.7", "2019-13-01", "2019-02-30", "2019年", "2019", "999", "99999", "20191301"]
)
def test_what_is_no_day_or_could_be_two(text: str) -> None:
    assert parse_day(text) is None
