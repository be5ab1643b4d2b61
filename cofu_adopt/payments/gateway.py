"""The gateway port: what every way of paying can do, in our words. Adapters hold the provider's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, Protocol

from flask import current_app

from cofu_adopt.core import crash

REFUND_DAYS = {"wechat_pay": 180, "alipay": 90, "card": 180}
"""For how many days a payment can go back the way it came, by wallet. Source: PAYMENTS.md, facts."""


class Rejected(Exception):
    """The gateway refused; nothing happened."""


class Retryable(Exception):
    """Nothing happened; send the same again under the same key."""


class NoSuchGateway(Retryable):
    """The settings do not name this gateway: nothing can be asked until they do."""


class UnknownOutcome(Exception):
    """It may have happened: look it up or send the same key again, never a new one."""


class BadNotification(Exception):
    """Forged, stale, or not understandable: store nothing, answer 400."""


class CheckoutState(StrEnum):
    """What the gateway says of a checkout."""

    OPEN = "open"
    PENDING = "pending"
    PAID = "paid"
    EXPIRED = "expired"


class DisputeState(StrEnum):
    """What the gateway says of a dispute."""

    OPEN = "open"
    """It waits for our evidence, or has been asked for and can still be answered."""
    UNDER_REVIEW = "under_review"
    """The evidence is with the payer's bank."""
    WON = "won"
    LOST = "lost"


class GatewayRefundState(StrEnum):
    """What the gateway says of a refund."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """All that a gateway needs to open a checkout. `key` makes it safe to send again."""

    key: str
    client_reference: str
    title: str
    amount_fen: int
    currency: str
    expires_at: datetime
    return_url: str
    locale: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout as the gateway knows it at this moment."""

    ref: str
    client_reference: str
    state: CheckoutState
    amount_fen: int
    currency: str
    livemode: bool
    url: str
    wallet: str | None
    payment_ref: str | None = None
    """What refunds and disputes of this payment point at, where that is not `ref` itself."""
    fee_fen: int | None = None
    """What the gateway keeps of a paid checkout; None until it says so."""
    wallets: tuple[str, ...] = ()
    """The ways to pay that the page offers, where the gateway tells."""


@dataclass(frozen=True, slots=True)
class GatewayRefund:
    """A refund as the gateway knows it at this moment."""

    ref: str
    key: str
    state: GatewayRefundState
    amount_fen: int


@dataclass(frozen=True, slots=True)
class GatewayDispute:
    """A dispute as the gateway knows it at this moment. `payment_ref`: as in Checkout."""

    ref: str
    payment_ref: str
    state: DisputeState
    amount_fen: int
    currency: str
    fee_fen: int
    """What the gateway keeps for the dispute now; 0 when it gave the fee back."""
    reason: str
    answer_until: datetime | None
    livemode: bool


@dataclass(frozen=True, slots=True)
class GatewayPayout:
    """Money that the gateway has sent, or will send, to our bank."""

    ref: str
    amount_fen: int
    currency: str
    arrives_on: date
    state: str


@dataclass(frozen=True, slots=True)
class SettlementLine:
    """One line of what makes up a payout: gross - fee = net. `source_ref`: the payment, refund or dispute."""

    ref: str
    kind: str
    source_ref: str | None
    gross_fen: int
    fee_fen: int
    net_fen: int
    currency: str
    at: datetime


Subject = Literal["checkout", "refund", "dispute", "payout", "other"]


@dataclass(frozen=True, slots=True)
class Notification:
    """A verified hint that something changed. It is never believed: its subject is fetched."""

    event_id: str
    type: str
    subject: Subject
    ref: str
    livemode: bool
    payload: dict[str, Any]


