"""Phone numbers as people type them."""

from __future__ import annotations

import pytest
from flask import Flask

from cofu_adopt.core.errors import Invalid
from cofu_adopt.identity.phone import normalise_phone


@pytest.fixture(autouse=True)
def _words(plain_app: Flask) -> None:
    """The sentences of faults need an application."""


@pytest.mark.parametrize(
    "typed",
    [
        "13800005678", " 138 0000 5678 ", "138-0000-5678", "１３８００００５６７８", "１３８－００００－５６７８",
        "+8613800005678", "+86 138 0000 5678", "008613800005678", "8613800005678", "86-138-0000-5678",
        "138 0000 5678", "(138)00005678", "138.0000.5678",
    ],
)  # fmt: skip
def test_the_mainlands_mobiles_become_eleven_digits(typed: str) -> None:
    assert normalise_phone(typed) == "13800005678"


@pytest.mark.parametrize(
    ("typed", "normal"),
    [("+852 9123 4567", "+85291234567"), ("0085291234567", "+85291234567"), ("+1 202 555 0143", "+12025550143")],
)
def test_others_keep_their_country(typed: str, normal: str) -> None:
    assert normalise_phone(typed) == normal


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "请填手机号"),
        ("没有", "请填手机号"),
        ("1380000567", "少了 1 位"),
        ("138", "少了 8 位"),
        ("138000056789", "多了 1 位"),
        ("+86138000056", "少了 2 位"),
        ("02112345678", "不像手机号"),
        ("12800005678", "不像手机号"),
        ("+999 1", "不像手机号"),
        ("+1 999 999 9999", "不像手机号"),
        ("+", "请填手机号"),
    ],
)
def test_what_is_wrong_is_said(typed: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        normalise_phone(typed, field="mobile")
    assert words in refusal.value.fields["mobile"]
