"""The book of the fake: objects in Stripe's shapes, and what a payer, a bank or Stripe itself does to them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import stripe

from cofu_adopt.core import clock
from tests.stripe_fake.params import Refused

Object = dict[str, Any]
DISPUTE_FEE_FEN = 1500
DAY_SECONDS = 24 * 60 * 60
VERSION = "2026-10-28.endive"


@dataclass
class Book:
    """One account at Stripe. Every act of the world leaves its events, oldest first, in `events`."""

    webhook_secret: str = "whsec_of_the_fake_stripe"
    livemode: bool = False
    page_origin: str = "https://checkout.stripe.com"
    now: Callable[[], datetime] = clock.now
    wallets: tuple[str, ...] = ("alipay", "wechat_pay", "card")
    """What the account offers; a session has those of them that it allows."""
    fee_bp: int = 220
    settles_in: str = ""
    """Another currency than the payment's, at 1.1 for one."""
    refund_outcome: str = "succeeded"
    events: list[Object] = field(default_factory=list)
    objects: dict[str, Object] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def seconds(self) -> int:
        """The present moment by Stripe's clock."""
        return int(self.now().timestamp())

    def add(self, prefix: str, kind: str, **values: Any) -> Object:
        """A new object."""
        mode = "live" if self.livemode else "test"
        ref = f"{prefix}_{mode}_{next(self._numbers):08d}"
        made = {"id": ref, "object": kind, "created": self.seconds(), "livemode": self.livemode, **values}
        self.objects[ref] = made
        return made

    def get(self, ref: str, kind: str) -> Object:
        """An object by its id. Raises Refused when there is none."""
        found = self.objects.get(ref)
        if found is None or found["object"] != kind:
            raise Refused(404, f"No such {kind}: '{ref}'", code="resource_missing")
        return found

    def all_of(self, kind: str) -> list[Object]:
        """All objects of a kind, oldest first."""
        return [one for one in self.objects.values() if one["object"] == kind]

    def tell(self, event_type: str, about: Object) -> None:
        """Something has become true."""
        event = self.add("evt", "event", type=event_type, api_version=VERSION, pending_webhooks=1)
        event["data"] = {"object": deepcopy(about)}
        self.events.append(event)

    # What a payer does

    def pay(
        self,
        ref: str,
        wallet: str = "wechat_pay",
        *,
        later: bool = False,
        amount: int | None = None,
        currency: str | None = None,
    ) -> Object:
        """Pay a session on its page; `later`: completed, but not confirmed. Another amount or currency may come."""
        session = self.get(ref, "checkout.session")
        self.expire_what_is_over()
        if session["status"] != "open":
            raise Refused(400, "This page is no longer open.")
        assert wallet in session["payment_method_types"], wallet
        intent = self.add(
            "pi",
            "payment_intent",
            amount=session["amount_total"] if amount is None else amount,
            amount_received=0,
            currency=currency or session["currency"],
            status="processing",
            latest_charge=None,
            metadata=session["_intent_metadata"],
            _wallet=wallet,
        )
        session.update(status="complete", payment_intent=intent["id"], url=None, customer_details={"email": "a@b.c"})
        if later:
            self.tell("checkout.session.completed", session)
        else:
            self._capture(session, intent)
            self.tell("checkout.session.completed", session)
        return session

    def confirm(self, ref: str) -> None:
        """The money of a payment that was completed before is there."""
        session = self.get(ref, "checkout.session")
        self._capture(session, self.get(session["payment_intent"], "payment_intent"))
        self.tell("checkout.session.async_payment_succeeded", session)

    def fail(self, ref: str) -> None:
        """The money of a payment that was completed before does not come."""
        session = self.get(ref, "checkout.session")
        self.get(session["payment_intent"], "payment_intent")["status"] = "requires_payment_method"
        self.tell("checkout.session.async_payment_failed", session)

    def expire(self, ref: str) -> Object:
        """A session ends unpaid. Raises Refused when it is not open."""
        session = self.get(ref, "checkout.session")
        if session["status"] != "open":
            raise Refused(400, f"Only open Checkout Sessions can be expired; this one is {session['status']}.")
        session.update(status="expired", url=None)
        self.tell("checkout.session.expired", session)
        return session

    def expire_what_is_over(self) -> None:
        """Stripe expires sessions by its own clock."""
        for session in self.all_of("checkout.session"):
            if session["status"] == "open" and session["expires_at"] <= self.seconds():
                self.expire(session["id"])

    def _capture(self, session: Object, intent: Object) -> None:
        wallet = intent["_wallet"]
        charge = self.add(
            "ch",
            "charge",
            amount=intent["amount"],
            amount_refunded=0,
            currency=intent["currency"],
            payment_intent=intent["id"],
            status="succeeded",
            paid=True,
            payment_method_details={"type": wallet, wallet: {}},
            metadata={},
        )
        fee = intent["amount"] * self.fee_bp // 10_000
        moved = self.move("charge", charge["id"], intent["amount"], intent["currency"], fee)
        charge["balance_transaction"] = moved["id"]
        intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"])
        session["payment_status"] = "paid"
        self.tell("payment_intent.succeeded", intent)

    # What happens to money

    def move(self, category: str, source: str, amount: int, currency: str, fee: int = 0) -> Object:
        """A movement of the account's balance."""
        rate = 1.1 if self.settles_in and self.settles_in != currency else None
        if rate:
            amount, fee, currency = round(amount * rate), round(fee * rate), self.settles_in
        return self.add(
            "txn",
            "balance_transaction",
            amount=amount,
            fee=fee,
            net=amount - fee,
            currency=currency,
            exchange_rate=rate,
            reporting_category=category,
            type=category,
            source=source,
            status="available",
            _payout=None,
        )

    def refund(self, intent_ref: str, amount: int, metadata: Object) -> Object:
        """Give money back, with the outcome that is chosen. Raises Refused when more than is left."""
        intent = self.get(intent_ref, "payment_intent")
        charge = self.objects.get(intent["latest_charge"] or "")
        if charge is None:
            raise Refused(400, "This PaymentIntent does not have a successful charge to refund.")
        given = sum(one["amount"] for one in self.refunds_of(intent_ref) if one["status"] not in {"failed", "canceled"})
        if given + amount > charge["amount"]:
            code = "charge_already_refunded" if given >= charge["amount"] else "amount_too_large"
            raise Refused(400, "Refund amount is greater than unrefunded amount on charge.", code=code)
        made = self.add(
            "re",
            "refund",
            amount=amount,
            currency=charge["currency"],
            charge=charge["id"],
            payment_intent=intent_ref,
            status="pending",
            metadata=metadata,
            failure_reason=None,
        )
        made["balance_transaction"] = self.move("refund", made["id"], -amount, charge["currency"])["id"]
        self.tell("refund.created", made)
        if self.refund_outcome != "pending":
            self.end_refund(made["id"], self.refund_outcome)
        return made

    def end_refund(self, ref: str, status: str) -> None:
        """A refund comes to its end: succeeded, failed (also after it had succeeded) or canceled."""
        refund = self.get(ref, "refund")
        refund["status"] = status
        if status in {"failed", "canceled"}:
            self.move("refund_failure", ref, refund["amount"], refund["currency"])
            refund["failure_reason"] = "unknown"
        self.tell("refund.failed" if status == "failed" else "refund.updated", refund)

    def refunds_of(self, intent_ref: str) -> list[Object]:
        """The refunds of a payment, oldest first."""
        return [one for one in self.all_of("refund") if one["payment_intent"] == intent_ref]

    def dispute(self, session_ref: str, *, reason: str = "product_not_received", inquiry: bool = False) -> Object:
        """The payer's bank takes the money of a session back, or only asks about it."""
        intent = self.get(self.get(session_ref, "checkout.session")["payment_intent"], "payment_intent")
        made = self.add(
            "du",
            "dispute",
            amount=intent["amount"],
            currency=intent["currency"],
            charge=intent["latest_charge"],
            payment_intent=intent["id"],
            reason=reason,
            status="warning_needs_response" if inquiry else "needs_response",
            balance_transactions=[],
            evidence={},
            evidence_details={
                "due_by": self.seconds() + 7 * DAY_SECONDS,
                "has_evidence": False,
                "submission_count": 0,
            },
        )
        self.tell("charge.dispute.created", made)
        if not inquiry:
            self._move_dispute(made, -made["amount"], DISPUTE_FEE_FEN)
            self.tell("charge.dispute.funds_withdrawn", made)
        return made

    def end_dispute(self, ref: str, status: str, *, fee_back: bool = True) -> None:
        """A dispute is won, lost, or its inquiry closed (warning_closed)."""
        dispute = self.get(ref, "dispute")
        dispute["status"] = status
        if status == "won":
            self._move_dispute(dispute, dispute["amount"], -DISPUTE_FEE_FEN if fee_back else 0)
            self.tell("charge.dispute.funds_reinstated", dispute)
        self.tell("charge.dispute.closed", dispute)

    def _move_dispute(self, dispute: Object, amount: int, fee: int) -> None:
        category = "dispute" if amount < 0 else "dispute_reversal"
        moved = self.move(category, dispute["id"], amount, dispute["currency"], fee)
        dispute["balance_transactions"].append({name: moved[name] for name in moved if not name.startswith("_")})

    def pay_out(self, *, days: int = 2) -> Object:
        """Send all that has not been sent yet to the account's bank."""
        lines = [one for one in self.all_of("balance_transaction") if one["_payout"] is None]
        assert lines, "nothing to pay out"
        currency = lines[0]["currency"]
        lines = [one for one in lines if one["currency"] == currency]
        amount = sum(one["net"] for one in lines)
        made = self.add(
            "po",
            "payout",
            amount=amount,
            currency=currency,
            arrival_date=(self.seconds() // DAY_SECONDS + days) * DAY_SECONDS,
            automatic=True,
            status="paid",
        )
        own = self.move("payout", made["id"], -amount, currency)
        made["balance_transaction"] = own["id"]
        for line in (*lines, own):
            line["_payout"] = made["id"]
        self.tell("payout.paid", made)
        self.tell("payout.reconciliation_completed", made)
        return made

    def balance(self) -> int:
        """What the account holds: the sum of all movements."""
        return sum(one["net"] for one in self.all_of("balance_transaction"))

    # What Stripe tells

    def signed(
        self, event: Object, *, thin: bool = False, secret: str = "", seconds_ago: float = 0
    ) -> tuple[bytes, dict[str, str]]:
        """The body and headers of a delivery of `event`, as a snapshot or thin."""
        body = json.dumps(thin_of(event) if thin else event)
        at = self.seconds() - int(seconds_ago)
        header = stripe.WebhookSignature.generate_signature_header(body, secret or self.webhook_secret, at)
        return body.encode(), {"Stripe-Signature": str(header)}


def thin_of(event: Object) -> Object:
    """The thin event of the same fact; it has an id of its own."""
    about = event["data"]["object"]
    return {
        "id": event["id"].replace("evt_", "evt_thin_"),
        "object": "v2.core.event",
        "type": f"v1.{event['type']}",
        "livemode": event["livemode"],
        "created": datetime.fromtimestamp(event["created"], clock.now().tzinfo).isoformat(),
        "reason": None,
        "context": None,
        "related_object": {
            "id": about["id"],
            "type": about["object"],
            "url": f"/v1/{about['object'].replace('.', '/')}s/{about['id']}",
        },
    }