class Gateway(Protocol):
    """A way to take money and give it back. All calls happen with no transaction of ours open."""

    @property
    def name(self) -> str:
        """As it is stored with each payment."""

    @property
    def livemode(self) -> bool:
        """True when real money moves."""

    def create_checkout(self, request: CheckoutRequest) -> Checkout:
        """Open a checkout, or give the one that this key opened before."""

    def fetch(self, ref: str) -> Checkout:
        """The checkout as it stands. Raises Rejected when the gateway does not know it."""

    def close(self, ref: str) -> Checkout:
        """Make the checkout unpayable if it is not paid yet, and say how it stands now: a payment wins."""

    def refund(self, *, key: str, checkout_ref: str, amount_fen: int) -> GatewayRefund:
        """Give money back, or give the refund that this key made before."""

    def fetch_refund(self, ref: str) -> GatewayRefund:
        """The refund as it stands. Raises Rejected when the gateway does not know it."""

    def fetch_dispute(self, ref: str) -> GatewayDispute:
        """The dispute as it stands. Raises Rejected when the gateway does not know it."""

    def send_evidence(self, *, key: str, ref: str, evidence: Mapping[str, str]) -> GatewayDispute:
        """Answer a dispute, once: the gateway takes no second answer."""

    def parse(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Verify and read a notification. Raises BadNotification."""

    def events_since(self, at: datetime) -> Iterator[Notification]:
        """What the gateway has told, or tried to tell, since the moment `at`, oldest first; may be empty for ever."""

    def payouts_since(self, at: datetime) -> Iterator[GatewayPayout]:
        """The payouts to our bank since the moment `at`, oldest first."""

    def settlement(self, payout_ref: str) -> Iterator[SettlementLine]:
        """What makes up a payout, line by line."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """The gateway with a crash point before and after each call to it."""

    real: Gateway

    @property
    def name(self) -> str:
        return self.real.name

    @property
    def livemode(self) -> bool:
        return self.real.livemode

    def create_checkout(self, request: CheckoutRequest) -> Checkout:
        with crash.around("gateway.create_checkout"):
            return self.real.create_checkout(request)

    def fetch(self, ref: str) -> Checkout:
        with crash.around("gateway.fetch"):
            return self.real.fetch(ref)

    def close(self, ref: str) -> Checkout:
        with crash.around("gateway.close"):
            return self.real.close(ref)

    def refund(self, *, key: str, checkout_ref: str, amount_fen: int) -> GatewayRefund:
        with crash.around("gateway.refund"):
            return self.real.refund(key=key, checkout_ref=checkout_ref, amount_fen=amount_fen)

    def fetch_refund(self, ref: str) -> GatewayRefund:
        with crash.around("gateway.fetch_refund"):
            return self.real.fetch_refund(ref)

    def fetch_dispute(self, ref: str) -> GatewayDispute:
        return self.real.fetch_dispute(ref)

    def send_evidence(self, *, key: str, ref: str, evidence: Mapping[str, str]) -> GatewayDispute:
        return self.real.send_evidence(key=key, ref=ref, evidence=evidence)

    def parse(self, headers: Mapping[str, str], body: bytes) -> Notification:
        return self.real.parse(headers, body)

    def events_since(self, at: datetime) -> Iterator[Notification]:
        return self.real.events_since(at)

    def payouts_since(self, at: datetime) -> Iterator[GatewayPayout]:
        return self.real.payouts_since(at)

    def settlement(self, payout_ref: str) -> Iterator[SettlementLine]:
        return self.real.settlement(payout_ref)


def longest_wait(provider: str) -> timedelta:
    """How long a payer of this gateway may take, where that is longer than a hold; else no time at all."""
    # An optional part of the port: only a way to pay that is slow has `wait`.
    wait: timedelta = getattr(current_app.extensions["gateways"].get(provider), "wait", timedelta(0))
    return wait


def gateway(provider: str | None = None) -> Gateway:
    """The gateway `provider`, by the name that is stored with a payment; without one, that of the settings.

    Raises NoSuchGateway for a provider that the settings do not know (any more).
    """
    gateways: dict[str, Gateway] = current_app.extensions["gateways"]
    try:
        return _Watched(gateways[provider] if provider else next(iter(gateways.values())))
    except KeyError as error:
        raise NoSuchGateway(provider) from error
