"""The refund's state machine, and what is true of a refund on a day. Pure functions, no database."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from cofu_adopt.payments.models import RefundState
from cofu_adopt.payments.refund_models import AccountKind

S = RefundState

FOLLOWS: dict[RefundState, frozenset[RefundState]] = {
    S.APPROVED: frozenset({S.SENT, S.SUCCEEDED, S.FAILED, S.BY_DISPUTE}),
    S.SENT: frozenset({S.SUCCEEDED, S.FAILED}),
    # The gateway may say later that it had not gone back after all.
    S.SUCCEEDED: frozenset({S.FAILED}),
    S.FAILED: frozenset({S.REPLACED, S.MANUAL_DUE, S.BY_DISPUTE}),
    S.REPLACED: frozenset(),
    S.MANUAL_DUE: frozenset({S.MANUAL_READY, S.BY_DISPUTE}),
    S.MANUAL_READY: frozenset({S.PAID}),
    S.PAID: frozenset({S.RETURNED}),
    S.RETURNED: frozenset({S.MANUAL_READY}),
    # The gateway had carried it out after all: the payer has both.
    S.BY_DISPUTE: frozenset({S.SUCCEEDED}),
}
"""Which state may follow which."""
ENDED = frozenset({S.SUCCEEDED, S.PAID, S.BY_DISPUTE})
"""The adopter has her money."""
OWED_BY_HAND = frozenset({S.MANUAL_DUE, S.RETURNED})
"""It waits for an account, or for two people to agree."""
NEEDS_A_PERSON = frozenset({S.FAILED, S.MANUAL_DUE, S.MANUAL_READY, S.RETURNED})
"""Nothing happens by itself any more."""
IN_REFUND_DUE = frozenset({S.APPROVED, S.SENT, S.FAILED, S.MANUAL_DUE})
"""The books owe it in RefundDue:<refund>; from MANUAL_READY on it is a Payable of the adopter."""
IN_PAYABLE = frozenset({S.MANUAL_READY, S.RETURNED})

ARRIVES_DAYS = {"wechat_pay": 3, "alipay": 3, "card": 10}
"""Within how many days of being sent a refund has usually arrived, by wallet (assume); unknown: the longest."""
BANK_DAYS = 2
"""Within how many days of being paid by hand it has usually arrived (assume)."""
CARD_DIGITS = range(12, 20)
"""How long the numbers of bank cards are."""


class WrongRefundStep(Exception):
    """A step that the state machine does not know: a mistake of ours, never of a person."""


class Progress(StrEnum):
    """Where a refund stands, as its adopter is told."""

    ON_ITS_WAY = "on_its_way"
    """It goes back the way it came."""
    LATE = "late"
    """The same, and the usual days are over."""
    ARRIVED = "arrived"
    STUCK = "stuck"
    """It could not go back the way it came; the workshop decides how it goes on."""
    ACCOUNT_NEEDED = "account_needed"
    """The workshop does not know where to pay it."""
    BOUNCED = "bounced"
    """The bank sent it back: the account has to be given again."""
    TO_BE_PAID = "to_be_paid"
    """The account is known, and the workshop pays it by the expected day."""
    PAY_LATE = "pay_late"
    """The same, and that day is over."""
    PAID = "paid"
    """The workshop has transferred it."""


def step(now: RefundState, to: RefundState) -> RefundState:
    """Return `to` when it may follow `now`. Raises WrongRefundStep."""
    if to not in FOLLOWS[now]:
        raise WrongRefundStep(f"{now} -> {to}")
    return to


def progress(
    state: RefundState,
    *,
    begun_on: date,
    wallet: str | None,
    account_given_on: date | None,
    paid_on: date | None,
    by_hand_days: int,
    today: date,
) -> tuple[Progress, date | None]:
    """What is true of a refund today, and the day by which the money is expected; never a day that is over."""
    if state in {S.APPROVED, S.SENT}:
        expected_on = begun_on + timedelta(days=ARRIVES_DAYS.get(wallet or "", max(ARRIVES_DAYS.values())))
        return (Progress.LATE, None) if today > expected_on else (Progress.ON_ITS_WAY, expected_on)
    if state in OWED_BY_HAND | {S.MANUAL_READY}:
        if account_given_on is None:
            return Progress.BOUNCED if state is S.RETURNED else Progress.ACCOUNT_NEEDED, None
        expected_on = account_given_on + timedelta(days=by_hand_days)
        return (Progress.PAY_LATE, None) if today > expected_on else (Progress.TO_BE_PAID, expected_on)
    if state is S.PAID and paid_on is not None:
        expected_on = paid_on + timedelta(days=BANK_DAYS)
        return Progress.PAID, expected_on if today <= expected_on else None
    return Progress.ARRIVED if state in ENDED else Progress.STUCK, None


def two_people_needed(weighed_fen: int, *, approval_fen: int) -> bool:
    """True when the one who asks may not decide."""
    return weighed_fen > approval_fen


def passes_luhn(digits: str) -> bool:
    """True when the last digit of a card's number fits the others."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - Luhn's rule
    return total % 10 == 0


def number_fault(kind: AccountKind, number: str) -> str | None:
    """Why `number` is no account of this kind: "empty", "digits", "length", "luhn" or "shape"; None when it may be."""
    if not number:
        return "empty"
    if kind is AccountKind.BANK_CARD:
        if not (number.isascii() and number.isdigit()):
            return "digits"
        if len(number) not in CARD_DIGITS:
            return "length"
        return None if passes_luhn(number) else "luhn"
    if kind is AccountKind.ALIPAY:
        is_phone = number.isascii() and number.isdigit() and len(number) == 11 and number.startswith("1")  # noqa: PLR2004
        name, at, host = number.partition("@")
        return None if is_phone or (at and name and "." in host) else "shape"
    plain = number.replace("_", "").replace("-", "")
    return None if plain.isascii() and plain.isalnum() and len(number) >= 6 else "shape"  # noqa: PLR2004
