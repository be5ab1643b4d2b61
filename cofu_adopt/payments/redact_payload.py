"""A gateway's event for people's eyes: what is known to be about nobody is shown, everything else is hidden."""

from __future__ import annotations

from typing import Any

HIDDEN = "•••"
SHOWN = frozenset(
    {
        "account", "action", "amount", "amount_captured", "amount_refunded", "amount_subtotal", "amount_total",
        "api_version", "application_fee_amount", "arrival_date", "automatic", "available_on", "balance_transaction",
        "capture_method", "charge", "client_reference_id", "context", "created", "currency", "destination_details_type",
        "dispute", "due_by", "enhanced_eligibility_types", "evidence_due_by", "expires_at", "failure_code",
        "failure_reason", "fee", "id", "idempotency_key", "latest_charge", "latest_refund", "livemode", "locale",
        "mode", "net", "network_reason_code", "object", "origin_context", "payment_intent", "payment_method_types",
        "payment_status", "pending_webhooks", "reason", "request", "source_type", "status", "submission_count",
        "submit_type", "type", "ui_mode",
    }
)  # fmt: skip
"""Fields whose plain values hold no name, address, phone, mail, card or free text. Source: Stripe's API reference."""
FREE = frozenset({"metadata"})
"""What may hold anything under any name."""
DEEPEST = 12


def redact(payload: Any, *, shown: bool = False, depth: int = 0) -> Any:
    """A copy of `payload` in which plain values stay only under the fields in SHOWN; yes, no and nothing stay."""
    if depth > DEEPEST:
        return HIDDEN
    if isinstance(payload, dict):
        return {
            name: HIDDEN if name in FREE else redact(value, shown=name in SHOWN, depth=depth + 1)
            for name, value in payload.items()
        }
    if isinstance(payload, list):
        return [redact(value, shown=shown, depth=depth + 1) for value in payload]
    return payload if shown or payload is None or isinstance(payload, bool) else HIDDEN
