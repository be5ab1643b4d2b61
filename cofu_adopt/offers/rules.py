"""How a price is split. Pure functions. Source: MONEY.md, principles and journals; DOMAIN.md, demo split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cofu_adopt.core.money import percent_of
from cofu_adopt.offers.errors import OfferBelowFloor, OfferLosesMoney


@dataclass(frozen=True, slots=True)
class SplitRule:
    """The terms by which a price is split; snapshotted on every order. bp: 1/100 of a per cent of the price."""

    parcels: int
    parcel_cost_fen: int
    gateway_fee_bp: int
    service_fee_bp: int
    fund_bp: int
    host_bp: int
    holdback_bp: int
    holdback_days: int
    household_floor_bp: int

    def to_json(self) -> dict[str, Any]:
        """As kept on an order."""
        return asdict(self)

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> SplitRule:
        """As read back from an order."""
        return SplitRule(**kept)


@dataclass(frozen=True, slots=True)
class Split:
    """Where each fen of a price goes; the parts add up to it."""

    price_fen: int
    parcel_fen: int
    gateway_fee_fen: int
    service_fee_fen: int
    fund_fen: int
    host_fen: int
    household_fen: int
    holdback_fen: int
    """The part of household_fen that is held back until holdback_days after the signature."""


def split(price_fen: int, rule: SplitRule, *, hosted: bool, gateway_fee_fen: int | None = None) -> Split:
    """Split a price: shares and costs come off, the rest is the household's.

    `hosted`: a livestream session drew the order. `gateway_fee_fen`: the fee as charged; estimated when not known.
    """
    gateway = percent_of(price_fen, rule.gateway_fee_bp) if gateway_fee_fen is None else gateway_fee_fen
    parcel = rule.parcels * rule.parcel_cost_fen
    service = percent_of(price_fen, rule.service_fee_bp)
    fund = percent_of(price_fen, rule.fund_bp)
    host = percent_of(price_fen, rule.host_bp) if hosted else 0
    rest = price_fen - gateway - parcel - service - fund - host
    return Split(price_fen, parcel, gateway, service, fund, host, rest, max(0, rest) * rule.holdback_bp // 10000)


def check_margin(price_fen: int, rule: SplitRule) -> Split:
    """The split of an order drawn by a host, the worst for the household.

    Raises OfferLosesMoney when the household's share is not above zero, OfferBelowFloor when it is below the floor.
    """
    worst = split(price_fen, rule, hosted=True)
    if worst.household_fen <= 0:
        raise OfferLosesMoney(share=worst.household_fen)
    floor_fen = percent_of(price_fen, rule.household_floor_bp)
    if worst.household_fen < floor_fen:
        raise OfferBelowFloor(share=worst.household_fen, floor=floor_fen)
    return worst
