"""The order's state machine. Pure functions, no database."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from cofu_adopt.adoptions.models import LIVE_STATES, AdoptionState

S = AdoptionState

FOLLOWS: dict[AdoptionState, frozenset[AdoptionState]] = {
    S.HELD: frozenset({S.PAID, S.EXPIRED, S.CANCELLED}),
    # Back to held: its transfer was confirmed by mistake.
    S.PAID: frozenset({S.HARVESTED, S.CANCELLED, S.LOST, S.HELD}),
    S.HARVESTED: frozenset({S.DELIVERED, S.LOST}),
    S.DELIVERED: frozenset(),
    # Paid after the end: kept if the rope is still free, else given back.
    S.EXPIRED: frozenset({S.PAID, S.CANCELLED}),
    S.CANCELLED: frozenset({S.REFUNDED}),
    S.LOST: frozenset({S.REFUNDED}),
    # The gateway may say later that a refund failed after all: the money is owed again.
    S.REFUNDED: frozenset({S.CANCELLED}),
}
"""Which state may follow which."""

FRESH_GOODS_TEXT_VERSION = "2026-11"
"""Version of the fresh-goods sentence that the adopter confirms; change it with the sentence."""
LONGEST_NAME = 12
"""Longest name of a rope, in characters."""


class WrongStep(Exception):
    """A step that the state machine does not know: a mistake of ours, never of a person."""


class OnPayment(StrEnum):
    """What a payment that succeeded means for its order."""

    CONFIRM = "confirm"
    """The rope was held: it is hers."""
    TRY_AGAIN = "try_again"
    """The hold was over: hers if the rope is still free, else the money goes back."""
    GIVE_BACK = "give_back"
    """The rope was given up before the money came: it goes back."""
    SECOND = "second"
    """Another payment has paid the order: this money goes back and the order stays as it is."""


def step(now: AdoptionState, to: AdoptionState) -> AdoptionState:
    """Return `to` when it may follow `now`. Raises WrongStep."""
    if to not in FOLLOWS[now]:
        raise WrongStep(f"{now} -> {to}")
    return to


def on_payment(now: AdoptionState, *, was_paid: bool) -> OnPayment:
    """What a payment means for an order in state `now`; `was_paid`: another payment has paid it before."""
    if now is S.HELD:
        return OnPayment.CONFIRM
    if was_paid:
        return OnPayment.SECOND
    return OnPayment.TRY_AGAIN if now is S.EXPIRED else OnPayment.GIVE_BACK


def may_cancel(state: AdoptionState, *, cancel_until_on: date, today: date) -> bool:
    """An adopter may give up a held rope at any time, a paid one until the cut-off day (inclusive)."""
    return state is S.HELD or (state is S.PAID and today <= cancel_until_on)


def is_live(state: AdoptionState) -> bool:
    """True when the state keeps the rope for the season."""
    return state in LIVE_STATES


def time_is_over(held_until: datetime, now: datetime) -> bool:
    """True when a hold that ends at `held_until` is over."""
    return now >= held_until


def rope_label(plot_code: str, rope_number: int) -> str:
    """A rope's number as people say it: D6-04-007."""
    return f"{plot_code}-{rope_number:03d}"
