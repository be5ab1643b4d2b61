"""What is true of a refund on a day; which account can be one; who may decide. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from cofu_adopt.payments.models import RefundState
from cofu_adopt.payments.refund_models import AccountKind
from cofu_adopt.payments.refund_rules import (
    FOLLOWS,
    IN_PAYABLE,
    IN_REFUND_DUE,
    Progress,
    WrongRefundStep,
    number_fault,
    passes_luhn,
    progress,
    step,
    two_people_needed,
)

S = RefundState
DAY = date(2027, 8, 1)
CARD = "6222021001112223331"


@pytest.mark.parametrize("now", list(S))
@pytest.mark.parametrize("to", list(S))
def test_only_the_steps_of_the_table(now: S, to: S) -> None:
    if to in FOLLOWS[now]:
        assert step(now, to) is to
    else:
        with pytest.raises(WrongRefundStep):
            step(now, to)


def test_every_state_is_in_the_table_and_the_books_owe_it_in_one_place_at_most() -> None:
    assert set(FOLLOWS) == set(S)
    assert set() == IN_REFUND_DUE & IN_PAYABLE
    assert set(S) - IN_REFUND_DUE - IN_PAYABLE == {S.SUCCEEDED, S.REPLACED, S.PAID, S.BY_DISPUTE}


def told(state: S, **more: Any) -> tuple[Progress, date | None]:
    words: dict[str, Any] = {
        "begun_on": DAY, "wallet": "wechat_pay", "account_given_on": None, "paid_on": None, "by_hand_days": 7,
        "today": DAY,
    }  # fmt: skip
    return progress(state, **(words | more))


@pytest.mark.parametrize(("wallet", "days"), [("wechat_pay", 3), ("alipay", 3), ("card", 10), (None, 10)])
def test_the_expected_day_of_a_wallet_is_true_until_it_is_over(wallet: str | None, days: int) -> None:
    last = DAY + timedelta(days=days)
    for state in (S.APPROVED, S.SENT):
        assert told(state, wallet=wallet) == (Progress.ON_ITS_WAY, last)
        assert told(state, wallet=wallet, today=last) == (Progress.ON_ITS_WAY, last)
        assert told(state, wallet=wallet, today=last + timedelta(days=1)) == (Progress.LATE, None)


def test_by_hand_counts_from_the_day_of_the_account() -> None:
    assert told(S.MANUAL_DUE) == (Progress.ACCOUNT_NEEDED, None)
    assert told(S.RETURNED) == (Progress.BOUNCED, None)
    last = DAY + timedelta(days=7)
    for state in (S.MANUAL_DUE, S.MANUAL_READY, S.RETURNED):
        assert told(state, account_given_on=DAY, today=last) == (Progress.TO_BE_PAID, last)
        assert told(state, account_given_on=DAY, today=last + timedelta(days=1)) == (Progress.PAY_LATE, None)
    assert told(S.PAID, paid_on=DAY) == (Progress.PAID, DAY + timedelta(days=2))
    assert told(S.PAID, paid_on=DAY, today=DAY + timedelta(days=3)) == (Progress.PAID, None)


def test_what_is_over_and_what_is_stuck() -> None:
    assert told(S.SUCCEEDED) == (Progress.ARRIVED, None)
    assert told(S.FAILED) == (Progress.STUCK, None)


@pytest.mark.parametrize(("fen", "two"), [(20000, False), (20001, True)])
def test_above_the_set_amount_two_people(fen: int, *, two: bool) -> None:
    assert two_people_needed(fen, approval_fen=20000) is two
    assert two_people_needed(1, approval_fen=0)


def test_one_wrong_digit_of_a_card_is_found() -> None:
    assert passes_luhn(CARD)
    for place, digit in enumerate(CARD):
        assert not passes_luhn(CARD[:place] + str((int(digit) + 1) % 10) + CARD[place + 1 :])


@pytest.mark.parametrize(
    ("kind", "number", "fault"),
    [
        ("bank_card", CARD, None),
        ("bank_card", "", "empty"),
        ("bank_card", "622202100111222333x", "digits"),
        ("bank_card", "62220210011", "length"),
        ("bank_card", "6222021001112223332", "luhn"),
        ("alipay", "13800005678", None),
        ("alipay", "lin@example.com", None),
        ("alipay", "lin@example", "shape"),
        ("alipay", "1380000567", "shape"),
        ("wechat", "lin_xiaoman", None),
        ("wechat", "13800005678", None),
        ("wechat", "lin", "shape"),
        ("wechat", "林小满的微信", "shape"),
    ],
)
def test_which_number_can_be_an_account(kind: str, number: str, fault: str | None) -> None:
    assert number_fault(AccountKind(kind), number) == fault
