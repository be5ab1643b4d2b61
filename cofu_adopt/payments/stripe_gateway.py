"""Stripe behind the port: hosted Checkout, refunds, disputes, payouts. Its words stay in the files stripe_*.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import stripe

from cofu_adopt.core import clock
from cofu_adopt.payments import stripe_events
from cofu_adopt.payments.gateway import (
    Checkout,
    CheckoutRequest,
    CheckoutState,
    GatewayDispute,
    GatewayPayout,
    GatewayRefund,
    Notification,
    Rejected,
    SettlementLine,
    UnknownOutcome,
)
from cofu_adopt.payments.stripe_calls import Calls, KeyIsUsed, is_replayed
from cofu_adopt.payments.stripe_checkout import EXPAND, OUR_KEY, created_between, id_of, read_session, session_params
from cofu_adopt.payments.stripe_money import evidence_params, read_dispute, read_line, read_payout, read_refund

PAGE = 100


@dataclass(frozen=True, slots=True)
class StripeGateway:
    """The port on one Stripe account."""

    calls: Calls = field(repr=False)
    webhook_secret: str = field(repr=False)
    livemode: bool
    wallets: tuple[str, ...]
    public_url: str
    name: str = "stripe"

    def create_checkout(self, request: CheckoutRequest) -> Checkout:
        """Open a session, or give the one that this key opened before, as it stands now.

        Stripe remembers a key for a day, which no session outlives: once its time is over it is only looked for.
        """
        if request.expires_at <= clock.now():
            found = self._find(request)
            if found is None:
                raise Rejected("no session was made in its time")
            return found
        params = session_params(request, wallets=self.wallets, public_url=self.public_url)
        try:
            session = self.calls.do(
                lambda client: client.v1.checkout.sessions.create(params, {"idempotency_key": request.key})
            )
        except KeyIsUsed:
            found = self._find(request)
            if found is None:
                raise
            return found
        if session.last_response and is_replayed(session.last_response.headers):
            # The stored answer is as old as the first call.
            return self.fetch(session.id)
        return read_session(session, self.wallets)

    def fetch(self, ref: str) -> Checkout:
        """The session with its payment, charge and fee."""
        return self.calls.do(
            lambda client: read_session(client.v1.checkout.sessions.retrieve(ref, {"expand": [EXPAND]}), self.wallets)
        )

    def close(self, ref: str) -> Checkout:
        """Expire the session. Stripe refuses when it is not open any more: then it is what it is."""
        try:
            return self.calls.do(
                lambda client: read_session(client.v1.checkout.sessions.expire(ref, {"expand": [EXPAND]}), self.wallets)
            )
        except Rejected:
            checkout = self.fetch(ref)
        if checkout.state is CheckoutState.OPEN:
            raise UnknownOutcome("it could not be expired and is still open")
        return checkout

    def refund(self, *, key: str, checkout_ref: str, amount_fen: int) -> GatewayRefund:
        """Refund the session's payment, or give the refund that this key made, however long ago."""
        payment_ref = self.fetch(checkout_ref).payment_ref
        if payment_ref is None:
            raise Rejected("nothing was paid")
        made = self.calls.do(
            lambda client: [
                read_refund(one)
                for one in client.v1.refunds.list({"payment_intent": payment_ref, "limit": PAGE}).auto_paging_iter()
            ]
        )
        before = next((one for one in made if one.key == key), None)
        return before or self.calls.do(
            lambda client: read_refund(
                client.v1.refunds.create(
                    {"payment_intent": payment_ref, "amount": amount_fen, "metadata": {OUR_KEY: key}},
                    {"idempotency_key": key},
                )
            )
        )

    def fetch_refund(self, ref: str) -> GatewayRefund:
        """The refund as it stands."""
        return self.calls.do(lambda client: read_refund(client.v1.refunds.retrieve(ref)))

    def fetch_dispute(self, ref: str) -> GatewayDispute:
        """The dispute as it stands."""
        return self.calls.do(lambda client: read_dispute(client.v1.disputes.retrieve(ref)))

    def send_evidence(self, *, key: str, ref: str, evidence: Mapping[str, str]) -> GatewayDispute:
        """Answer a dispute. What was answered before is not answered again."""

        def send(client: stripe.StripeClient) -> GatewayDispute:
            dispute = client.v1.disputes.retrieve(ref)
            if not dispute.evidence_details.submission_count:
                dispute = client.v1.disputes.update(
                    ref, {"evidence": evidence_params(evidence), "submit": True}, {"idempotency_key": key}
                )
            return read_dispute(dispute)

        return self.calls.do(send)

    def parse(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Verify and read a notification, snapshot or thin."""
        return stripe_events.parse_event(headers, body, self.webhook_secret, livemode=self.livemode)

    def events_since(self, at: datetime) -> Iterator[Notification]:
        """The events of the types that concern us, oldest first. Stripe keeps them for 30 days."""

        def collect(client: stripe.StripeClient) -> list[Notification]:
            events = client.v1.events.list(
                {"created": {"gte": int(at.timestamp())}, "types": list(stripe_events.TYPES), "limit": PAGE}
            )
            return [stripe_events.read_event(event.to_dict()) for event in events.auto_paging_iter()]

        # Stripe gives the newest first.
        yield from reversed(self.calls.do(collect))

    def payouts_since(self, at: datetime) -> Iterator[GatewayPayout]:
        """The payouts that were made since, oldest first."""

        def collect(client: stripe.StripeClient) -> list[GatewayPayout]:
            payouts = client.v1.payouts.list({"created": {"gte": int(at.timestamp())}, "limit": PAGE})
            return [read_payout(payout) for payout in payouts.auto_paging_iter()]

        yield from reversed(self.calls.do(collect))

    def settlement(self, payout_ref: str) -> Iterator[SettlementLine]:
        """The lines of an automatic payout, without the payout's own: their net is its amount."""

        def collect(client: stripe.StripeClient) -> list[SettlementLine]:
            lines = client.v1.balance_transactions.list(
                {"payout": payout_ref, "limit": PAGE, "expand": ["data.source"]}
            )
            return [read_line(line) for line in lines.auto_paging_iter() if id_of(line.source) != payout_ref]

        yield from reversed(self.calls.do(collect))

    def _find(self, request: CheckoutRequest) -> Checkout | None:
        earliest, latest = created_between(request.expires_at)

        def find(client: stripe.StripeClient) -> str | None:
            sessions = client.v1.checkout.sessions.list({"created": {"gte": earliest, "lte": latest}, "limit": PAGE})
            for session in sessions.auto_paging_iter():
                if session.client_reference_id == request.client_reference:
                    return session.id
            return None

        ref = self.calls.do(find)
        return None if ref is None else self.fetch(ref)
