"""Refunds, disputes, payouts and their lines: Stripe's objects in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import stripe

from cofu_adopt.payments.gateway import (
    DisputeState,
    GatewayDispute,
    GatewayPayout,
    GatewayRefund,
    GatewayRefundState,
    SettlementLine,
)
from cofu_adopt.payments.stripe_checkout import OUR_KEY, id_of, moment

if TYPE_CHECKING:
    from stripe.params import DisputeUpdateParamsEvidence

REFUND_STATES = {
    "pending": GatewayRefundState.PENDING,
    "requires_action": GatewayRefundState.PENDING,
    "succeeded": GatewayRefundState.SUCCEEDED,
    "failed": GatewayRefundState.FAILED,
    "canceled": GatewayRefundState.FAILED,
}
DISPUTE_STATES = {
    "needs_response": DisputeState.OPEN,
    "warning_needs_response": DisputeState.OPEN,
    "appeal_needs_response": DisputeState.OPEN,
    "under_review": DisputeState.UNDER_REVIEW,
    "warning_under_review": DisputeState.UNDER_REVIEW,
    "appeal_under_review": DisputeState.UNDER_REVIEW,
    "won": DisputeState.WON,
    "warning_closed": DisputeState.WON,
    "prevented": DisputeState.WON,
    "lost": DisputeState.LOST,
}
EVIDENCE_FIELDS = frozenset(
    {
        "access_activity_log",
        "billing_address",
        "cancellation_policy_disclosure",
        "cancellation_rebuttal",
        "customer_email_address",
        "customer_name",
        "customer_purchase_ip",
        "duplicate_charge_explanation",
        "product_description",
        "refund_policy_disclosure",
        "refund_refusal_explanation",
        "service_date",
        "shipping_address",
        "shipping_carrier",
        "shipping_date",
        "shipping_tracking_number",
    }
)
"""Stripe's names of evidence in words; the others are names of uploaded files."""
LONGEST_EVIDENCE = 20_000


def read_refund(refund: stripe.Refund) -> GatewayRefund:
    """The refund as it stands. One that was made on Stripe's own desk has no key of ours."""
    key = refund.metadata.to_dict().get(OUR_KEY, "") if refund.metadata else ""
    return GatewayRefund(refund.id, key, REFUND_STATES[refund.status or ""], refund.amount)


def read_dispute(dispute: stripe.Dispute) -> GatewayDispute:
    """The dispute as it stands."""
    movements = [one for one in dispute.balance_transactions if one.currency == dispute.currency]
    due_by = dispute.evidence_details.due_by
    return GatewayDispute(
        ref=dispute.id,
        payment_ref=id_of(dispute.payment_intent) or id_of(dispute.charge) or "",
        state=DISPUTE_STATES[dispute.status],
        amount_fen=dispute.amount,
        currency=dispute.currency,
        fee_fen=sum(one.fee for one in movements),
        reason=dispute.reason,
        answer_until=moment(due_by) if due_by else None,
        livemode=dispute.livemode,
        taken_fen=-sum(one.amount for one in movements),
    )


def evidence_params(evidence: Mapping[str, str]) -> DisputeUpdateParamsEvidence:
    """What our slices have to say, under Stripe's names where it has them, else as plain text."""
    named = {name: words[:LONGEST_EVIDENCE] for name, words in evidence.items() if name in EVIDENCE_FIELDS}
    others = [f"{name}: {words}" for name, words in evidence.items() if name not in EVIDENCE_FIELDS]
    if others:
        named["uncategorized_text"] = "\n\n".join(others)[:LONGEST_EVIDENCE]
    return named  # type: ignore[return-value] # the names are checked above


def read_payout(payout: stripe.Payout) -> GatewayPayout:
    """The payout as it stands."""
    return GatewayPayout(
        payout.id, payout.amount, payout.currency, moment(payout.arrival_date).date(), str(payout.status)
    )


def read_line(movement: stripe.BalanceTransaction) -> SettlementLine:
    """One line of a payout, read with its source."""
    source: Any = movement.source
    if isinstance(source, stripe.Charge):
        # Refunds and disputes name the intent; so does Payment.payment_ref.
        source = source.payment_intent or source
    return SettlementLine(
        ref=movement.id,
        kind=movement.reporting_category,
        source_ref=id_of(source),
        gross_fen=movement.amount,
        fee_fen=movement.fee,
        net_fen=movement.net,
        currency=movement.currency,
        at=moment(movement.created),
    )
